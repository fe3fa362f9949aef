#include "automation/rule.h"

#include <gtest/gtest.h>

namespace maru::automation {
namespace {

const std::vector<std::string> kActions{"run", "notify", "alias"};

Result<RuleSpec> read(std::string_view definition, std::string_view name = "champion") {
  const auto value = parse_json(definition);
  EXPECT_TRUE(value) << value.error().message;
  return read_rule(name, "bikes", JsonReader(*value, fmt::format("rules.{}", name)), kActions);
}
events::Event event(std::string_view type, std::string_view payload) {
  return {.id = 812,
          .at_ms = 1000,
          .type = std::string(type),
          .subject = "model/demand/3",
          .project = "bikes",
          .actor = "user/kim",
          .payload = *parse_json_object(payload),
          .cause = {}};
}
const RuleSnapshot kNow{.environment = "production", .acted_ms = {}, .echoes = 0};
constexpr TimeMs kNowMs = 1'300'000'000'000;

constexpr std::string_view kChampion = R"({"on": "version.evaluated", "given": "model = 'demand'",
  "when": "metrics.rmse < champion.metrics.rmse * 0.98 and checks.failed = 0", "select": "order by metrics.rmse asc", "do": [{"alias": "champion"}]})";

std::string evaluated(std::string_view version, double rmse, std::string_view champion,
                      std::string_view candidates = "[]", int failed = 0) {
  return fmt::format(
      R"({{"model": "demand", "version": "{}", "metrics": {{"rmse": {}}}, "checks": {{"failed": {}}}, "champion": {}, "candidates": {}}})",
      version, rmse, failed, champion, candidates);
}

TEST(Decide, ASelectionRuleTakesTheBetterVersion) {
  const auto rule = *read(kChampion);
  const auto decision = decide(
      rule,
      event("version.evaluated", evaluated("4", 61.2, R"({"version": "3", "metrics": {"rmse": 84.9}})")),
      kNow, kNowMs);
  EXPECT_EQ(decision.verdict, Verdict::acted);
  EXPECT_EQ(decision.sentence, "rmse 61.2 < 84.9 × 0.98, 0 checks failed");
  EXPECT_EQ(to_json(decision.values),
            R"({"model":"demand","metrics.rmse":61.2,"champion.metrics.rmse":84.9,"checks.failed":0})");
  ASSERT_EQ(decision.actions.size(), 1u);
  EXPECT_EQ(to_json(decision.actions[0]), R"({"alias":"champion"})");
}

TEST(Decide, NotEnoughBetterIsSkipped) {
  const auto rule = *read(kChampion);
  const auto decision = decide(
      rule, event("version.evaluated", evaluated("4", 84, R"({"version": "3", "metrics": {"rmse": 84.9}})")),
      kNow, kNowMs);
  EXPECT_EQ(decision.verdict, Verdict::skipped);
  EXPECT_EQ(decision.sentence, "rmse 84 ≥ 84.9 × 0.98");
  EXPECT_TRUE(decision.actions.empty());
}

TEST(Decide, TheFirstVersionNeedsNoChampionToBeat) {
  const auto rule = *read(kChampion);
  EXPECT_EQ(decide(rule, event("version.evaluated", evaluated("1", 90, "null")), kNow, kNowMs).sentence,
            "no champion yet, 0 checks failed");
  EXPECT_EQ(decide(rule, event("version.evaluated", evaluated("1", 90, "null")), kNow, kNowMs).verdict,
            Verdict::acted);
  EXPECT_EQ(
      decide(rule, event("version.evaluated", evaluated("1", 90, "null", "[]", 2)), kNow, kNowMs).verdict,
      Verdict::skipped);
}

