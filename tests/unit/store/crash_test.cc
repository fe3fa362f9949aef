// What was acknowledged survives kill -9 at any moment.
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/hash.h"
#include "store/blobs.h"
#include "store/crash_child.h"
#include "store/database.h"
#include "store/keyvalue.h"

namespace maru::store {
namespace {

constexpr int kRounds = 5;
constexpr int kThreads = 4;
constexpr std::int64_t kNumbersEach = 1'000'000;

constexpr Migration kNumbers{1, "0001_numbers.sql",
                             "CREATE TABLE numbers (number INTEGER PRIMARY KEY, padding TEXT);"};

// Calls `write(number)` from several threads with ever new numbers, and acknowledges each that returned true.
void write_for_ever(unsigned round, const std::function<void(std::int64_t)>& acknowledge,
                    const std::function<bool(std::int64_t)>& write) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const std::int64_t first = (static_cast<std::int64_t>(round) * kThreads + t) * kNumbersEach;
      for (std::int64_t i = 0; i < kNumbersEach && write(first + i); ++i) acknowledge(first + i);
    });
  }
}

class CrashTest : public ::testing::Test {
 protected:
  TemporaryFolder folder_ = TemporaryFolder::create("maru-crash").value();
};

TEST_F(CrashTest, DatabaseKeepsEveryAcknowledgedRow) {
  DatabaseOptions options;
  options.migrations = {&kNumbers, 1};
  const auto file = folder_.path() / "maru.db";
  std::vector<std::int64_t> all;
  for (unsigned round = 0; round < kRounds; ++round) {
    const auto acknowledged = acknowledged_before_kill(round, [&](const auto& acknowledge) {
      const auto database = open_sqlite(file, options).value();
      write_for_ever(round, acknowledge, [&](std::int64_t number) {
        return database
            ->write([&](Transaction& transaction) {
              return transaction.execute("INSERT INTO numbers VALUES (?1, ?2)",
                                         {number, std::string(300, 'x')});
            })
            .has_value();
      });
    });
    EXPECT_GE(acknowledged.size(), 20U);
    all.insert(all.end(), acknowledged.begin(), acknowledged.end());
    const auto database = open_sqlite(file, options).value();
    EXPECT_TRUE(database->read([&](Reader& reader) -> Result<void> {
      for (const std::int64_t number : all) {
        MARU_ASSIGN(const auto found, reader.first("SELECT number FROM numbers WHERE number = ?1", {number},
                                                   [](const Row& row) { return row.int64(0); }));
        EXPECT_TRUE(found) << number << " was acknowledged and is gone";
      }
      return reader.query("PRAGMA integrity_check", {}, [](const Row& row) { EXPECT_EQ(row.text(0), "ok"); });
    }));
  }
}

TEST_F(CrashTest, KeyValueKeepsEveryAcknowledgedEntry) {
  std::vector<std::int64_t> all;
  KeyValueOptions small;
  small.first_map_bytes = std::uint64_t{1} << 20;  // so that it grows on the way
  for (unsigned round = 0; round < kRounds; ++round) {
    const auto acknowledged = acknowledged_before_kill(round, [&](const auto& acknowledge) {
      const auto store = open_lmdb(folder_.path(), small).value();
      write_for_ever(round, acknowledge, [&](std::int64_t number) {
        return store
            ->write([&](KeyValueWriter& writer) {
              return writer.put(std::to_string(number), std::string(3000, 'x'));
            })
            .has_value();
      });
    });
    EXPECT_GE(acknowledged.size(), 20U);
    all.insert(all.end(), acknowledged.begin(), acknowledged.end());
    const auto store = open_lmdb(folder_.path(), small).value();
    for (const std::int64_t number : all) {
      EXPECT_TRUE(store->get(std::to_string(number)).value()) << number << " was acknowledged and is gone";
    }
  }
}

TEST_F(CrashTest, BlobsKeepEveryAcknowledgedBlobAndNoHalfOne) {
  const auto bytes_of = [](std::int64_t number) {
    return fmt::format("{}{}", std::string(20'000, 'x'), number);
  };
  std::vector<std::int64_t> all;
  for (unsigned round = 0; round < kRounds; ++round) {
    const auto acknowledged = acknowledged_before_kill(round, [&](const auto& acknowledge) {
      const auto blobs = open_local_blobs(folder_.path()).value();
      write_for_ever(round, acknowledge,
                     [&](std::int64_t number) { return blobs->put(bytes_of(number)).has_value(); });
    });
    EXPECT_GE(acknowledged.size(), 20U);
    all.insert(all.end(), acknowledged.begin(), acknowledged.end());
    const auto blobs = open_local_blobs(folder_.path()).value();
    for (const std::int64_t number : all) EXPECT_TRUE(blobs->read(sha256_hex(bytes_of(number)))) << number;
    const auto stored = blobs->list().value();
    for (const auto& ref : stored) EXPECT_TRUE(blobs->read(ref.sha256)) << "half a blob under a whole name";
  }
}

}  // namespace
}  // namespace maru::store
