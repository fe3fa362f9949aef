#include "store/database.h"

#include <gtest/gtest.h>

#include <latch>

#include "store/test_database.h"

namespace maru::store {
namespace {

constexpr Migration kItems{
    1, "0001_items.sql",
    "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT UNIQUE, size DOUBLE, bytes BLOB);"};
constexpr std::string_view kInsert = "INSERT INTO items (id, name, size, bytes) VALUES (?1, ?2, ?3, ?4)";
constexpr std::string_view kCount = "SELECT count(*) FROM items";

DatabaseOptions items_options() {
  DatabaseOptions options;
  options.migrations = {&kItems, 1};
  return options;
}

class DatabaseTest : public ::testing::Test {
 protected:
  std::int64_t count() {
    return database_
        ->read([](Reader& reader) {
          return reader.first(kCount, {}, [](const Row& row) { return row.int64(0); });
        })
        .value()
        .value();
  }
  Result<std::int64_t> insert(std::int64_t id, std::string_view name) {
    return database_->write([&](Transaction& transaction) {
      return transaction.execute(kInsert, {id, name, nullptr, nullptr});
    });
  }
  // Holds the writer thread until released, so that what follows gathers in one batch.
  void hold_writer(std::latch& begun, std::latch& release) {
    database_->write_async(
        [&](Transaction&) -> Result<void> {
          begun.count_down();
          release.wait();
          return {};
        },
        [](Result<void>) {});
    begun.wait();
  }
  TestDatabase database_{items_options()};
};

TEST_F(DatabaseTest, ValuesComeBackAsTheyWent) {
  const std::string bytes("\0\xFF\x01", 3);
  ASSERT_EQ(database_
                ->write([&](Transaction& transaction) {
                  return transaction.execute(kInsert, {7, "naïve \"text\"", 1.5, Blob{bytes}});
                })
                .value(),
            1);
  const auto values = database_->read([](Reader& reader) {
    return reader.first("SELECT id, name, size, bytes, NULL FROM items", {}, [](const Row& row) {
      std::vector<Value> out;
      for (std::size_t i = 0; i < row.size(); ++i) out.push_back(row.value(i));
      return out;
    });
  });
  const std::vector<Value> expected{7, "naïve \"text\"", 1.5, Blob{bytes}, nullptr};
  EXPECT_EQ(values.value().value(), expected);
}

TEST_F(DatabaseTest, AWriteThatReturnedIsThereAfterReopening) {
  ASSERT_TRUE(insert(1, "a"));
  database_.reopen();
  EXPECT_EQ(count(), 1);
}

TEST_F(DatabaseTest, ConstraintsTellWhatToDo) {
  ASSERT_TRUE(insert(1, "a"));
  EXPECT_EQ(insert(1, "b").error().code, Code::already_exists);
  EXPECT_EQ(insert(2, "a").error().code, Code::already_exists);
  const auto wrong =
      database_->write([](Transaction& transaction) { return transaction.execute("INSERT INTO nothing"); });
  EXPECT_EQ(wrong.error().code, Code::internal);
  EXPECT_EQ(count(), 1);
}

TEST_F(DatabaseTest, OneStatementAndAllItsParameters) {
  const auto two = database_->write(
      [](Transaction& transaction) { return transaction.execute("DELETE FROM items; DELETE FROM items"); });
  EXPECT_EQ(two.error().code, Code::internal);
  const auto short_of =
      database_->write([](Transaction& transaction) { return transaction.execute(kInsert, {1}); });
  EXPECT_NE(short_of.error().message.find("expected 4 parameters, got 1"), std::string::npos);
}

TEST_F(DatabaseTest, AnErrorUndoesItsOwnFunctionOnly) {
  std::latch begun(1), release(1), answered(3);
  hold_writer(begun, release);
  std::vector<Result<void>> outcomes(3, Error{});
  for (int i = 0; i < 3; ++i) {
    database_->write_async(
        [i](Transaction& transaction) -> Result<void> {
          MARU_TRY(transaction.execute(kInsert, {i, std::to_string(i), nullptr, nullptr}));
          if (i == 1) return invalid("not this one");
          return {};
        },
        [&, i](Result<void> outcome) {
          outcomes[static_cast<std::size_t>(i)] = std::move(outcome);
          answered.count_down();
        });
  }
  const auto commits_before = database_->write_counts().commits;
  release.count_down();
  answered.wait();
  EXPECT_TRUE(outcomes[0]);
  EXPECT_EQ(outcomes[1].error().message, "not this one");
  EXPECT_TRUE(outcomes[2]);
  EXPECT_EQ(count(), 2);
  EXPECT_EQ(database_->write_counts().commits - commits_before, 2U)
      << "the held one's, and one for all three";
}

TEST_F(DatabaseTest, ManyWritersShareCommits) {
  constexpr int kThreads = 16, kEach = 50;
  const auto before = database_->write_counts();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) EXPECT_TRUE(insert(t * kEach + i, fmt::format("{}-{}", t, i)));
      });
    }
  }
  const auto after = database_->write_counts();
  EXPECT_EQ(count(), kThreads * kEach);
  EXPECT_EQ(after.functions - before.functions, static_cast<std::uint64_t>(kThreads * kEach));
  EXPECT_LT(after.commits - before.commits, static_cast<std::uint64_t>(kThreads * kEach));
}

