#include "monitoring/monitors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/file.h"

namespace maru::monitoring {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Trained on cool days; its error was 10 then.
class FakeReferences final : public ReferenceSource {
 public:
  Result<Table> training_data(std::string_view model, std::int64_t version) override {
    if (version > 1) return not_found("version {} of {} has no recorded training data", version, model);
    std::mt19937 random(1);
    std::normal_distribution<double> temp(10, 3), hum(0.5, 0.1);
    Column temps("temp", ColumnType::float64), hums("hum", ColumnType::float64);
    for (int i = 0; i < 2000; ++i) {
      temps.append_number(temp(random));
      hums.append_number(hum(random));
    }
    Table table;
    table.add(std::move(temps));
    table.add(std::move(hums));
    return table;
  }
  Result<Table> dataset(std::string_view name, std::int64_t version) override {
    return not_found("no data set {}/{}", name, version);
  }
  Result<double> baseline(std::string_view, std::int64_t, std::string_view) override { return 10.0; }
};

class MonitorsTest : public testing::Test {
 protected:
  MonitorsTest()
      : folder_(TemporaryFolder::create("monitors").value()),
        clock_(from_civil(2011, 5, 1)),
        database_(store::open_sqlite(folder_.path() / "maru.db").value()),
        keyvalue_(store::open_lmdb(folder_.path() / "online").value()),
        events_(*database_, clock_),
        log_(*keyvalue_, clock_, {.linger_ms = 1}),
        monitors_({.database = database_.get(),
                   .events = &events_,
                   .predictions = &log_,
                   .clock = &clock_,
                   .references = &references_}) {}

  void define(std::string_view json_text) {
    const Json json = parse_json(json_text).value();
    const auto spec = MonitorSpec::from_json("demand", json);
    ASSERT_TRUE(spec.has_value()) << spec.error().message;
    ASSERT_TRUE(monitors_.define(*spec).value());
  }
  // Hourly predictions of one month, with truths that are off by `error`.
  void predict_month(int month, double temp, double error, std::int64_t version = 1) {
    const auto schema = std::make_shared<const PredictionSchema>(
        "demand", "bikes", version,
        std::vector<InputColumn>{{"temp", ColumnType::float64}, {"hum", ColumnType::float64}});
    std::mt19937 random(static_cast<unsigned>(month));
    std::normal_distribution<double> temps(temp, 3), hums(0.5, 0.1);
    std::vector<Truth> truths;
    for (TimeMs at = from_civil(2011, month, 1); at < from_civil(2011, month + 1, 1); at += kHourMs) {
      const std::string id = format_time(at);
      ASSERT_TRUE(log_.record({schema, id, at, {temps(random), hums(random)}, {}, 100}));
      truths.push_back({id, 100 + error, {}});
    }
    ASSERT_TRUE(log_.report_truth("demand", truths).has_value());
  }
  void now(TimeMs at) { clock_.advance(at - clock_.now_ms()); }
  std::vector<std::string> event_types() {
    std::vector<std::string> out;
    const auto all = events_.list({}).value();
    for (const auto& event : all) out.push_back(event.type);
    return out;
  }

