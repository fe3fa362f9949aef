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
constexpr double kSeconds = 2;

double seconds_now() { return static_cast<double>(system_clock().steady_ns()) * 1e-9; }

// Calls `write` from that many threads for kSeconds; calls a second.
double rate_of(int writers, const std::function<void()>& write) {
  std::atomic<std::uint64_t> count{0};
  const double begin = seconds_now();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < writers; ++t) {
      threads.emplace_back([&] {
        while (seconds_now() - begin < kSeconds) {
          write();
          ++count;
        }
      });
    }
  }
  return static_cast<double>(count) / (seconds_now() - begin);
}

// As a write-ahead log does it once it has been round: overwriting blocks that the file has already.
double fsyncs_a_second(const std::filesystem::path& folder) {
  constexpr off_t kPageBytes = 4096, kPages = 1000;
  const std::filesystem::path path = folder / "log";
  if (!write_file_atomically(path, std::string(kPageBytes * kPages, 'x'))) std::abort();
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC), path);
  const std::string page(kPageBytes, 'y');
  off_t at = 0;
  return rate_of(1, [&] {
    if (::pwrite(file.get(), page.data(), page.size(), at * kPageBytes) < 0 || ::fdatasync(file.get()) != 0)
      std::abort();
    at = (at + 1) % kPages;
  });
}

double peer_rate(const std::filesystem::path& folder) {
  sqlite3* database = nullptr;
  const auto run = [&](const char* sql) {
    if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) std::abort();
  };
  if (sqlite3_open((folder / "peer.db").c_str(), &database) != SQLITE_OK) std::abort();
  run("DROP TABLE IF EXISTS rows; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  run("CREATE TABLE rows (id INTEGER PRIMARY KEY, key TEXT, value DOUBLE);");
  const double rate = rate_of(1, [&] { run("INSERT INTO rows (key, value) VALUES ('loss', 0.5)"); });
  sqlite3_close(database);
  return rate;
}

}  // namespace

int main() {
  const auto folder = TemporaryFolder::create("maru-bench").value();
  store::DatabaseOptions options;
  options.migrations = {&kRows, 1};
  const auto database = store::open_sqlite(folder.path() / "maru.db", options).value();
  std::printf("group_commit: durable rows a second\n");
  for (const int writers : {1, 4, 16, 64}) {
    const auto before = database->write_counts();
    const double ours = rate_of(writers, [&] {
      const auto written = database->write([](store::Transaction& transaction) {
        return transaction.execute("INSERT INTO rows (key, value) VALUES (?1, ?2)", {"loss", 0.5});
      });
      if (!written) std::abort();
    });
    const auto after = database->write_counts();
    const double shared = static_cast<double>(after.functions - before.functions) /
                          static_cast<double>(after.commits - before.commits);
    // The others are measured beside: a shared disk changes its mind.
    const double peer = peer_rate(folder.path());
    const double bound = fsyncs_a_second(folder.path()) * shared;
    std::printf("  %2d writers: ours %.0f (%.1f share an fsync), peer %.0f, bound %.0f\n", writers, ours,
                shared, peer, bound);
  }
  return 0;
}