TEST_F(DatabaseTest, ReadersSeeOneSnapshot) {
  ASSERT_TRUE(insert(1, "a"));
  const auto counts = database_->read([&](Reader& reader) -> Result<std::pair<std::int64_t, std::int64_t>> {
    const auto number = [](const Row& row) { return row.int64(0); };
    MARU_ASSIGN(const auto first, reader.first(kCount, {}, number));
    EXPECT_TRUE(insert(2, "b"));
    MARU_ASSIGN(const auto second, reader.first(kCount, {}, number));
    return std::pair(*first, *second);
  });
  EXPECT_EQ(counts->first, 1);
  EXPECT_EQ(counts->second, 1);
  EXPECT_EQ(count(), 2);
}

TEST_F(DatabaseTest, AQueryMayRunInsideItself) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(insert(i, std::to_string(i)));
  int pairs = 0;
  const auto done = database_->read([&](Reader& reader) {
    return reader.query("SELECT id FROM items", {}, [&](const Row&) {
      return reader.query("SELECT id FROM items", {}, [&](const Row&) { ++pairs; });
    });
  });
  EXPECT_TRUE(done);
  EXPECT_EQ(pairs, 9);
}

TEST_F(DatabaseTest, CallbacksStopAQueryOrFailIt) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(insert(i, std::to_string(i)));
  int seen = 0;
  const auto stopped = database_->read([&](Reader& reader) {
    return reader.query("SELECT id FROM items", {},
                        [&](const Row&) { return ++seen == 2 ? Continue::stop : Continue::more; });
  });
  EXPECT_TRUE(stopped);
  EXPECT_EQ(seen, 2);
  const auto failed = database_->read([&](Reader& reader) {
    return reader.query("SELECT id FROM items", {},
                        [&](const Row&) -> Result<void> { return invalid("no"); });
  });
  EXPECT_EQ(failed.error().message, "no");
  const auto ids = database_->read([](Reader& reader) {
    return reader.all("SELECT id FROM items ORDER BY id", {}, [](const Row& row) { return row.int64(0); });
  });
  EXPECT_EQ(ids.value(), (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
}

TEST_F(DatabaseTest, ReadersCannotWrite) {
  const auto written = database_->read([](Reader& reader) {
    return reader.query("INSERT INTO items (id) VALUES (1) RETURNING id", {}, [](const Row&) {});
  });
  EXPECT_FALSE(written);
  EXPECT_EQ(count(), 0);
}

TEST_F(DatabaseTest, CommitCallbacksRunOnlyForWhatWasCommitted) {
  std::vector<int> called;
  ASSERT_TRUE(database_->write([&](Transaction& transaction) -> Result<void> {
    transaction.on_commit([&] { called.push_back(1); });
    return {};
  }));
  EXPECT_FALSE(database_->write([&](Transaction& transaction) -> Result<void> {
    transaction.on_commit([&] { called.push_back(2); });
    return invalid("no");
  }));
  EXPECT_EQ(called, std::vector<int>{1});
}

TEST_F(DatabaseTest, AWriteInsideAWriteIsRefusedInsteadOfWaitingForItself) {
  const auto outer = database_->write([&](Transaction&) { return insert(1, "a"); });
  EXPECT_EQ(outer.error().code, Code::internal);
}

TEST_F(DatabaseTest, AThrowingFunctionIsUndone) {
  const auto thrown = database_->write([&](Transaction& transaction) -> Result<void> {
    MARU_TRY(transaction.execute(kInsert, {1, "a", nullptr, nullptr}));
    throw std::runtime_error("oops");
  });
  EXPECT_EQ(thrown.error().code, Code::internal);
  EXPECT_EQ(count(), 0);
}

TEST_F(DatabaseTest, PastTheQueueLimitWritersAreTurnedAway) {
  DatabaseOptions options = items_options();
  options.write_queue_limit = 2;
  const TestDatabase small(options);
  std::latch begun(1), release(1);
  small->write_async(
      [&](Transaction&) -> Result<void> {
        begun.count_down();
        release.wait();
        return {};
      },
      [](Result<void>) {});
  begun.wait();
  const auto nothing = [](Transaction&) -> Result<void> { return {}; };
  small->write_async(nothing, [](Result<void> outcome) { EXPECT_TRUE(outcome); });
  small->write_async(nothing, [](Result<void> outcome) { EXPECT_TRUE(outcome); });
  EXPECT_EQ(small->write(nothing).error().code, Code::resource_exhausted);
  release.count_down();
}

TEST_F(DatabaseTest, ManyStatementsDoNotPileUp) {
  const auto done = database_->read([](Reader& reader) -> Result<void> {
    for (int i = 0; i < 1000; ++i) {
      MARU_TRY(reader.query(fmt::format("SELECT {} FROM items", i), {}, [](const Row&) {}));
    }
    return {};
  });
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace maru::store
