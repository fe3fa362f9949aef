#include "automation/event_names.h"

#include <gtest/gtest.h>

namespace maru::automation {
namespace {

using Warnings = std::vector<std::string>;

Warnings warnings(std::string_view definition) {
  const Json value = *parse_json(definition);
  const auto rule = read_rule("r", "", JsonReader(value), {"run"});
  EXPECT_TRUE(rule) << rule.error().message;
  return warnings_of(*rule);
}

TEST(EventNames, KnowTheRulesOfTheProduct) {
  EXPECT_EQ(
      warnings(
          R"({"on": "version.evaluated", "given": "model = 'demand'", "do": {"run": "p"}, "select": "order by metrics.rmse asc",
    "when": "metrics.rmse < champion.metrics.rmse * 0.98 and checks.failed = 0"})"),
      Warnings{});
  EXPECT_EQ(
      warnings(
          R"json({"on": "monitor.evaluated", "given": "monitor in ('a', 'b')", "when": "drift.share > 0.3 or rmse > 1.15 * baseline.rmse",
    "do": {"run": "p"}})json"),
      Warnings{});
  EXPECT_EQ(
      warnings(
          R"({"on": "dataset.version", "given": "dataset = 'rides'", "when": "new.rows > 2000", "do": {"run": "p"}})"),
      Warnings{});
  EXPECT_EQ(
      warnings(
          R"({"on": "endpoint.window", "when": "errors.rate > 0.01 or latency.p99 > 50ms", "do": {"run": "p"}})"),
      Warnings{});
  EXPECT_EQ(warnings(R"({"every": "1h", "do": {"run": "p"}})"), Warnings{});
}

TEST(EventNames, PointAtSlips) {
  EXPECT_EQ(warnings(R"({"on": "monitor.evaluted", "do": {"run": "p"}})"),
            Warnings{"on: no event of this server is called \"monitor.evaluted\" (did you mean "
                     "\"monitor.evaluated\"?)"});
  EXPECT_EQ(warnings(R"({"on": "monitor.evaluated", "when": "drift.shar > 0.3", "do": {"run": "p"}})"),
            Warnings{"when: column 1: unknown name \"drift.shar\" (did you mean \"drift.share\"?) in "
                     "monitor.evaluated"});
  EXPECT_EQ(warnings(R"({"on": "version.evaluated", "given": "model = 3", "do": {"run": "p"}})"),
            Warnings{"given: column 9: model is text, but 3 is a number; write '3' in version.evaluated"});
}

}  // namespace
}  // namespace maru::automation
