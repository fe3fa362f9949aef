#include "events/log.h"

#include <gtest/gtest.h>

#include "events/consumer.h"
#include "events/internal/query.h"
#include "store/test_database.h"

namespace maru::events {
namespace {

using store::Transaction;

NewEvent made(std::string type, std::string subject = "thing/1", std::optional<std::int64_t> cause = {}) {
  return {std::move(type), std::move(subject), "bikes", "test", {{"n", 1.5}}, cause};
}

class LogTest : public ::testing::Test {
 protected:
  std::vector<std::int64_t> ids(const Filter& filter) {
    const auto events = log_.list(filter).value();
    std::vector<std::int64_t> out;
    for (const auto& event : events) out.push_back(event.id);
    return out;
  }
  store::TestDatabase database_;
  ManualClock clock_{1'000};
  Log log_{*database_, clock_};
};

TEST_F(LogTest, EventsComeBackAsTheyWent) {
  const auto first = log_.append(made("run.started")).value();
  clock_.advance(5);
  const auto second = log_.append(made("run.finished", "run/x", first)).value();
  EXPECT_GT(second, first);
  const Event event = log_.get(second).value();
  EXPECT_EQ(to_json(to_json_object(event)),
            fmt::format(R"({{"id":{},"at_ms":1005,"type":"run.finished","subject":"run/x","project":"bikes",)"
                        R"("actor":"test","payload":{{"n":1.5}},"cause":{}}})",
                        second, first));
  EXPECT_EQ(log_.get(99).error().code, Code::not_found);
  EXPECT_EQ(log_.newest_id().value(), second);
}

TEST_F(LogTest, AnUndoneTransactionLeavesNoEventAndTellsNobody) {
  int told = 0;
  const auto subscription = log_.subscribe([&](const Event&) { ++told; });
  EXPECT_FALSE(database_->write([&](Transaction& transaction) -> Result<void> {
    MARU_TRY(log_.append(transaction, made("a")));
    return invalid("undone");
  }));
  EXPECT_EQ(told, 0);
  EXPECT_TRUE(log_.list({})->empty());
  ASSERT_TRUE(log_.append(made("b")));
  EXPECT_EQ(told, 1);
}

TEST_F(LogTest, FiltersAgreeWithMatches) {
  for (const char* type : {"model.created", "model", "models.x", "model.", "version.created"}) {
    for (const char* subject : {"model/a", "model/a/1", "model/ab", "run/1"}) {
      clock_.advance(1);
      if (!std::string_view(type).ends_with('.')) {
        NewEvent event = made(type, subject);
        event.project = subject[0] == 'r' ? "other" : "bikes";
        ASSERT_TRUE(log_.append(std::move(event)));
      }
    }
  }
  const auto all = log_.list({.limit = 1000}).value();
  const std::vector<Filter> filters{{.types = {"model."}},
                                    {.types = {"model"}},
                                    {.types = {"model.", "version.created"}, .subject = "model/a"},
                                    {.subject = "model/a/"},
                                    {.subject = "model/"},
                                    {.project = "other", .after_id = 4},
                                    {.before_id = 9, .since_ms = 1'004},
                                    {.types = {"none"}}};
  for (Filter filter : filters) {
    std::vector<std::int64_t> expected;
    for (const auto& event : all) {
      if (matches(filter, event)) expected.push_back(event.id);
    }
    EXPECT_EQ(ids(filter), expected);
    filter.newest_first = true;
    filter.limit = 3;
    std::reverse(expected.begin(), expected.end());
    expected.resize(std::min<std::size_t>(3, expected.size()));
    EXPECT_EQ(ids(filter), expected);
  }
  EXPECT_EQ(log_.list({.limit = kListLimit + 1}).error().code, Code::invalid_argument);
}

TEST_F(LogTest, CausesAreFollowedNearestFirst) {
  const auto a = log_.append(made("a")).value();
  const auto b = log_.append(made("b", "x", a)).value();
  const auto c = log_.append(made("c", "x", b)).value();
  const auto causes = log_.causes(c).value();
  ASSERT_EQ(causes.size(), 2U);
  EXPECT_EQ(causes[0].id, b);
  EXPECT_EQ(causes[1].id, a);
  EXPECT_TRUE(log_.causes(a)->empty());
  EXPECT_EQ(log_.causes(99).error().code, Code::not_found);
  const auto itself = log_.append(made("d", "x", c + 1)).value();
  EXPECT_EQ(itself, c + 1);
  EXPECT_TRUE(log_.causes(itself)->empty()) << "an event that names itself must not be followed for ever";
}

TEST_F(LogTest, BadEventsAreRefused) {
  EXPECT_EQ(log_.append(made("")).error().code, Code::invalid_argument);
  EXPECT_EQ(log_.append(made("a b")).error().code, Code::invalid_argument);
  EXPECT_EQ(log_.append(made("a.")).error().code, Code::invalid_argument);
  EXPECT_EQ(log_.append(made("a", "")).error().code, Code::invalid_argument);
  NewEvent large = made("a");
  large.payload["text"] = std::string(kPayloadLimitBytes, 'x');
  EXPECT_EQ(log_.append(std::move(large)).error().code, Code::payload_too_large);
  EXPECT_TRUE(log_.list({})->empty());
}

TEST_F(LogTest, SubscribersHearEveryEventInOrder) {
  std::vector<std::int64_t> heard;
  auto subscription =
      std::make_unique<Subscription>(log_.subscribe([&](const Event& event) { heard.push_back(event.id); }));
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 25; ++i) EXPECT_TRUE(log_.append(made("a")));
      });
    }
  }
  EXPECT_EQ(heard.size(), 200U);
  EXPECT_TRUE(std::is_sorted(heard.begin(), heard.end()));
  subscription.reset();
  ASSERT_TRUE(log_.append(made("a")));
  EXPECT_EQ(heard.size(), 200U);
}

