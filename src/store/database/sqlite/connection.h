#pragma once
// One SQLite connection: prepared statements kept by their text, errors turned into ours. One thread at a
// time.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <sqlite3.h>

#include "base/function_ref.h"
#include "base/result.h"
#include "store/reader.h"

namespace maru::store::sqlite {

enum class Access : std::uint8_t { read, write };

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& file, Access access,
                                                  std::size_t cache_kib);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<void> query(std::string_view sql, std::span<const Value> params,
                     FunctionRef<Result<Continue>(const Row&)> each);
  Result<std::int64_t> execute(std::string_view sql, std::span<const Value> params = {});
  // Several statements, without parameters and not kept.
  Result<void> run_script(const std::string& sql);
  Result<void> check(std::string_view sql);

  // False also after the engine undid a transaction of its own accord (disk full, I/O error).
  bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
  std::int64_t last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }

 private:
  explicit Connection(sqlite3* handle) : handle_(handle) {}
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;
  struct Kept {
    Statement statement;
    std::uint64_t last_use = 0;
    bool busy =
        false;  // being stepped through: a query inside the callback of the same query prepares its own
  };
  class Lease;
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  Result<Statement> prepare(std::string_view sql, unsigned flags);
  Result<Lease> lease(std::string_view sql, std::span<const Value> params);
  void drop_least_used();
  Error error(int code, std::string_view sql) const;

  sqlite3* handle_;
  std::unordered_map<std::string, Kept, TextHash, std::equal_to<>> kept_;
  std::uint64_t uses_ = 0;
};

}  // namespace maru::store::sqlite
