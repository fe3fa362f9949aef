#include "store/keyvalue/lmdb/environment.h"

#include "base/file.h"
#include "store/keyvalue/lmdb/views.h"

namespace maru::store::lmdb {
namespace {

constexpr unsigned kReaderLimit = 512;

// A thread that reads already may read again while the map waits to grow: the growth waits for its first
// read.
thread_local int t_reads_of_this_thread = 0;

}  // namespace

Result<std::unique_ptr<Environment>> Environment::open(const std::filesystem::path& folder,
                                                       const KeyValueOptions& options) {
  MARU_TRY(make_folders(folder));
  MDB_env* handle = nullptr;
  if (const int code = mdb_env_create(&handle); code != 0) return error_of(code, "open");
  std::unique_ptr<Environment> environment(new Environment(handle, folder, options));
  mdb_env_set_maxreaders(handle, kReaderLimit);
  mdb_env_set_mapsize(handle, options.first_map_bytes);
  // NOTLS: read transactions are ours to hand from thread to thread. No other flag: every commit is synced.
  int code = mdb_env_open(handle, folder.c_str(), MDB_NOTLS | MDB_NORDAHEAD, 0644);
  if (code != 0) return error_of(code, "open").at(folder.string());
  MDB_envinfo info{};
  mdb_env_info(handle, &info);
  environment->map_bytes_ = info.me_mapsize;  // larger when the file outgrew the first size
  int dead_readers = 0;
  mdb_reader_check(handle, &dead_readers);
  MARU_ASSIGN(MDB_txn* const transaction, environment->begin_write());
  code = mdb_dbi_open(transaction, nullptr, 0, &environment->table_);
  if (code != 0) {
    mdb_txn_abort(transaction);
    return error_of(code, "open").at(folder.string());
  }
  MARU_TRY(environment->commit(transaction));
  MARU_TRY(sync_folder(folder));
  return environment;
}

Environment::~Environment() {
  for (MDB_txn* transaction : idle_) mdb_txn_abort(transaction);
  mdb_env_close(handle_);
}

bool Environment::this_thread_reads() { return t_reads_of_this_thread > 0; }

Result<MDB_txn*> Environment::begin_read() {
  MDB_txn* transaction = nullptr;
  {
    std::unique_lock lock(mutex_);
    readers_changed_.wait(lock, [&] { return !growing_ || t_reads_of_this_thread > 0; });
    ++active_readers_;
    if (!idle_.empty()) {
      transaction = idle_.back();
      idle_.pop_back();
    }
  }
  ++t_reads_of_this_thread;
  const int code = transaction != nullptr ? mdb_txn_renew(transaction)
                                          : mdb_txn_begin(handle_, nullptr, MDB_RDONLY, &transaction);
  if (code == 0) return transaction;
  if (transaction != nullptr) mdb_txn_abort(transaction);
  end_read(nullptr);
  return error_of(code, "read");
}

void Environment::end_read(MDB_txn* transaction) {
  --t_reads_of_this_thread;
  if (transaction != nullptr) mdb_txn_reset(transaction);
  const std::lock_guard lock(mutex_);
  if (transaction != nullptr) idle_.push_back(transaction);
  --active_readers_;
  if (growing_ && active_readers_ == 0) readers_changed_.notify_all();
}

Result<MDB_txn*> Environment::begin_write(MDB_txn* parent) {
  MDB_txn* transaction = nullptr;
  if (const int code = mdb_txn_begin(handle_, parent, 0, &transaction); code != 0)
    return error_of(code, "write");
  return transaction;
}

Result<void> Environment::commit(MDB_txn* transaction) {
  if (auto allowed = file_fault("sync", folder_); !allowed) {
    mdb_txn_abort(transaction);
    return allowed;
  }
  if (const int code = mdb_txn_commit(transaction); code != 0) return error_of(code, "write");
  return {};
}

Result<void> Environment::grow_if_nearly_full() {
  constexpr std::uint64_t kEnoughFreeBytes = std::uint64_t{64} << 20;
  MARU_ASSIGN(const KeyValueStats now, stats());
  const std::uint64_t wanted_free = std::min(kEnoughFreeBytes, now.map_bytes / 4);
  if (now.used_bytes + wanted_free <= now.map_bytes || now.map_bytes >= options_.limit_bytes) return {};
  return grow();
}

Result<void> Environment::grow() {
  std::unique_lock lock(mutex_);
  if (map_bytes_ >= options_.limit_bytes) {
    return make_error(Code::resource_exhausted, "the key-value store {} reached its limit of {} bytes",
                      folder_.string(), options_.limit_bytes);
  }
  growing_ = true;
  readers_changed_.wait(lock, [&] { return active_readers_ == 0; });
  for (MDB_txn* transaction : idle_) mdb_txn_abort(transaction);
  idle_.clear();
  const std::uint64_t wanted = std::min(map_bytes_ * 2, options_.limit_bytes);
  const int code = mdb_env_set_mapsize(handle_, wanted);
  if (code == 0) map_bytes_ = wanted;
  growing_ = false;
  readers_changed_.notify_all();
  if (code != 0) return error_of(code, "grow");
  return {};
}

Result<KeyValueStats> Environment::stats() {
  MDB_envinfo info{};
  MDB_stat stat{};
  int code = mdb_env_info(handle_, &info);
  if (code == 0) code = mdb_env_stat(handle_, &stat);
  if (code != 0) return error_of(code, "read");
  KeyValueStats out;
  out.entries = stat.ms_entries;
  out.used_bytes = (info.me_last_pgno + 1) * stat.ms_psize;
  out.map_bytes = info.me_mapsize;
  return out;
}

}  // namespace maru::store::lmdb