TEST_F(LogTest, ASubscriberMayEndItselfAndOthers) {
  int first = 0, second = 0;
  std::optional<Subscription> one, two;
  one = log_.subscribe([&](const Event&) {
    ++first;
    two.reset();
    one.reset();
  });
  two = log_.subscribe([&](const Event&) { ++second; });
  ASSERT_TRUE(log_.append(made("a")));
  ASSERT_TRUE(log_.append(made("a")));
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 0);
}

TEST_F(LogTest, IdsAreNotUsedAgainAfterRetention) {
  const auto last = log_.append(made("a")).value();
  clock_.advance(10);
  EXPECT_EQ(log_.remove_before(clock_.now_ms()).value(), 1U);
  EXPECT_GT(log_.append(made("b")).value(), last);
}

TEST_F(LogTest, RetentionWaitsForEveryConsumer) {
  auto consumer = Consumer::open(log_, "slow").value();
  std::int64_t first = 0;
  for (int i = 0; i < 5; ++i) {
    const auto id = log_.append(made("a")).value();
    if (i == 1) first = id;
  }
  clock_.advance(10);
  EXPECT_EQ(log_.remove_before(clock_.now_ms()).value(), 0U);
  ASSERT_TRUE(consumer.commit(first));
  EXPECT_EQ(log_.remove_before(clock_.now_ms()).value(), 2U);
  ASSERT_TRUE(Consumer::forget(log_, "slow"));
  EXPECT_EQ(log_.remove_before(clock_.now_ms()).value(), 3U);
}

// What the planner makes of the two statements that run all day over a log of any length.
TEST_F(LogTest, ConsumersAndRetentionReadNoHistory) {
  const auto plan_of = [&](std::string_view sql, std::size_t params) {
    return database_->read([&](store::Reader& reader) -> Result<std::string> {
      std::string plan;
      const std::vector<store::Value> values(params, store::Value(1));
      MARU_TRY(reader.query(fmt::format("EXPLAIN QUERY PLAN {}", sql), values,
                            [&](const store::Row& row) { plan += fmt::format("{}\n", row.text(3)); }));
      return plan;
    });
  };
  const auto poll = query_of({.types = {"model.", "version.created"}, .after_id = 7});
  const std::string poll_plan = plan_of(poll.sql, poll.params.size()).value();
  EXPECT_NE(poll_plan.find("INTEGER PRIMARY KEY (rowid>?)"), std::string::npos) << poll_plan;
  EXPECT_EQ(poll_plan.find("TEMP B-TREE"), std::string::npos) << poll_plan;
  const auto all = statements();
  const auto removal = std::find_if(all.begin(), all.end(),
                                    [](const auto& each) { return each.name == "events.delete_handled"; });
  ASSERT_NE(removal, all.end());
  const std::string removal_plan = plan_of(removal->sql, 2).value();
  EXPECT_NE(removal_plan.find("events_by_time (at_ms<?)"), std::string::npos) << removal_plan;
}

TEST(Events, StatementsArePreparedAgainstTheSchema) { store::expect_statements_prepare(statements()); }

}  // namespace
}  // namespace maru::events
