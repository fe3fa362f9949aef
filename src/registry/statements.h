#pragma once
// Every fixed SQL statement of the room, so that a test prepares each against the migrated schema. Searches
// build theirs.

#include <span>
#include <vector>

#include "store/statement_list.h"

namespace maru::registry {

std::vector<store::NamedStatement> statements();

// Each file's own, next to the functions that run them.
std::span<const store::NamedStatement> alias_statements();
std::span<const store::NamedStatement> model_statements();
std::span<const store::NamedStatement> row_statements();
std::span<const store::NamedStatement> version_statements();

}  // namespace maru::registry
