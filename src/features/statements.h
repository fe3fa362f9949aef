#pragma once
// The room's SQL on the metadata database, for the test that prepares each statement.

#include <span>

#include "store/statement_list.h"

namespace maru::features {

std::span<const store::NamedStatement> statements();

}  // namespace maru::features
