#include "store/database/sqlite/migrate.h"

#include "base/hash.h"
#include "base/log.h"

namespace maru::store::sqlite {
namespace {

constexpr std::string_view kCreateTable =
    "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 "
    "TEXT NOT NULL,"
    " applied_ms BIGINT NOT NULL)";
constexpr std::string_view kSelectApplied =
    "SELECT number, name, sha256 FROM schema_migrations ORDER BY number";
constexpr std::string_view kInsertApplied =
    "INSERT INTO schema_migrations (number, name, sha256, applied_ms) VALUES (?1, ?2, ?3, ?4)";

Result<std::vector<AppliedMigration>> applied_to(Connection& connection) {
  std::vector<AppliedMigration> applied;
  MARU_TRY(connection.query(kSelectApplied, {}, [&](const Row& row) -> Result<Continue> {
    applied.push_back({static_cast<int>(row.int64(0)), row.string(1), row.string(2)});
    return Continue::more;
  }));
  return applied;
}

Result<void> apply(Connection& connection, const Migration& migration, TimeMs now_ms) {
  MARU_TRY(connection.run_script(std::string(migration.sql)));
  const std::array<Value, 4> params{migration.number, migration.name, sha256_hex(migration.sql), now_ms};
  MARU_TRY(connection.execute(kInsertApplied, params));
  MARU_TRY(connection.execute("COMMIT"));
  return {};
}

}  // namespace

Result<void> migrate(Connection& connection, std::span<const Migration> migrations, const Clock& clock) {
  MARU_TRY(connection.execute(kCreateTable));
  MARU_ASSIGN(const auto applied, applied_to(connection));
  MARU_ASSIGN(const auto pending, pending_migrations(migrations, applied));
  for (const auto& migration : pending) {
    MARU_TRY(connection.execute("BEGIN IMMEDIATE"));
    if (auto done = apply(connection, migration, clock.now_ms()); !done) {
      if (connection.in_transaction()) MARU_TRY(connection.execute("ROLLBACK"));
      return done.error().at(fmt::format("migration {}", migration.name));
    }
    log_debug("store", "applied a migration", {{"name", migration.name}});
  }
  return {};
}

}  // namespace maru::store::sqlite
