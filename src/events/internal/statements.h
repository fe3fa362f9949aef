#pragma once
// The parts of statements() in log.h. Internal to the room.

#include <span>

#include "store/statement_list.h"

namespace maru::events {

std::span<const store::NamedStatement> log_statements();
std::span<const store::NamedStatement> consumer_statements();

}  // namespace maru::events
