#pragma once
// The SQL of this room, for the test that prepares every statement.

#include <span>

#include "store/statement_list.h"

namespace maru::serving {

std::span<const store::NamedStatement> statements();

}  // namespace maru::serving
