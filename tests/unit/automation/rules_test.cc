#include "automation/rules.h"

#include <gtest/gtest.h>

#include <mutex>

#include "automation/actions.h"
#include "automation/internal/rule_table.h"
#include "store/test_database.h"

namespace maru::automation {
namespace {

constexpr DurationMs kLongMs = 60'000;

// {test: ok | bad | away | away_once}: remembers the keys it was called with.
class TestAction final : public RuleAction {
 public:
  std::string_view name() const override { return "test"; }
  Result<void> check(const JsonObject& arguments) const override {
    return arguments.at("test").is_string() ? Result<void>() : invalid("test: expected a text");
  }
  Result<JsonObject> act(const ActionContext& context) override {
    const std::lock_guard lock(mutex);
    calls.push_back(context.key);
    last_cause = context.cause;
    const std::string what(context.arguments.at("test").as_string());
    if (what == "bad") return invalid("it is bad");
    if (what == "away" || (what == "away_once" && calls.size() == 1))
      return make_error(Code::unavailable, "it is away");
    if (what == "throw") throw std::runtime_error("thrown");
    return JsonObject{{"did", what}};
  }
  std::mutex mutex;
  std::vector<std::string> calls;
  std::int64_t last_cause = 0;
};

class RulesTest : public testing::Test {
 protected:
  RulesTest() { open(); }
  void open() {
    log = std::make_unique<events::Log>(database.get(), clock);
    auto opened = Rules::open(database.get(), *log, clock, {action, make_notify_action(*log)},
                              {.action_backoff_ms = 1, .schedule_poll_ms = 1});
    ASSERT_TRUE(opened) << opened.error().message;
    rules = std::move(*opened);
  }
  void restart() {
    rules.reset();
    log.reset();
    database.reopen();
    open();
  }
  void define(std::string_view name, std::string_view definition) {
    const Json value = *parse_json(definition);
    const auto rule = read_rule(name, "bikes", JsonReader(value), rules->action_names());
    ASSERT_TRUE(rule) << rule.error().message;
    const auto defined = rules->define(*rule);
    ASSERT_TRUE(defined) << defined.error().message;
  }
  std::int64_t happen(std::string_view type, std::string_view payload,
                      std::optional<std::int64_t> cause = {}) {
    return *log->append({.type = std::string(type),
                         .subject = "thing/x",
                         .project = "bikes",
                         .actor = "user/kim",
                         .payload = *parse_json_object(payload),
                         .cause = cause});
  }
  std::vector<events::Event> events_of(std::string type) {
    return *log->list({.types = {std::move(type)}, .subject = {}, .project = {}});
  }

