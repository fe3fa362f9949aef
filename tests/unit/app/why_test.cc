#include "app/why/why.h"

#include <gtest/gtest.h>

#include "app/steps/csv.h"
#include "store/test_database.h"

namespace maru::app {
namespace {

std::int64_t append(events::Log& log, const char* type, const std::string& subject, JsonObject payload,
                    std::optional<std::int64_t> cause = {}) {
  return log
      .append({.type = type,
               .subject = subject,
               .project = "p",
               .actor = "test",
               .payload = std::move(payload),
               .cause = cause})
      .value();
}

TEST(Why, FollowsCausesFromAnAliasToTheMonitorThatStartedIt) {
  store::TestDatabase database;
  ManualClock clock(from_civil(2011, 8, 1));
  events::Log log(database.get(), clock);
  const auto monitor =
      append(log, "monitor.evaluated", "monitor/live",
             {{"monitor", "live"},
              {"window", {{"start", "2011-07-01T00:00:00Z"}, {"end", "2011-08-01T00:00:00Z"}}},
              {"rows", 744},
              {"truths", 744},
              {"rmse", 118.4},
              {"baseline", {{"rmse", 80.1}}}});
  const auto rule =
      append(log, "rule.acted", "rule/retrain",
             {{"rule", "retrain"}, {"verdict", "acted"}, {"sentence", "rmse 118.4 > 1.15 × 80.1"}}, monitor);
  const auto pipeline =
      append(log, "pipeline.started", "pipeline_run/3", {{"pipeline", "train"}, {"run", 3}}, rule);
  append(log, "version.aliased", "model/demand/4",
         {{"model", "demand"}, {"version", 4}, {"alias", "champion"}, {"previous_version", 2}}, pipeline);
  append(log, "version.aliased", "model/other/9",
         {{"model", "other"}, {"version", 9}, {"alias", "champion"}});

  const auto lines = explain(log, "demand@champion");
  ASSERT_TRUE(lines.has_value()) << lines.error().message;
  ASSERT_EQ(lines->size(), 4U);
  EXPECT_EQ((*lines)[0].text,
            "version 4 of demand became champion (before: version 2) on 2011-08-01T00:00:00Z");
  EXPECT_NE((*lines)[2].text.find("rule retrain acted: rmse 118.4 > 1.15 × 80.1"), std::string::npos)
      << (*lines)[2].text;
  EXPECT_NE((*lines)[3].text.find("rmse 118.4 against 80.1"), std::string::npos) << (*lines)[3].text;
}

TEST(Why, SaysWhatItCanBeAskedWhenItKnowsNothing) {
  store::TestDatabase database;
  ManualClock clock;
  events::Log log(database.get(), clock);
  EXPECT_EQ(explain(log, "nobody@champion").error().code, Code::not_found);
  EXPECT_EQ(explain(log, "#7").error().code, Code::not_found);
  EXPECT_EQ(explain(log, "#x").error().code, Code::invalid_argument);
}

TEST(Why, EveryKindOfEventIsASentence) {
  for (const char* type :
       {"dataset.version", "version.created", "version.evaluated", "drift.found", "rule.failed",
        "pipeline.failed", "endpoint.swapped", "run.failed", "schedule.tick", "alert.raised"}) {
    EXPECT_FALSE(sentence_of({.type = type, .subject = "x/y"}).empty()) << type;
  }
}

TEST(Csv, QuotesWhatNeedsIt) {
  Column text("a,b", ColumnType::text);
  text.append_text("plain");
  text.append_text("say \"x\",\nthen");
  text.append_null();
  Column number("n", ColumnType::float64);
  number.append_number(0.1);
  number.append_number(2);
  number.append_null();
  EXPECT_EQ(csv_of(Table({text, number})).substr(0, 50),
            "\"a,b\",n\nplain,0.1\n\"say \"\"x\"\",\nthen\",2\n,\n");
}

}  // namespace
}  // namespace maru::app
