#pragma once
// The LMDB file, its read transactions, and how its map grows.

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include <lmdb.h>

#include "store/keyvalue.h"

namespace maru::store::lmdb {

// Thread-safe, but for the writer's functions: one writer thread.
class Environment {
 public:
  static Result<std::unique_ptr<Environment>> open(const std::filesystem::path& folder,
                                                   const KeyValueOptions& options);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  // A read transaction; give every one back. Waits while the map is about to grow.
  Result<MDB_txn*> begin_read();
  void end_read(MDB_txn* transaction);
  // A thread that waits for a write while it reads could wait for itself: the writer may be waiting for
  // readers to go.
  static bool this_thread_reads();

  Result<MDB_txn*> begin_write(MDB_txn* parent = nullptr);
  // Durable when it returns. The transaction is over either way.
  Result<void> commit(MDB_txn* transaction);
  // Doubles the map when it is nearly full, so that a transaction seldom has to be run again.
  Result<void> grow_if_nearly_full();
  // Doubles the map, once the readers of this moment are gone. resource_exhausted at the limit.
  Result<void> grow();

  MDB_dbi table() const { return table_; }
  Result<KeyValueStats> stats();

 private:
  Environment(MDB_env* handle, std::filesystem::path folder, const KeyValueOptions& options)
      : handle_(handle), folder_(std::move(folder)), options_(options), map_bytes_(options.first_map_bytes) {}
  MDB_env* handle_;
  const std::filesystem::path folder_;
  const KeyValueOptions options_;
  MDB_dbi table_ = 0;

  std::mutex mutex_;
  std::condition_variable readers_changed_;
  std::vector<MDB_txn*> idle_;  // reset, ready to be renewed: a read then costs no system call
  std::size_t active_readers_ = 0;
  bool growing_ = false;
  std::uint64_t map_bytes_;
};

}  // namespace maru::store::lmdb