TEST(Decide, OnlyTheBestCandidateIsChosen) {
  const auto rule = *read(kChampion);
  const std::string champion = R"({"version": "3", "metrics": {"rmse": 84.9}})";
  const std::string both =
      R"([{"version": "4", "metrics": {"rmse": 61.2}, "checks": {"failed": 0}}, {"version": "5", "metrics": {"rmse": 60.1}, "checks": {"failed": 0}}])";
  const auto worse =
      decide(rule, event("version.evaluated", evaluated("4", 61.2, champion, both)), kNow, kNowMs);
  EXPECT_EQ(worse.verdict, Verdict::held);
  EXPECT_EQ(worse.reason, "version 5 is chosen: metrics.rmse 60.1 against 61.2");
  EXPECT_EQ(
      decide(rule, event("version.evaluated", evaluated("5", 60.1, champion, both)), kNow, kNowMs).verdict,
      Verdict::acted);
  // A better candidate that fails the condition does not count; one without a metric does not borrow the
  // event's.
  const std::string unfit =
      R"([{"version": "5", "metrics": {"rmse": 10}, "checks": {"failed": 1}}, {"version": "6", "metrics": {}, "checks": {"failed": 0}}])";
  EXPECT_EQ(
      decide(rule, event("version.evaluated", evaluated("4", 61.2, champion, unfit)), kNow, kNowMs).verdict,
      Verdict::acted);
  // On a tie the one that was there first stays.
  const std::string tie = R"([{"version": "3", "metrics": {"rmse": 61.2}, "checks": {"failed": 0}}])";
  EXPECT_EQ(decide(rule, event("version.evaluated", evaluated("4", 61.2, "null", tie)), kNow, kNowMs).verdict,
            Verdict::held);
}

TEST(Decide, OtherEventsAreIgnored) {
  const auto rule = *read(kChampion);
  EXPECT_EQ(decide(rule, event("version.created", "{}"), kNow, kNowMs).verdict, Verdict::ignored);
  EXPECT_EQ(decide(rule, event("version.evaluated", R"({"model": "other"})"), kNow, kNowMs).verdict,
            Verdict::ignored);
  EXPECT_EQ(decide(rule, event("version.evaluated", "{}"), kNow, kNowMs).verdict, Verdict::ignored);
}

constexpr std::string_view kRetrain =
    R"json({"on": "monitor.evaluated", "given": "monitor in ('demand_inputs', 'demand_live')",
  "when": "drift.share > 0.3 or rmse > 1.15 * baseline.rmse", "do": [{"run": "train"}, {"notify": "team"}], "at_most": "1 per 7d"})json";

TEST(Decide, AnActionRuleKeepsItsDistance) {
  const auto rule = *read(kRetrain);
  const auto worse = event(
      "monitor.evaluated",
      R"({"monitor": "demand_live", "drift": {"share": 0.43}, "rmse": 118.4, "baseline": {"rmse": 80.1}})");
  auto decision = decide(rule, worse, kNow, kNowMs);
  EXPECT_EQ(decision.verdict, Verdict::acted);
  EXPECT_EQ(decision.sentence, "drift share 0.43 > 0.3, rmse 118.4 > 1.15 × 80.1");
  EXPECT_EQ(decision.actions.size(), 2u);
  decision = decide(rule, worse,
                    {.environment = "production", .acted_ms = {kNowMs - 6 * kDayMs}, .echoes = 0}, kNowMs);
  EXPECT_EQ(decision.verdict, Verdict::held);
  EXPECT_EQ(decision.reason, "at most 1 per 7d: it last acted at 2011-03-07T07:06:40Z");
  decision = decide(rule, worse,
                    {.environment = "production", .acted_ms = {kNowMs - 7 * kDayMs}, .echoes = 0}, kNowMs);
  EXPECT_EQ(decision.verdict, Verdict::acted);
}

TEST(Decide, ARuleThatSetsItselfOffIsHeld) {
  const auto rule = *read(R"({"on": "alert.raised", "do": {"notify": "team"}})", "echo");
  EXPECT_EQ(decide(rule, event("alert.raised", "{}"),
                   {.environment = "", .acted_ms = {}, .echoes = kEchoLimit}, kNowMs)
                .verdict,
            Verdict::held);
  EXPECT_EQ(decide(rule, event("alert.raised", "{}"), kNow, kNowMs).sentence, "on every alert.raised");
}

