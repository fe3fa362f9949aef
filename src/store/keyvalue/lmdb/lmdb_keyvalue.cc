#include "base/metrics.h"
#include "base/time.h"
#include "store/internal/group_writer.h"
#include "store/keyvalue/lmdb/environment.h"
#include "store/keyvalue/lmdb/views.h"

namespace maru::store {
namespace {

using lmdb::Environment;
using Group = internal::GroupWriter<KeyValueWriter>;

class LmdbKeyValue final : public KeyValue {
 public:
  LmdbKeyValue(std::unique_ptr<Environment> environment, const KeyValueOptions& options)
      : environment_(std::move(environment)),
        commit_seconds_(
            metrics().histogram("maru_keyvalue_commit_seconds", "Time of one group commit, fsync included.")),
        writer_("keyvalue", options.write_queue_limit, options.batch_limit,
                [this](std::span<Group::Request> batch) { run_batch(batch); }) {}

  void write_async(std::move_only_function<Result<void>(KeyValueWriter&)> function,
                   std::move_only_function<void(Result<void>)> done) override {
    writer_.submit(std::move(function), std::move(done));
  }

  Result<KeyValueStats> stats() override {
    MARU_ASSIGN(KeyValueStats out, environment_->stats());
    out.functions = functions_.load();
    out.commits = commits_.load();
    return out;
  }

 protected:
  Result<void> run_read(FunctionRef<void(KeyValueReader&)> function) override {
    MARU_ASSIGN(MDB_txn* const transaction, environment_->begin_read());
    struct Ending {
      Environment& environment;
      MDB_txn* transaction;
      ~Ending() { environment.end_read(transaction); }
    } const ending{*environment_, transaction};
    lmdb::Reader reader(transaction, environment_->table());
    function(reader);
    return {};
  }

  Result<void> run_write(std::move_only_function<Result<void>(KeyValueWriter&)> function) override {
    if (Environment::this_thread_reads()) return internal_misuse();
    return writer_.submit_and_wait(std::move(function));
  }

 private:
  static Error internal_misuse() {
    return make_error(Code::internal,
                      "a write to the keyvalue store from inside a read could wait for itself");
  }

  enum class Ended : std::uint8_t { done, map_full };

  void run_batch(std::span<Group::Request> batch) {
    if (auto grown = environment_->grow_if_nearly_full(); !grown) return fail(batch, grown.error());
    while (run_transaction(batch) == Ended::map_full) {
      for (auto& request : batch) request.outcome = {};
      if (auto grown = environment_->grow(); !grown) return fail(batch, grown.error());
    }
    functions_ += batch.size();
  }

  // Runs the whole batch in one transaction and sets every outcome; map_full when none of it counts.
  Ended run_transaction(std::span<Group::Request> batch) {
    auto transaction = environment_->begin_write();
    if (!transaction) {
      fail(batch, transaction.error());
      return Ended::done;
    }
    for (auto& request : batch) {
      if (run_one(request, *transaction) == Ended::map_full) {
        mdb_txn_abort(*transaction);
        return Ended::map_full;
      }
    }
    const std::int64_t begin_ns = system_clock().steady_ns();
    const auto committed = environment_->commit(*transaction);
    commit_seconds_.observe_seconds(static_cast<double>(system_clock().steady_ns() - begin_ns) * 1e-9);
    if (!committed) {
      fail(batch, committed.error());
    } else {
      ++commits_;
    }
    return Ended::done;
  }

  // In a transaction inside the batch's, so that an error undoes this function only.
  Ended run_one(Group::Request& request, MDB_txn* batch_transaction) {
    auto own = environment_->begin_write(batch_transaction);
    if (!own) {
      request.outcome = own.error();
      return Ended::done;
    }
    lmdb::Writer writer(*own, environment_->table());
    request.outcome = call(request, writer);
    if (writer.map_is_full() || !request.outcome) {
      mdb_txn_abort(*own);
      return writer.map_is_full() ? Ended::map_full : Ended::done;
    }
    const int code = mdb_txn_commit(*own);
    if (code == MDB_MAP_FULL) return Ended::map_full;
    if (code != 0) request.outcome = lmdb::error_of(code, "write");
    return Ended::done;
  }

  static Result<void> call(Group::Request& request, KeyValueWriter& writer) {
    try {
      return request.function(writer);
    } catch (const std::exception& error) {
      return make_error(Code::internal, "a write function threw: {}", error.what());
    }
  }

  static void fail(std::span<Group::Request> batch, const Error& error) {
    for (auto& request : batch) {
      if (request.outcome) request.outcome = Error(error);
    }
  }

  std::unique_ptr<Environment> environment_;
  Histogram& commit_seconds_;
  std::atomic<std::uint64_t> functions_{0};
  std::atomic<std::uint64_t> commits_{0};
  Group writer_;  // last: its thread uses all of the above
};

}  // namespace

Result<std::unique_ptr<KeyValue>> open_lmdb(const std::filesystem::path& folder,
                                            const KeyValueOptions& options) {
  MARU_ASSIGN(auto environment, Environment::open(folder, options));
  return std::make_unique<LmdbKeyValue>(std::move(environment), options);
}

}  // namespace maru::store
