#include "store/migrations.h"

#include "base/hash.h"

namespace maru::store {

Result<std::vector<Migration>> pending_migrations(std::span<const Migration> known,
                                                  std::span<const AppliedMigration> applied) {
  for (const auto& done : applied) {
    const auto found = std::find_if(known.begin(), known.end(), [&](const Migration& migration) {
      return migration.number == done.number;
    });
    if (found == known.end()) {
      return make_error(Code::failed_precondition,
                        "the database was written by a newer Maru: migration {} is not known here; run that "
                        "version, or restore "
                        "a backup from before it",
                        done.name);
    }
    if (sha256_hex(found->sql) != done.sha256) {
      return make_error(Code::failed_precondition,
                        "migration {} changed after it was applied to this database; migrations only go "
                        "forward: restore the "
                        "file and add a new one",
                        done.name);
    }
  }
  std::vector<Migration> pending;
  for (const auto& migration : known) {
    const bool is_applied = std::any_of(applied.begin(), applied.end(), [&](const AppliedMigration& done) {
      return done.number == migration.number;
    });
    if (!is_applied) pending.push_back(migration);
  }
  return pending;
}

}  // namespace maru::store
