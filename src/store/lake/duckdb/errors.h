#pragma once
// DuckDB's errors as ours, and statements that answer nothing.

#include <string>

#include "base/result.h"
#include "store/lake/duckdb/handles.h"

namespace maru::store::lake {

// The first paragraph of DuckDB's message, with the code that tells the caller what to do.
Error error_from(duckdb_error_type type, const char* message);
// When only the message is to be had (prepare, extract): the type is read off its beginning.
Error error_from(const char* message);

// Runs one of our own statements.
Result<void> execute(duckdb_connection connection, const std::string& sql);

}  // namespace maru::store::lake
