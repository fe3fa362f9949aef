#include <condition_variable>
#include <mutex>

#include "base/metrics.h"
#include "store/database.h"
#include "store/database/sqlite/connection.h"
#include "store/database/sqlite/migrate.h"
#include "store/internal/group_writer.h"

namespace maru::store {
namespace {

using sqlite::Access;
using sqlite::Connection;
using Writer = internal::GroupWriter<Transaction>;

class ConnectionReader final : public Reader {
 public:
  explicit ConnectionReader(Connection& connection) : connection_(connection) {}

 protected:
  Result<void> run(std::string_view sql, std::span<const Value> params,
                   FunctionRef<Result<Continue>(const Row&)> each) override {
    return connection_.query(sql, params, each);
  }

 private:
  Connection& connection_;
};

class ConnectionTransaction final : public Transaction {
 public:
  explicit ConnectionTransaction(Connection& connection) : connection_(connection) {}
  using Transaction::execute;
  Result<std::int64_t> execute(std::string_view sql, std::span<const Value> params) override {
    return connection_.execute(sql, params);
  }
  std::int64_t last_insert_id() const override { return connection_.last_insert_id(); }
  void on_commit(std::move_only_function<void()> callback) override {
    callbacks_.push_back(std::move(callback));
  }

  std::size_t callback_count() const { return callbacks_.size(); }
  void forget_callbacks_after(std::size_t count) { callbacks_.resize(count); }
  void committed() {
    for (auto& callback : callbacks_) callback();
  }

 protected:
  Result<void> run(std::string_view sql, std::span<const Value> params,
                   FunctionRef<Result<Continue>(const Row&)> each) override {
    return connection_.query(sql, params, each);
  }

 private:
  Connection& connection_;
  std::vector<std::move_only_function<void()>> callbacks_;
};

// Read connections, opened when first needed and lent to one reader at a time.
class ReadPool {
 public:
  ReadPool(std::filesystem::path file, const DatabaseOptions& options)
      : file_(std::move(file)), options_(options) {}

  // A connection on loan. One that comes back inside a transaction is in an unknown state: it is closed, and
  // a fresh one may take its place.
  class Taken {
   public:
    Taken(ReadPool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Taken(Taken&& other) noexcept : pool_(other.pool_), connection_(std::move(other.connection_)) {}
    Taken& operator=(Taken&&) = delete;
    ~Taken() {
      if (connection_ == nullptr) return;
      if (connection_->in_transaction()) connection_.reset();
      pool_->give_back(std::move(connection_));
    }
    Connection* operator->() const { return connection_.get(); }
    Connection& operator*() const { return *connection_; }

   private:
    ReadPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  Result<Taken> take() {
    std::unique_lock lock(mutex_);
    const auto can_take = [&] { return !free_.empty() || opened_ < options_.read_connections; };
    if (!came_free_.wait_for(lock, std::chrono::milliseconds(options_.read_wait_ms), can_take)) {
      return make_error(Code::unavailable, "no database read connection came free within {}; retry",
                        format_duration(options_.read_wait_ms));
    }
    if (!free_.empty()) {
      auto connection = std::move(free_.back());
      free_.pop_back();
      return Taken(*this, std::move(connection));
    }
    ++opened_;
    lock.unlock();
    auto connection = Connection::open(file_, Access::read, options_.reader_cache_kib);
    if (connection) return Taken(*this, std::move(*connection));
    give_back(nullptr);
    return connection.error();
  }

 private:
  void give_back(std::unique_ptr<Connection> connection) {
    {
      const std::lock_guard lock(mutex_);
      if (connection == nullptr) {
        --opened_;
      } else {
        free_.push_back(std::move(connection));
      }
    }
    came_free_.notify_one();
  }

  const std::filesystem::path file_;
  const DatabaseOptions options_;
  std::mutex mutex_;
  std::condition_variable came_free_;
  std::vector<std::unique_ptr<Connection>> free_;  // the one used last is lent first: its cache is warm
  std::size_t opened_ = 0;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const std::filesystem::path& file, const DatabaseOptions& options,
                 std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)),
        readers_(file, options),
        commit_seconds_(
            metrics().histogram("maru_database_commit_seconds", "Time of one group commit, fsync included.")),
        batch_writes_(metrics().counter("maru_database_writes_total", "Write functions run.")),
        writer_("database", options.write_queue_limit, options.batch_limit,
                [this](std::span<Writer::Request> batch) { run_batch(batch); }) {}