  TemporaryFolder folder_;
  ManualClock clock_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::KeyValue> keyvalue_;
  events::Log events_;
  PredictionLog log_;
  FakeReferences references_;
  Monitors monitors_;
};

constexpr const char* kMonthly =
    R"({"endpoint": "demand", "window": "1mo", "checks": ["drift", "rmse"], "project": "bikes"})";

TEST_F(MonitorsTest, ClosesWindowsAndTellsWhatItFound) {
  define(kMonthly);
  predict_month(5, 10, 10);
  predict_month(6, 20, 20);
  EXPECT_EQ(monitors_.tick(), 0u);  // May is not over
  now(from_civil(2011, 6, 1));
  EXPECT_EQ(monitors_.tick(), 1u);
  EXPECT_EQ(monitors_.tick(), 0u);  // once
  EXPECT_THAT(event_types(), ElementsAre("monitor.evaluated"));
  now(from_civil(2011, 7, 1));
  EXPECT_EQ(monitors_.tick(), 1u);
  EXPECT_THAT(event_types(),
              ElementsAre("monitor.evaluated", "monitor.evaluated", "drift.found", "alert.raised"));

  const auto results = monitors_.results("demand", 10).value();
  ASSERT_EQ(results.size(), 2u);
  const MonitorResult& june = results[0];
  EXPECT_EQ(june.window, (Window{from_civil(2011, 6, 1), from_civil(2011, 7, 1)}));
  EXPECT_EQ(june.rows, 720u);
  EXPECT_EQ(june.truths, 720u);
  EXPECT_EQ(june.model, "bikes");
  EXPECT_THAT(june.drifted, ElementsAre("temp"));
  EXPECT_EQ(june.drift_share, 0.5);
  EXPECT_NEAR(june.metrics.at("rmse"), 20, 1e-9);
  EXPECT_EQ(june.baseline.at("rmse"), 10);
  EXPECT_EQ(june.status, MonitorStatus::alert);
  EXPECT_EQ(results[1].status, MonitorStatus::ok);
  EXPECT_THAT(results[1].drifted, IsEmpty());

  const MonitorResult whole = monitors_.result("demand", june.id).value();
  EXPECT_TRUE(whole.drift_columns.at("temp").at("drifted").as_bool());
  EXPECT_EQ(whole.drift_columns.at("hum").at("method"), "anderson_darling");
  EXPECT_EQ(monitors_.get("demand").value().status, MonitorStatus::alert);
}

TEST_F(MonitorsTest, EventCarriesWhatRulesAskFor) {
  define(kMonthly);
  predict_month(6, 20, 20);
  now(from_civil(2011, 7, 1));
  ASSERT_EQ(monitors_.tick(), 1u);
  const auto all = events_.list({}).value();
  const auto& payload = all[0].payload;
  EXPECT_EQ(all[0].subject, "monitor/demand");
  EXPECT_EQ(payload.at("monitor"), "demand");
  EXPECT_NEAR(payload.at("rmse").as_double(), 20, 1e-9);
  EXPECT_EQ(payload.at("baseline").at("rmse").as_double(), 10);
  EXPECT_EQ(payload.at("drift").at("share").as_double(), 0.5);
  EXPECT_EQ(payload.at("window").at("start"), "2011-06-01T00:00:00Z");
  EXPECT_EQ(all[1].cause, all[0].id);  // drift.found because of monitor.evaluated
}

TEST_F(MonitorsTest, AlertsAreResolved) {
  define(kMonthly);
  predict_month(5, 20, 20);
  predict_month(6, 10, 10);
  now(from_civil(2011, 7, 1));
  EXPECT_EQ(monitors_.tick(), 2u);
  EXPECT_THAT(event_types(), testing::Contains("alert.resolved"));
  EXPECT_EQ(monitors_.get("demand").value().status, MonitorStatus::ok);
}

TEST_F(MonitorsTest, WhatCannotBeComputedIsAReason) {
  define(kMonthly);
  predict_month(6, 10, 10, 2);
  now(from_civil(2011, 7, 1));
  ASSERT_EQ(monitors_.tick(), 1u);
  const auto result = monitors_.results("demand", 1).value().front();
  EXPECT_THAT(result.reasons, testing::Contains(HasSubstr("no recorded training data")));
  EXPECT_NEAR(result.metrics.at("rmse"), 10, 1e-9);
}

TEST_F(MonitorsTest, EvaluatesOnRequestWithACause) {
  define(kMonthly);
  predict_month(6, 10, 10);
  const std::int64_t cause = events_
                                 .append({.type = "api.call",
                                          .subject = "monitor/demand",
                                          .project = "",
                                          .actor = "user/kim",
                                          .payload = {},
                                          .cause = {}})
                                 .value();
  const auto result = monitors_.evaluate("demand", from_civil(2011, 6, 1), from_civil(2011, 6, 8), cause);
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_EQ(result->rows, 7u * 24);
  EXPECT_EQ(events_.get(result->event_id).value().cause, cause);
  EXPECT_EQ(monitors_.get("demand").value().closed_until_ms,
            std::nullopt);  // the month is still to be closed
  EXPECT_EQ(monitors_.evaluate("demand", 5, 5).error().code, Code::invalid_argument);
  EXPECT_THAT(monitors_.evaluate("demnad", 0, 5).error().message, HasSubstr("did you mean \"demand\""));
}

TEST_F(MonitorsTest, DefineIsIdempotentAndRemoveForgets) {
  define(kMonthly);
  const Json json = parse_json(kMonthly).value();
  EXPECT_FALSE(monitors_.define(MonitorSpec::from_json("demand", json).value()).value());
  EXPECT_EQ(monitors_.list().value().size(), 1u);
  EXPECT_TRUE(monitors_.remove("demand").has_value());
  EXPECT_EQ(monitors_.remove("demand").error().code, Code::not_found);
}

TEST_F(MonitorsTest, EveryStatementPrepares) {
  for (const auto& statement : statements()) {
    const auto prepared = database_->check_statement(statement.sql);
    EXPECT_TRUE(prepared.has_value()) << statement.name << ": " << prepared.error().message;
  }
}

}  // namespace
}  // namespace maru::monitoring
