#pragma once
// Schema changes: numbered SQL files in src/store/migrations, embedded in the binary, applied once each and
// in order. They only go forward. Every room numbers its files within its own range (see README.md).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace maru::store {

struct Migration {
  int number;
  std::string_view name;  // the file's, "0010_events.sql"
  std::string_view sql;   // one or more statements
};

// In order of number.
std::span<const Migration> embedded_migrations();

struct AppliedMigration {
  int number;
  std::string name;
  std::string sha256;  // of the SQL
};

// Those of `known` that are not in `applied`, in order. failed_precondition when the database was written by
// a newer Maru (a number that is not known) or when a file changed after it was applied.
Result<std::vector<Migration>> pending_migrations(std::span<const Migration> known,
                                                  std::span<const AppliedMigration> applied);

}  // namespace maru::store
