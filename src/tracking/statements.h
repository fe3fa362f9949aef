#pragma once
// Every fixed SQL statement of the room, so that a test prepares each against the migrated schema. Searches
// build theirs.

#include <span>
#include <vector>

#include "store/statement_list.h"

namespace maru::tracking {

std::vector<store::NamedStatement> statements();

// Each file's own, next to the functions that run them.
std::span<const store::NamedStatement> artifact_statements();
std::span<const store::NamedStatement> experiment_statements();
std::span<const store::NamedStatement> input_statements();
std::span<const store::NamedStatement> log_batch_statements();
std::span<const store::NamedStatement> logged_model_statements();
std::span<const store::NamedStatement> metric_history_statements();
std::span<const store::NamedStatement> run_cache_statements();
std::span<const store::NamedStatement> run_row_statements();
std::span<const store::NamedStatement> run_statements();

}  // namespace maru::tracking