  store::TestDatabase database;
  ManualClock clock{1'300'000'000'000};
  std::shared_ptr<TestAction> action = std::make_shared<TestAction>();
  std::unique_ptr<events::Log> log;
  std::unique_ptr<Rules> rules;
};

TEST(RuleStatements, Prepare) { store::expect_statements_prepare(rule_statements()); }

TEST_F(RulesTest, ActsAndRemembersWhy) {
  define("r", R"({"on": "thing.seen", "when": "x > 3", "do": [{"test": "ok"}, {"notify": "team"}]})");
  const auto event = happen("thing.seen", R"({"x": 5})");
  ASSERT_TRUE(rules->handle_events());
  const auto evaluations = *rules->evaluations("r", 10);
  ASSERT_EQ(evaluations.size(), 1u);
  EXPECT_EQ(evaluations[0].event_id, event);
  EXPECT_EQ(evaluations[0].verdict, Verdict::acted);
  EXPECT_EQ(evaluations[0].sentence, "x 5 > 3");
  EXPECT_EQ(to_json(evaluations[0].values), R"({"x":5})");
  ASSERT_EQ(evaluations[0].actions.size(), 2u);
  EXPECT_EQ(evaluations[0].actions[0].state, "done");
  EXPECT_EQ(to_json(evaluations[0].actions[0].result), R"({"did":"ok"})");
  // Following `cause` back: the alert, the rule's evaluation, the event.
  const auto alert = events_of("alert.raised").at(0);
  EXPECT_EQ(alert.payload.at("text"), "x 5 > 3");
  const auto causes = *log->causes(alert.id);
  ASSERT_EQ(causes.size(), 2u);
  EXPECT_EQ(causes[0].type, "rule.evaluated");
  EXPECT_EQ(causes[1].id, event);
  EXPECT_EQ(action->last_cause, causes[0].id);
  EXPECT_EQ(events_of("rule.acted").at(0).payload.at("sentence"), "x 5 > 3");
  EXPECT_EQ(rules->evaluations_of_event(event)->size(), 1u);
}

TEST_F(RulesTest, ANearMissIsRecordedWithItsValues) {
  define("r", R"({"on": "thing.seen", "when": "x > 3", "do": {"test": "ok"}})");
  happen("thing.seen", R"({"x": 2})");
  ASSERT_TRUE(rules->handle_events());
  const auto evaluations = *rules->evaluations("r", 10);
  ASSERT_EQ(evaluations.size(), 1u);
  EXPECT_EQ(evaluations[0].verdict, Verdict::skipped);
  EXPECT_EQ(evaluations[0].sentence, "x 2 ≤ 3");
  EXPECT_TRUE(action->calls.empty());
  EXPECT_TRUE(events_of("rule.").empty());
}

TEST_F(RulesTest, ANewRuleDoesNotSeeThePast) {
  happen("thing.seen", "{}");
  define("r", R"({"on": "thing.seen", "do": {"test": "ok"}})");
  happen("thing.seen", "{}");
  ASSERT_TRUE(rules->handle_events());
  EXPECT_EQ(action->calls, (std::vector<std::string>{"r/2/0"}));
  define("r", R"({"on": "thing.seen", "when": "x = 1", "do": {"test": "ok"}})");  // changed, not new
  happen("thing.seen", R"({"x": 1})");
  ASSERT_TRUE(rules->handle_events());
  EXPECT_EQ(action->calls.size(), 2u);
}

TEST_F(RulesTest, AFailingActionIsTriedAgainWithinBoundsThenRaisesAnAlert) {
  define("r", R"({"on": "thing.seen", "do": [{"test": "away"}]})");
  happen("thing.seen", "{}");
  ASSERT_TRUE(rules->handle_events());
  const auto evaluation = rules->evaluations("r", 1)->at(0);
  EXPECT_EQ(evaluation.verdict, Verdict::failed);
  EXPECT_EQ(evaluation.reason, "action {\"test\":\"away\"}: it is away");
  EXPECT_EQ(evaluation.actions[0].attempts, 3);
  EXPECT_EQ(evaluation.actions[0].state, "failed");
  EXPECT_EQ(events_of("rule.failed").size(), 1u);
  EXPECT_EQ(events_of("alert.raised").at(0).payload.at("title"), "rule r could not act");
}

TEST_F(RulesTest, APassingFailureIsNoFailure) {
  define("r", R"({"on": "thing.seen", "do": [{"test": "away_once"}]})");
  happen("thing.seen", "{}");
  ASSERT_TRUE(rules->handle_events());
  EXPECT_EQ(rules->evaluations("r", 1)->at(0).verdict, Verdict::acted);
  EXPECT_EQ(rules->evaluations("r", 1)->at(0).actions[0].attempts, 2);
}

TEST_F(RulesTest, AWrongActionIsNotTriedAgainAndStopsNoOther) {
  define("r", R"({"on": "thing.seen", "do": [{"test": "bad"}, {"test": "throw"}, {"test": "ok"}]})");
  happen("thing.seen", "{}");
  ASSERT_TRUE(rules->handle_events());
  const auto evaluation = rules->evaluations("r", 1)->at(0);
  EXPECT_EQ(evaluation.actions[0].attempts, 1);
  EXPECT_EQ(evaluation.actions[1].error, "test: thrown");
  EXPECT_EQ(evaluation.actions[2].state, "done");
}

TEST_F(RulesTest, ARuleThatCannotBeEvaluatedSaysSo) {
  define("r", R"({"on": "thing.seen", "when": "x > 3", "do": {"test": "ok"}})");
  happen("thing.seen", R"({"x": "five"})");
  ASSERT_TRUE(rules->handle_events());
  EXPECT_EQ(rules->evaluations("r", 1)->at(0).reason,
            "when: column 3: cannot compare text 'five' with number 3");
  EXPECT_EQ(events_of("rule.evaluated").size(), 1u);
}

TEST_F(RulesTest, AtMostCountsOverARestart) {
  define("r", R"({"on": "thing.seen", "do": {"test": "ok"}, "at_most": "1 per 7d"})");
  happen("thing.seen", "{}");
  ASSERT_TRUE(rules->handle_events());
  restart();
  happen("thing.seen", "{}");
  ASSERT_TRUE(rules->handle_events());
  EXPECT_EQ(action->calls.size(), 1u);
  EXPECT_EQ(rules->evaluations("r", 1)->at(0).verdict, Verdict::held);
  clock.advance(7 * kDayMs);
  happen("thing.seen", "{}");
  ASSERT_TRUE(rules->handle_events());
  EXPECT_EQ(action->calls.size(), 2u);
}

// A crash after the decision was written and before the action was: the action is done, once, after the
// restart.
TEST_F(RulesTest, AnActionCutShortIsDoneAfterTheRestart) {
  define("r", R"({"on": "thing.seen", "when": "x > 3", "do": [{"test": "ok"}, {"test": "ok"}]})");
  const auto event = happen("thing.seen", R"({"x": 5})");
  Evaluation half{.rule = "r",
                  .event_id = event,
                  .at_ms = clock.now_ms(),
                  .verdict = Verdict::acted,
                  .sentence = "x 5 > 3",
                  .reason = {},
                  .values = {},
                  .actions = {}};
  half.actions.push_back(
      {.arguments = {{"test", "ok"}}, .state = "done", .attempts = 1, .result = {}, .error = {}});
  half.actions.push_back({.arguments = {{"test", "ok"}}, .state = "started", .result = {}, .error = {}});
  ASSERT_TRUE(database->write([&](store::Transaction& transaction) -> Result<void> {
    MARU_TRY(table::insert_evaluation(transaction, half));
    MARU_TRY(table::put_action(transaction, half, 0));
    return table::put_action(transaction, half, 1);
  }));
  restart();
  ASSERT_TRUE(rules->handle_events());
  EXPECT_EQ(action->calls, (std::vector<std::string>{fmt::format("r/{}/1", event)}));
  EXPECT_EQ(rules->evaluations("r", 10)->size(), 1u);
  EXPECT_EQ(rules->evaluations("r", 1)->at(0).actions[1].state, "done");
}

// The cursor was lost after everything was done: nothing is done again.
TEST_F(RulesTest, AnEventThatComesTwiceIsActedOnOnce) {
  define("r", R"({"on": "thing.seen", "do": [{"test": "ok"}]})");
  happen("thing.seen", "{}");
  ASSERT_TRUE(rules->handle_events());
  ASSERT_TRUE(database->write(
      [](store::Transaction& t) { return t.execute("UPDATE event_cursors SET last_id = 0"); }));
  restart();
  ASSERT_TRUE(rules->handle_events());
  EXPECT_EQ(action->calls.size(), 1u);
  EXPECT_EQ(events_of("rule.acted").size(), 1u);
}

TEST_F(RulesTest, ARuleThatFeedsItselfComesToRest) {
  define("r", R"({"on": "alert.raised", "do": {"notify": "team"}})");
  happen("alert.raised", "{}");
  ASSERT_TRUE(rules->handle_events());
  EXPECT_EQ(rules->evaluations("r", 100)->at(0).verdict, Verdict::held);
  EXPECT_EQ(events_of("alert.raised").size(), 1u + static_cast<std::size_t>(kEchoLimit));
}

TEST_F(RulesTest, TestDoesAndRecordsNothing) {
  define("r", R"({"on": "thing.seen", "when": "x > 3", "do": {"test": "ok"}})");
  const events::Event event{.id = 1,
                            .at_ms = 0,
                            .type = "thing.seen",
                            .subject = "thing/x",
                            .project = {},
                            .actor = {},
                            .payload = {{"x", 5}},
                            .cause = {}};
  const auto decision = rules->test("r", event);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->verdict, Verdict::acted);
  EXPECT_TRUE(action->calls.empty());
  EXPECT_TRUE(rules->evaluations("r", 10)->empty());
  EXPECT_EQ(rules->test("q", event).error().message, "no rule \"q\" (did you mean \"r\"?)");
}

TEST_F(RulesTest, SchedulesTickOnceHoweverMuchTimePassed) {
  define("hourly", R"({"every": "1h", "do": {"test": "ok"}})");
  EXPECT_EQ(*rules->tick(clock.now_ms()), 0u);
  clock.advance(5 * kHourMs);
  EXPECT_EQ(*rules->tick(clock.now_ms()), 1u);
  EXPECT_EQ(*rules->tick(clock.now_ms()), 0u);
  restart();
  EXPECT_EQ(*rules->tick(clock.now_ms()), 0u);
  ASSERT_TRUE(rules->handle_events());
  EXPECT_EQ(action->calls.size(), 1u);
  const auto tick = events_of("schedule.tick").at(0);
  EXPECT_EQ(tick.subject, "schedule/hourly");
  EXPECT_EQ(tick.payload.at("scheduled_ms"), clock.now_ms() / kHourMs * kHourMs);
}

TEST_F(RulesTest, ChecksActionsWhenDefined) {
  const Json value = *parse_json(R"({"on": "a.b", "do": {"test": 5}})");
  EXPECT_EQ(rules->define(*read_rule("r", "", JsonReader(value), rules->action_names())).error().message,
            "rules.r.do[0]: test: expected a text");
}

TEST_F(RulesTest, RemovedRulesRest) {
  define("r", R"({"on": "thing.seen", "do": {"test": "ok"}})");
  ASSERT_TRUE(rules->remove("r"));
  EXPECT_EQ(rules->remove("r").error().code, Code::not_found);
  happen("thing.seen", "{}");
  ASSERT_TRUE(rules->handle_events());
  EXPECT_TRUE(action->calls.empty());
  EXPECT_TRUE(rules->list()->empty());
}

TEST_F(RulesTest, RunsOnItsOwnThreads) {
  define("r", R"({"on": "thing.seen", "do": {"test": "ok"}})");
  define("hourly", R"({"every": "1h", "do": {"test": "ok"}})");
  rules->start();
  std::int64_t last = 0;
  for (int i = 0; i < 20; ++i) last = happen("thing.seen", "{}");
  ASSERT_TRUE(rules->wait_handled(last, kLongMs));
  clock.advance(kHourMs);
  while (events_of("schedule.tick").empty()) system_clock().sleep_ms(1);
  ASSERT_TRUE(rules->wait_handled(events_of("schedule.tick").at(0).id, kLongMs));
  rules->stop();
  EXPECT_EQ(action->calls.size(), 21u);
}

TEST_F(RulesTest, TheRunActionStartsAPipelineOnce) {
  class Nothing final : public StepKind {
    std::string_view name() const override { return "nothing"; }
    Result<void> check(const StepSpec&, const PipelineSpec&) const override { return {}; }
    Result<JsonObject> run(StepContext&) const override { return JsonObject(); }
  };
  auto pipelines = *Pipelines::open(database.get(), *log, clock, {std::make_shared<Nothing>()},
                                    {.folder = database.folder() / "runs", .log = {}});
  ASSERT_TRUE(pipelines->define(
      {"train", "bikes", {{.name = "a", .kind = "nothing", .arguments = {}, .after = {}, .retry = {}}}, {}}));
  rules = *Rules::open(database.get(), *log, clock, {make_run_action(*pipelines)});
  const Json wrong = *parse_json(R"({"on": "a.b", "do": {"run": "trian"}})");
  EXPECT_EQ(rules->define(*read_rule("r", "", JsonReader(wrong), rules->action_names())).error().message,
            "rules.r.do[0]: run: no pipeline \"trian\" (did you mean \"train\"?)");
  define("r", R"({"on": "thing.seen", "do": {"run": "train", "params": {"month": "2011-05"}}})");
  const auto event = happen("thing.seen", "{}");
  ASSERT_TRUE(rules->handle_events());
  const auto runs = *pipelines->runs("train", 10);
  ASSERT_EQ(runs.size(), 1u);
  const PipelineRun run = *pipelines->wait(runs[0].id, kLongMs);
  EXPECT_EQ(run.state, RunState::succeeded);
  EXPECT_EQ(run.actor, "rule/r");
  EXPECT_EQ(run.params.at("month"), "2011-05");
  const auto causes = *log->causes(run.started_event);
  EXPECT_EQ(causes.back().id, event);
  rules.reset();
  pipelines.reset();
}

}  // namespace
}  // namespace maru::automation
