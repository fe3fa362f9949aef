#pragma once

#include <span>

#include "base/time.h"
#include "store/database/sqlite/connection.h"
#include "store/migrations.h"

namespace maru::store::sqlite {

// Applies what is pending, each in its own transaction; an error leaves those before it applied. Errors as
// pending_migrations(), and those of the SQL, naming the file.
Result<void> migrate(Connection& connection, std::span<const Migration> migrations, const Clock& clock);

}  // namespace maru::store::sqlite
