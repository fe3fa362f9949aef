#pragma once
// DuckDB's C API, loaded when first needed: libduckdb.so costs 14 MB and some milliseconds that a server at
// rest should not pay. Calls read `duckdb().fetch_chunk(result)`.

#define DUCKDB_API_ALLOW_DEPRECATED 1  // pending_prepared_streaming has no successor in the stable API yet
#include <duckdb.h>

#include "base/result.h"

namespace maru::store::lake {

// Every function of the API that this room uses, without its prefix.
// The formatter would indent the list ever further.
// clang-format off
#define MARU_DUCKDB_FUNCTIONS(X) \
  X(open_ext) \
  X(close) \
  X(connect) \
  X(disconnect) \
  X(create_config) \
  X(set_config) \
  X(destroy_config) \
  X(free) \
  X(query) \
  X(destroy_result) \
  X(result_error) \
  X(result_error_type) \
  X(rows_changed) \
  X(extract_statements) \
  X(extract_statements_error) \
  X(prepare_extracted_statement) \
  X(destroy_extracted) \
  X(prepare) \
  X(prepare_error) \
  X(destroy_prepare) \
  X(prepared_statement_type) \
  X(nparams) \
  X(prepared_statement_column_count) \
  X(prepared_statement_column_name) \
  X(prepared_statement_column_type) \
  X(bind_null) \
  X(bind_boolean) \
  X(bind_int64) \
  X(bind_double) \
  X(bind_varchar_length) \
  X(bind_timestamp) \
  X(pending_prepared) \
  X(pending_prepared_streaming) \
  X(pending_execute_task) \
  X(pending_execution_is_finished) \
  X(pending_error) \
  X(execute_pending) \
  X(destroy_pending) \
  X(interrupt) \
  X(column_count) \
  X(column_name) \
  X(column_type) \
  X(fetch_chunk) \
  X(data_chunk_get_size) \
  X(data_chunk_set_size) \
  X(data_chunk_get_vector) \
  X(data_chunk_reset) \
  X(create_data_chunk) \
  X(destroy_data_chunk) \
  X(create_logical_type) \
  X(destroy_logical_type) \
  X(vector_get_data) \
  X(vector_get_validity) \
  X(vector_ensure_validity_writable) \
  X(vector_assign_string_element_len) \
  X(vector_size) \
  X(string_t_data) \
  X(string_t_length) \
  X(appender_create) \
  X(append_data_chunk) \
  X(appender_close) \
  X(appender_error) \
  X(appender_destroy)
// clang-format on

struct Api {
#define X(name) decltype(&::duckdb_##name) name = nullptr;
  MARU_DUCKDB_FUNCTIONS(X)
#undef X
};

// Loads the library on the first call; unavailable, saying where it was looked for, when it cannot be.
// Thread-safe.
Result<void> load_duckdb();
// Only after load_duckdb() succeeded.
const Api& duckdb();

}  // namespace maru::store::lake
