#pragma once
// The metadata database: snapshot reads and durable, grouped writes.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.h"
#include "store/migrations.h"
#include "store/reader.h"

namespace maru::store {

// The writer's view: sees its own changes. Valid only inside the function that got it; runs on the writer
// thread.
class Transaction : public Reader {
 public:
  // Runs one statement; the number of rows it inserted, updated or deleted.
  virtual Result<std::int64_t> execute(std::string_view sql, std::span<const Value> params) = 0;
  Result<std::int64_t> execute(std::string_view sql, std::initializer_list<Value> params = {}) {
    return execute(sql, std::span(params.begin(), params.size()));
  }
  virtual std::int64_t last_insert_id() const = 0;
  // `callback` runs on the writer thread once this function's changes are durable, before write() returns;
  // never when they were undone. It must be quick and must not call write().
  virtual void on_commit(std::move_only_function<void()> callback) = 0;
};

using WriteFunction = std::move_only_function<Result<void>(Transaction&)>;
using WriteDone = std::move_only_function<void(Result<void>)>;

struct WriteCounts {
  std::uint64_t functions = 0;  // that ran, whatever came of them
  std::uint64_t commits = 0;    // transactions made durable: one fsync each
};

// Thread-safe. Group commit: one writer thread takes all waiting functions, runs each inside its own
// savepoint of one transaction (an error undoes that function only), commits once and then answers. When the
// commit fails, every function of the batch gets the error and none of them happened. The destructor finishes
// what was queued.
class Database {
 public:
  virtual ~Database() = default;

  // f(Reader&) -> Result<T>, over one snapshot, on the calling thread. unavailable when no read connection
  // came free in time.
  template <class F>
  std::invoke_result_t<F&, Reader&> read(F&& f) {
    using Returned = std::invoke_result_t<F&, Reader&>;
    std::optional<Returned> returned;
    auto done = run_read([&](Reader& reader) { returned.emplace(f(reader)); });
    if (!done) return Error(std::move(done.error()));
    return std::move(*returned);
  }

  // f(Transaction&) -> Result<T>; returns once its changes are durable. resource_exhausted when too many
  // writers wait. Called from inside another write function it is refused (internal): use the transaction at
  // hand.
  template <class F>
  std::invoke_result_t<F&, Transaction&> write(F&& f) {
    using Returned = std::invoke_result_t<F&, Transaction&>;
    std::optional<Returned> returned;
    auto done = run_write([&](Transaction& transaction) -> Result<void> {
      returned.emplace(f(transaction));
      if (!returned->has_value()) return returned->error();
      return {};
    });
    if (!done) return Error(std::move(done.error()));
    return std::move(*returned);
  }

  // The same without waiting: `done` runs on the writer thread after the commit (or at once, here, when the
  // queue is full).
  virtual void write_async(WriteFunction function, WriteDone done) = 0;

  // Whether the statement is one that this database, as migrated, could run. internal otherwise.
  virtual Result<void> check_statement(std::string_view sql) = 0;
  virtual WriteCounts write_counts() const = 0;

 protected:
  virtual Result<void> run_read(FunctionRef<void(Reader&)> function) = 0;
  virtual Result<void> run_write(WriteFunction function) = 0;
};

struct DatabaseOptions {
  std::size_t read_connections = 4;      // opened when first needed
  std::size_t write_queue_limit = 4096;  // functions waiting
  std::size_t batch_limit = 512;         // functions in one commit
  DurationMs read_wait_ms = 30'000;      // for a free read connection
  std::size_t reader_cache_kib = 2048;   // page cache, each
  std::size_t writer_cache_kib = 8192;
  std::optional<std::uint64_t> size_limit_bytes;  // past it writes fail as on a full disk
  std::span<const Migration> migrations = embedded_migrations();
};

// Opens or makes the file and migrates it. Errors as pending_migrations() in migrations.h, and those of
// Reader.
Result<std::unique_ptr<Database>> open_sqlite(const std::filesystem::path& file,
                                              const DatabaseOptions& options = {});

}  // namespace maru::store