  void write_async(WriteFunction function, WriteDone done) override {
    writer_.submit(std::move(function), std::move(done));
  }

  Result<void> check_statement(std::string_view sql) override {
    MARU_ASSIGN(const ReadPool::Taken taken, readers_.take());
    return taken->check(sql);
  }

  WriteCounts write_counts() const override { return {functions_.load(), commits_.load()}; }

 protected:
  Result<void> run_read(FunctionRef<void(Reader&)> function) override {
    MARU_ASSIGN(ReadPool::Taken taken, readers_.take());
    MARU_TRY(taken->execute("BEGIN"));
    ConnectionReader reader(*taken);
    function(reader);
    MARU_TRY(taken->execute("COMMIT"));
    return {};
  }

  Result<void> run_write(WriteFunction function) override {
    return writer_.submit_and_wait(std::move(function));
  }

 private:
  void run_batch(std::span<Writer::Request> batch) {
    while (!batch.empty()) batch = batch.subspan(run_transaction(batch));
  }

  // Runs functions from the front of the batch in one transaction and sets their outcomes; how many it took.
  // Fewer than all only when the engine undid the transaction under one of them.
  std::size_t run_transaction(std::span<Writer::Request> batch) {
    if (auto begun = connection_->execute("BEGIN IMMEDIATE"); !begun) {
      fail(batch, begun.error());
      return batch.size();
    }
    ConnectionTransaction transaction(*connection_);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i].outcome = run_one(batch[i], transaction);
      ++functions_;
      batch_writes_.add();
      if (connection_->in_transaction()) continue;
      const auto& own = batch[i].outcome;
      fail(batch.first(i + 1),
           own ? make_error(Code::unavailable, "the database undid the transaction") : own.error());
      return i + 1;
    }
    commit(batch, transaction);
    return batch.size();
  }

  Result<void> run_one(Writer::Request& request, ConnectionTransaction& transaction) {
    MARU_TRY(connection_->execute("SAVEPOINT one"));
    const std::size_t callbacks = transaction.callback_count();
    Result<void> outcome = call(request, transaction);
    if (!connection_->in_transaction()) return outcome;
    if (outcome) {
      MARU_TRY(connection_->execute("RELEASE one"));
      return {};
    }
    transaction.forget_callbacks_after(callbacks);
    if (!connection_->execute("ROLLBACK TO one") || !connection_->execute("RELEASE one")) {
      // Its neighbours cannot be told from it any more: all go.
      (void)connection_->execute("ROLLBACK").has_value();
    }
    return outcome;
  }

  static Result<void> call(Writer::Request& request, Transaction& transaction) {
    try {
      return request.function(transaction);
    } catch (const std::exception& error) {
      return make_error(Code::internal, "a write function threw: {}", error.what());
    }
  }

  void commit(std::span<Writer::Request> batch, ConnectionTransaction& transaction) {
    const std::int64_t begin_ns = system_clock().steady_ns();
    const auto committed = connection_->execute("COMMIT");
    commit_seconds_.observe_seconds(static_cast<double>(system_clock().steady_ns() - begin_ns) * 1e-9);
    if (!committed) {
      if (connection_->in_transaction()) (void)connection_->execute("ROLLBACK").has_value();
      return fail(batch, committed.error());
    }
    ++commits_;
    transaction.committed();
  }

  // Those that failed on their own keep their own reason.
  static void fail(std::span<Writer::Request> batch, const Error& error) {
    for (auto& request : batch) {
      if (request.outcome) request.outcome = Error(error);
    }
  }

  std::unique_ptr<Connection> connection_;  // the writer thread's
  ReadPool readers_;
  Histogram& commit_seconds_;
  Counter& batch_writes_;
  std::atomic<std::uint64_t> functions_{0};
  std::atomic<std::uint64_t> commits_{0};
  Writer writer_;  // last: its thread uses all of the above
};

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::filesystem::path& file,
                                              const DatabaseOptions& options) {
  MARU_ASSIGN(auto connection, Connection::open(file, Access::write, options.writer_cache_kib));
  MARU_TRY(sqlite::migrate(*connection, options.migrations, system_clock()).at(file.string()));
  if (options.size_limit_bytes) {
    constexpr std::uint64_t kPageBytes = 4096;  // SQLite's default, which we do not change
    MARU_TRY(connection->run_script(
        fmt::format("PRAGMA max_page_count = {}", *options.size_limit_bytes / kPageBytes)));
  }
  return std::make_unique<SqliteDatabase>(file, options, std::move(connection));
}

}  // namespace maru::store
