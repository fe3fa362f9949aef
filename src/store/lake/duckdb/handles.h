#pragma once
// Owners of the C API's handles.

#include <utility>

#include "store/lake/duckdb/api.h"

namespace maru::store::lake {

// Owns one handle; `Destroy` names the member of Api that frees it, given a pointer to it.
template <class Handle, auto Destroy>
class Owned {
 public:
  Owned() = default;
  explicit Owned(Handle handle) : handle_(handle) {}
  Owned(Owned&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Owned() {
    if (handle_ != nullptr) (duckdb().*Destroy)(&handle_);
  }
  Handle get() const { return handle_; }
  Handle* out() { return &handle_; }
  explicit operator bool() const { return handle_ != nullptr; }

 private:
  Handle handle_ = nullptr;
};

using Database = Owned<duckdb_database, &Api::close>;
using Connection = Owned<duckdb_connection, &Api::disconnect>;
using Config = Owned<duckdb_config, &Api::destroy_config>;
using Prepared = Owned<duckdb_prepared_statement, &Api::destroy_prepare>;
using Extracted = Owned<duckdb_extracted_statements, &Api::destroy_extracted>;
using Pending = Owned<duckdb_pending_result, &Api::destroy_pending>;
using Chunk = Owned<duckdb_data_chunk, &Api::destroy_data_chunk>;
using LogicalType = Owned<duckdb_logical_type, &Api::destroy_logical_type>;

class QueryResult {
 public:
  QueryResult() = default;
  QueryResult(const QueryResult&) = delete;
  QueryResult& operator=(const QueryResult&) = delete;
  ~QueryResult() { duckdb().destroy_result(&result_); }
  duckdb_result* get() { return &result_; }

 private:
  duckdb_result result_{};
};

}  // namespace maru::store::lake
