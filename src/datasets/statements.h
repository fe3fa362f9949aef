#pragma once
// The room's SQL, for the test that prepares each statement.

#include <span>

#include "store/statement_list.h"

namespace maru::datasets {

std::span<const store::NamedStatement> catalog_statements();
std::span<const store::NamedStatement> lineage_statements();

}  // namespace maru::datasets
