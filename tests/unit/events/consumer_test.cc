#include "events/consumer.h"

#include <gtest/gtest.h>

#include "store/test_database.h"

namespace maru::events {
namespace {

NewEvent made(std::string type) { return {std::move(type), "thing/1", "", "test", {}, {}}; }

class ConsumerTest : public ::testing::Test {
 protected:
  std::vector<std::int64_t> ids(Consumer& consumer, std::size_t limit, std::vector<std::string> types = {}) {
    std::vector<std::int64_t> out;
    const auto events = consumer.poll(limit, std::move(types)).value();
    for (const auto& event : events) out.push_back(event.id);
    return out;
  }
  using Ids = std::vector<std::int64_t>;
  store::TestDatabase database_;
  ManualClock clock_{1'000};
};

TEST_F(ConsumerTest, GoesOnWhereItLeftOffAfterARestart) {
  {
    Log log(*database_, clock_);
    auto consumer = Consumer::open(log, "rules").value();
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(log.append(made("a")));
    EXPECT_EQ(ids(consumer, 2), (Ids{1, 2}));
    EXPECT_EQ(ids(consumer, 2), (Ids{1, 2})) << "not committed: the same again";
    ASSERT_TRUE(consumer.commit(2));
    EXPECT_EQ(ids(consumer, 10), (Ids{3, 4, 5}));
  }
  database_.reopen();
  Log log(*database_, clock_);
  auto consumer = Consumer::open(log, "rules").value();
  EXPECT_EQ(consumer.position(), 2);
  EXPECT_EQ(ids(consumer, 10), (Ids{3, 4, 5}));
  auto other = Consumer::open(log, "other").value();
  EXPECT_EQ(ids(other, 10).size(), 5U);
  auto newcomer = Consumer::open(log, "newcomer", StartAt::now).value();
  EXPECT_TRUE(ids(newcomer, 10).empty());
}

TEST_F(ConsumerTest, TheCursorMovesWithItsEffectsOrNotAtAll) {
  Log log(*database_, clock_);
  auto consumer = Consumer::open(log, "rules").value();
  ASSERT_TRUE(log.append(made("a")));
  EXPECT_FALSE(database_->write([&](store::Transaction& transaction) -> Result<void> {
    MARU_TRY(consumer.commit(transaction, 1));
    return invalid("the effect failed");
  }));
  EXPECT_EQ(consumer.position(), 0);
  EXPECT_EQ(ids(consumer, 10), Ids{1});
  ASSERT_TRUE(database_->write([&](store::Transaction& transaction) -> Result<void> {
    MARU_TRY(log.append(transaction, made("effect")));
    return consumer.commit(transaction, 1);
  }));
  EXPECT_EQ(ids(consumer, 10), Ids{2});
}

TEST_F(ConsumerTest, TheCursorOnlyGoesForward) {
  Log log(*database_, clock_);
  auto consumer = Consumer::open(log, "rules").value();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(log.append(made("a")));
  ASSERT_TRUE(consumer.commit(2));
  EXPECT_EQ(consumer.commit(1).error().code, Code::failed_precondition);
  EXPECT_TRUE(consumer.commit(2));
}

TEST_F(ConsumerTest, PollsTheTypesItAsksFor) {
  Log log(*database_, clock_);
  auto consumer = Consumer::open(log, "rules").value();
  for (const char* type : {"a.x", "b", "a.y", "c"}) ASSERT_TRUE(log.append(made(type)));
  EXPECT_EQ(ids(consumer, 10, {"a.", "c"}), (Ids{1, 3, 4}));
}

TEST_F(ConsumerTest, WaitingEndsWithAnEventOrAWake) {
  Log log(*database_, clock_);
  auto consumer = Consumer::open(log, "rules").value();
  EXPECT_FALSE(consumer.wait(0));
  constexpr DurationMs kLongMs = 60'000;
  {
    std::jthread writer([&] { EXPECT_TRUE(log.append(made("a"))); });
    EXPECT_TRUE(consumer.wait(kLongMs));
  }
  ASSERT_TRUE(consumer.commit(1));
  std::atomic<bool> returned{false};
  std::jthread waiter([&] {
    EXPECT_FALSE(consumer.wait(kLongMs));
    returned = true;
  });
  while (!returned) {
    log.wake_all();
    std::this_thread::yield();
  }
}

}  // namespace
}  // namespace maru::events
