#pragma once
// How a room shows its SQL: `std::span<const store::NamedStatement> statements();` over the constants its
// functions run, so that a test can prepare each one against the migrated schema of every database engine.

#include <string_view>

namespace maru::store {

struct NamedStatement {
  std::string_view name;  // "room.what", e.g. "events.append"
  std::string_view sql;
};

}  // namespace maru::store
