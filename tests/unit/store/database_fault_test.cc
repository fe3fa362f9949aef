// A disk that fails: nothing that failed was acknowledged, nothing acknowledged is lost, and the database
// goes on.
#include <gtest/gtest.h>

#include <latch>

#include "store/test_database.h"

namespace maru::store {
namespace {

constexpr Migration kItems{1, "0001_items.sql", "CREATE TABLE items (id INTEGER PRIMARY KEY, text TEXT);"};

DatabaseOptions items_options() {
  DatabaseOptions options;
  options.migrations = {&kItems, 1};
  return options;
}

class DatabaseFaultTest : public ::testing::Test {
 protected:
  void TearDown() override { set_file_fault_hook({}); }

  static Result<std::int64_t> insert(Database& database, std::int64_t id, std::string_view text = "x") {
    return database.write([&](Transaction& transaction) {
      return transaction.execute("INSERT INTO items VALUES (?1, ?2)", {id, text});
    });
  }
  static std::set<std::int64_t> ids(Database& database) {
    const auto all = database.read([](Reader& reader) {
      return reader.all("SELECT id FROM items", {}, [](const Row& row) { return row.int64(0); });
    });
    return {all->begin(), all->end()};
  }
  static void fail(std::string_view failing, Code code) {
    set_file_fault_hook([=](std::string_view operation, const std::filesystem::path&) -> Result<void> {
      if (operation == failing) return make_error(code, "injected");
      return {};
    });
  }
};

TEST_F(DatabaseFaultTest, AFailedSyncAcknowledgesNothing) {
  TestDatabase database(items_options());
  ASSERT_TRUE(insert(*database, 1));
  fail("sync", Code::data_loss);
  EXPECT_EQ(insert(*database, 2).error().code, Code::unavailable);
  set_file_fault_hook({});
  EXPECT_EQ(ids(*database), (std::set<std::int64_t>{1}));
  ASSERT_TRUE(insert(*database, 3));
  database.reopen();
  EXPECT_EQ(ids(*database), (std::set<std::int64_t>{1, 3}));
}

TEST_F(DatabaseFaultTest, EveryCommitIsOneSync) {
  TestDatabase database(items_options());
  std::atomic<std::uint64_t> syncs{0};
  ASSERT_TRUE(insert(*database, 0));  // begins the log, which costs one more
  set_file_fault_hook([&](std::string_view operation, const std::filesystem::path&) -> Result<void> {
    syncs += operation == "sync" ? 1 : 0;
    return {};
  });
  const std::uint64_t before = database->write_counts().commits;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 1; i <= 20; ++i) EXPECT_TRUE(insert(*database, t * 100 + i));
      });
    }
  }
  set_file_fault_hook({});
  EXPECT_EQ(syncs, database->write_counts().commits - before);
}

TEST_F(DatabaseFaultTest, AFullDiskIsSaidAndPasses) {
  TestDatabase database(items_options());
  ASSERT_TRUE(insert(*database, 1));
  fail("write", Code::unavailable);
  const auto refused = insert(*database, 2);
  EXPECT_EQ(refused.error().code, Code::unavailable);
  EXPECT_NE(refused.error().message.find("full"), std::string::npos) << refused.error().message;
  EXPECT_EQ(ids(*database), (std::set<std::int64_t>{1})) << "reads go on";
  set_file_fault_hook({});
  ASSERT_TRUE(insert(*database, 2));
  EXPECT_EQ(ids(*database), (std::set<std::int64_t>{1, 2}));
}

TEST_F(DatabaseFaultTest, EveryFunctionOfAFailedBatchHearsIt) {
  TestDatabase database(items_options());
  std::latch begun(1), release(1), answered(4);
  std::atomic<int> failed{0}, told{0};
  database->write_async(
      [&](Transaction& transaction) -> Result<void> {
        begun.count_down();
        release.wait();
        MARU_TRY(transaction.execute("INSERT INTO items VALUES (0, 'x')"));
        return {};
      },
      [&](Result<void> outcome) {
        EXPECT_TRUE(outcome);
        fail("sync", Code::data_loss);  // from the next batch on
        answered.count_down();
      });
  begun.wait();
  for (int i = 1; i <= 3; ++i) {
    database->write_async(
        [&, i](Transaction& transaction) -> Result<void> {
          transaction.on_commit([&] { ++told; });
          MARU_TRY(transaction.execute("INSERT INTO items VALUES (?1, 'x')", {i}));
          return {};
        },
        [&](Result<void> outcome) {
          failed += outcome ? 0 : 1;
          answered.count_down();
        });
  }
  release.count_down();
  answered.wait();
  set_file_fault_hook({});
  EXPECT_EQ(failed, 3);
  EXPECT_EQ(told, 0);
  EXPECT_EQ(ids(*database), (std::set<std::int64_t>{0}));
}

TEST_F(DatabaseFaultTest, TheSizeLimitHurtsOnlyWhatDoesNotFit) {
  DatabaseOptions options = items_options();
  options.size_limit_bytes = 200'000;
  TestDatabase database(options);
  ASSERT_TRUE(insert(*database, 1));
  EXPECT_EQ(insert(*database, 2, std::string(1'000'000, 'x')).error().code, Code::unavailable);
  ASSERT_TRUE(insert(*database, 3));
  EXPECT_EQ(ids(*database), (std::set<std::int64_t>{1, 3}));
}

// The law, with faults at random: the rows are exactly those that were acknowledged, also after reopening.
TEST_F(DatabaseFaultTest, RowsAreExactlyTheAcknowledgedOnesWhateverFails) {
  TestDatabase database(items_options());
  std::mutex mutex;
  std::mt19937 random(17);
  set_file_fault_hook([&](std::string_view operation, const std::filesystem::path&) -> Result<void> {
    const std::lock_guard lock(mutex);
    if ((operation == "sync" || operation == "write") && random() % 12 == 0) {
      return make_error(random() % 2 == 0 ? Code::unavailable : Code::data_loss, "injected");
    }
    return {};
  });
  std::set<std::int64_t> acknowledged;
  std::size_t refused = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 100; ++i) {
          const std::int64_t id = t * 100 + i;
          const auto inserted = insert(*database, id, std::string(2000, 'x'));
          const std::lock_guard lock(mutex);
          if (inserted) {
            acknowledged.insert(id);
          } else {
            ++refused;
          }
        }
      });
    }
  }
  set_file_fault_hook({});
  EXPECT_GT(refused, 0U);
  EXPECT_GT(acknowledged.size(), 0U);
  EXPECT_EQ(ids(*database), acknowledged);
  database.reopen();
  EXPECT_EQ(ids(*database), acknowledged);
}

TEST_F(DatabaseFaultTest, ABrokenFileIsToldAtOpen) {
  const auto folder = TemporaryFolder::create().value();
  ASSERT_TRUE(write_file_atomically(folder.path() / "maru.db", std::string(10'000, 'x')));
  const auto opened = open_sqlite(folder.path() / "maru.db");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::data_loss);
}

}  // namespace
}  // namespace maru::store
