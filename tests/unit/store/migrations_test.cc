#include "store/migrations.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "store/test_database.h"

namespace maru::store {
namespace {

constexpr Migration kFirst{1, "0001_a.sql", "CREATE TABLE a (x INTEGER);"};
constexpr Migration kSecond{20, "0020_b.sql", "CREATE TABLE b (x INTEGER); INSERT INTO b VALUES (1);"};
constexpr Migration kBetween{10, "0010_c.sql", "CREATE TABLE c (x INTEGER);"};

class MigrationsTest : public ::testing::Test {
 protected:
  Result<void> open(const std::vector<Migration>& migrations) {
    DatabaseOptions options;
    options.migrations = migrations;
    return open_sqlite(folder_.path() / "maru.db", options)
        .transform([](auto&&) { return 0; })
        .and_then([](int) { return Result<void>(); });
  }
  TemporaryFolder folder_ = TemporaryFolder::create("maru-test").value();
};

TEST_F(MigrationsTest, EachIsAppliedOnce) {
  EXPECT_TRUE(open({kFirst, kSecond}));
  EXPECT_TRUE(open({kFirst, kSecond}));
}

TEST_F(MigrationsTest, ALowerNumberFromAnotherRoomIsStillApplied) {
  EXPECT_TRUE(open({kFirst, kSecond}));
  EXPECT_TRUE(open({kFirst, kBetween, kSecond}));
}

TEST_F(MigrationsTest, AChangedFileIsRefused) {
  EXPECT_TRUE(open({kFirst}));
  Migration changed = kFirst;
  changed.sql = "CREATE TABLE a (x INTEGER, y INTEGER);";
  const auto opened = open({changed});
  EXPECT_EQ(opened.error().code, Code::failed_precondition);
  EXPECT_NE(opened.error().message.find("migration 0001_a.sql changed"), std::string::npos)
      << opened.error().message;
}

TEST_F(MigrationsTest, ANewerDatabaseIsRefused) {
  EXPECT_TRUE(open({kFirst, kSecond}));
  const auto opened = open({kFirst});
  EXPECT_EQ(opened.error().code, Code::failed_precondition);
  EXPECT_NE(opened.error().message.find("newer Maru"), std::string::npos) << opened.error().message;
}

TEST_F(MigrationsTest, AFailingFileLeavesNoHalfOfItself) {
  const Migration broken{30, "0030_d.sql", "CREATE TABLE d (x INTEGER); INSERT INTO nowhere VALUES (1);"};
  const auto opened = open({kFirst, broken});
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("0030_d.sql"), std::string::npos) << opened.error().message;
  const Migration mended{30, "0030_d.sql", "CREATE TABLE d (x INTEGER);"};
  EXPECT_TRUE(open({kFirst, mended})) << "the table would exist already, had half of the broken one stayed";
}

TEST(EmbeddedMigrations, AreInOrderAndApply) {
  const auto all = embedded_migrations();
  ASSERT_FALSE(all.empty());
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LT(all[i - 1].number, all[i].number);
  const TestDatabase database;
  EXPECT_TRUE(database->check_statement("SELECT id FROM events"));
}

TEST(PendingMigrations, KeepsTheirOrder) {
  const std::vector<Migration> known{kFirst, kBetween, kSecond};
  const std::vector<AppliedMigration> applied{{10, "0010_c.sql", sha256_hex(kBetween.sql)}};
  const auto pending = pending_migrations(known, applied);
  ASSERT_EQ(pending->size(), 2U);
  EXPECT_EQ((*pending)[0].number, 1);
  EXPECT_EQ((*pending)[1].number, 20);
}

}  // namespace
}  // namespace maru::store