TEST(Decide, AWrongTypeIsAFailureNotASilence) {
  const auto rule = *read(R"({"on": "a.b", "when": "name > 3", "do": {"notify": "team"}})");
  const auto decision = decide(rule, event("a.b", R"({"name": "x"})"), kNow, kNowMs);
  EXPECT_EQ(decision.verdict, Verdict::failed);
  EXPECT_EQ(decision.reason, "when: column 6: cannot compare text 'x' with number 3");
}

TEST(Decide, SeesTheEventItself) {
  const auto rule = *read(
      R"({"on": "a.", "when": "event.actor = 'user/kim' and event.id > 800", "do": {"notify": "team"}})");
  EXPECT_EQ(decide(rule, event("a.b", "{}"), kNow, kNowMs).verdict, Verdict::acted);
}

TEST(Decide, ActsInItsEnvironmentOnly) {
  const auto rule = *read(R"({"on": "a.b", "environment": ["staging"], "do": {"notify": "team"}})");
  EXPECT_EQ(decide(rule, event("a.b", "{}"), kNow, kNowMs).verdict, Verdict::ignored);
  EXPECT_EQ(decide(rule, event("a.b", "{}"), {.environment = "staging", .acted_ms = {}, .echoes = 0}, kNowMs)
                .verdict,
            Verdict::acted);
}

TEST(Decide, AScheduleTicksForItsOwnRule) {
  const auto rule = *read(R"({"every": "0 3 1 * *", "do": [{"run": "train"}]})", "monthly");
  EXPECT_EQ(rule.on, (std::vector<std::string>{"schedule.tick"}));
  EXPECT_EQ(decide(rule, event("schedule.tick", R"({"rule": "other"})"), kNow, kNowMs).verdict,
            Verdict::ignored);
  const auto decision = decide(rule, event("schedule.tick", R"({"rule": "monthly"})"), kNow, kNowMs);
  EXPECT_EQ(decision.verdict, Verdict::acted);
  EXPECT_EQ(decision.sentence, "due by its schedule, every 0 3 1 * *");
}

TEST(ReadRule, SaysWhatIsWrong) {
  const auto error = [](std::string_view text) { return read(text).error().message; };
  EXPECT_EQ(error(R"({"on": "a.b", "wen": "x = 1", "do": {"run": "p"}})").substr(0, 56),
            "rules.champion.wen: unknown field (did you mean \"when\"?)");
  EXPECT_EQ(error(R"({"on": "a.b", "when": "x = = 1", "do": {"run": "p"}})"),
            "rules.champion.when: column 5: expected a name, a value or \"(\", got \"=\"");
  EXPECT_EQ(error(R"({"on": "a.b", "do": {"rnu": "p"}})"),
            "rules.champion.do: unknown action \"rnu\" (did you mean \"run\"?); the actions are run, notify, "
            "alias");
  EXPECT_EQ(error(R"({"on": "a.b", "do": []})"), "rules.champion.do: at least one action is needed");
  EXPECT_EQ(error(R"({"on": "a.b"})"), "rules.champion.do: is required");
  EXPECT_EQ(error(R"({"do": {"run": "p"}})"),
            "rules.champion: on: is required: the type of event, such as version.evaluated or schedule.tick");
  EXPECT_EQ(error(R"({"on": "schedule.tick", "do": {"run": "p"}})"),
            "rules.champion: every: is required with schedule.tick, such as \"0 3 1 * *\" or 1h");
  EXPECT_EQ(error(R"({"on": "a.b", "every": "1h", "do": {"run": "p"}})"),
            "rules.champion: every: goes with on: schedule.tick");
  EXPECT_EQ(error(R"({"on": "a.b", "select": "order by", "do": {"run": "p"}})").substr(0, 30),
            "rules.champion.select: expecte");
  EXPECT_EQ(error(R"({"on": "a.b", "at_most": "7d", "do": {"run": "p"}})"),
            "rules.champion.at_most: \"7d\": expected a number per duration, such as \"1 per 7d\"");
}

}  // namespace
}  // namespace maru::automation
