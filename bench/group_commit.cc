// Durable single-row writes a second, by number of writers: ours, the peer (plain SQLite, a transaction a
// row) and the bound (how often this disk completes an fsync of an append, times the rows that share one).
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <thread>

#include <sqlite3.h>

#include "base/file.h"
#include "base/time.h"
#include "store/database.h"

namespace {

using namespace maru;

constexpr store::Migration kRows{1, "0001_rows.sql",
                                 "CREATE TABLE rows (id INTEGER PRIMARY KEY, key TEXT, value DOUBLE);"};
// Ours, the peer and the bound take turns and the best turn of each counts: a shared disk changes its mind
// from second to second.
constexpr int kTurns = 8;
constexpr double kTurnSeconds = 0.25;

double seconds_now() { return static_cast<double>(system_clock().steady_ns()) * 1e-9; }

// Calls `write` from that many threads for kTurnSeconds; calls a second.
double rate_of(int writers, const std::function<void()>& write) {
  std::atomic<std::uint64_t> count{0};
  const double begin = seconds_now();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < writers; ++t) {
      threads.emplace_back([&] {
        while (seconds_now() - begin < kTurnSeconds) {
          write();
          ++count;
        }
      });
    }
  }
  return static_cast<double>(count) / (seconds_now() - begin);
}

// The peer: plain SQLite as most programs use it.
class PlainSqlite {
 public:
  explicit PlainSqlite(const std::filesystem::path& file) {
    if (sqlite3_open(file.c_str(), &database_) != SQLITE_OK) std::abort();
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    run("CREATE TABLE rows (id INTEGER PRIMARY KEY, key TEXT, value DOUBLE);");
  }
  ~PlainSqlite() { sqlite3_close(database_); }
  PlainSqlite(const PlainSqlite&) = delete;
  PlainSqlite& operator=(const PlainSqlite&) = delete;
  void insert() { run("INSERT INTO rows (key, value) VALUES ('loss', 0.5)"); }

 private:
  void run(const char* sql) {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) std::abort();
  }
  sqlite3* database_ = nullptr;
};

// The bound: the disk alone, as a write-ahead log uses it once it has been round, overwriting blocks that the
// file has already.
class BareLog {
 public:
  explicit BareLog(const std::filesystem::path& path) {
    if (!write_file_atomically(path, std::string(kPageBytes * kPages, 'x'))) std::abort();
    file_ = FileDescriptor(::open(path.c_str(), O_WRONLY | O_CLOEXEC), path);
  }
  void sync_a_page() {
    if (::pwrite(file_.get(), page_.data(), page_.size(), at_ * kPageBytes) < 0) std::abort();
    if (::fdatasync(file_.get()) != 0) std::abort();
    at_ = (at_ + 1) % kPages;
  }

 private:
  static constexpr off_t kPageBytes = 4096, kPages = 1000;
  FileDescriptor file_;
  const std::string page_ = std::string(kPageBytes, 'y');
  off_t at_ = 0;
};

void insert(store::Database& database) {
  const auto written = database.write([](store::Transaction& transaction) {
    return transaction.execute("INSERT INTO rows (key, value) VALUES (?1, ?2)", {"loss", 0.5});
  });
  if (!written) std::abort();
}

}  // namespace

int main() {
  const auto folder = TemporaryFolder::create("maru-bench").value();
  store::DatabaseOptions options;
  options.migrations = {&kRows, 1};
  const auto database = store::open_sqlite(folder.path() / "maru.db", options).value();
  PlainSqlite peer(folder.path() / "peer.db");
  BareLog log(folder.path() / "log");
  std::printf("group_commit: durable rows a second\n");
  for (const int writers : {1, 4, 16, 64}) {
    const auto before = database->write_counts();
    double ours_rate = 0, peer_rate = 0, fsync_rate = 0;
    for (int turn = 0; turn < kTurns; ++turn) {
      ours_rate = std::max(ours_rate, rate_of(writers, [&] { insert(*database); }));
      peer_rate = std::max(peer_rate, rate_of(1, [&] { peer.insert(); }));
      fsync_rate = std::max(fsync_rate, rate_of(1, [&] { log.sync_a_page(); }));
    }
    const auto after = database->write_counts();
    const double shared = static_cast<double>(after.functions - before.functions) /
                          static_cast<double>(after.commits - before.commits);
    std::printf("  %2d writers: ours %.0f (%.1f share an fsync), peer %.0f, bound %.0f\n", writers, ours_rate,
                shared, peer_rate, fsync_rate * shared);
  }
  return 0;
}
