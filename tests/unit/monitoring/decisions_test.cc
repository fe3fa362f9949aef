// The pure part: windows, metrics, judgement, what is due.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "monitoring/monitor.h"
#include "monitoring/performance.h"
#include "monitoring/windows.h"

namespace maru::monitoring {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Windows, CalendarMonths) {
  const WindowSpec month = parse_window("1mo").value();
  const Window february = window_at(month, from_civil(2012, 2, 29, 23, 59));
  EXPECT_EQ(february, (Window{from_civil(2012, 2, 1), from_civil(2012, 3, 1)}));
  EXPECT_EQ(window_after(month, february), (Window{from_civil(2012, 3, 1), from_civil(2012, 4, 1)}));
  EXPECT_EQ(window_at(parse_window("3mo").value(), from_civil(2011, 5, 5)),
            (Window{from_civil(2011, 4, 1), from_civil(2011, 7, 1)}));
}

TEST(Windows, FixedLengthsAreAligned) {
  EXPECT_EQ(window_at(parse_window("6h").value(), from_civil(2011, 1, 1, 13)),
            (Window{from_civil(2011, 1, 1, 12), from_civil(2011, 1, 1, 18)}));
  EXPECT_EQ(window_at(parse_window("1w").value(), from_civil(2011, 1, 5)),
            (Window{from_civil(2011, 1, 3), from_civil(2011, 1, 10)}));
  EXPECT_EQ(window_at(parse_window("1d").value(), -1), (Window{-kDayMs, 0}));
}

TEST(Windows, TextBothWaysAndErrors) {
  for (const char* text : {"1mo", "12mo", "1d", "6h", "1w"})
    EXPECT_EQ(parse_window(text_of(parse_window(text).value())).value(), parse_window(text).value());
  EXPECT_FALSE(parse_window("0mo").has_value());
  EXPECT_FALSE(parse_window("1s").has_value());
  EXPECT_THAT(parse_window("monthly").error().message, HasSubstr("1mo"));
}

double value_of(std::string_view metric, std::vector<double> predictions, std::vector<double> truths) {
  return metric_of(metric, predictions, truths).value();
}

TEST(Performance, RegressionMetrics) {
  const std::vector<double> predictions{1, 2, 3, 9}, truths{1, 4, 3, std::nan("")};
  EXPECT_NEAR(value_of("rmse", predictions, truths), std::sqrt(4.0 / 3), 1e-12);
  EXPECT_NEAR(value_of("mae", predictions, truths), 2.0 / 3, 1e-12);
  EXPECT_NEAR(value_of("bias", predictions, truths), -2.0 / 3, 1e-12);
  EXPECT_NEAR(value_of("mape", predictions, truths), 0.5 / 3, 1e-12);
  EXPECT_EQ(value_of("max_error", predictions, truths), 2);
  EXPECT_NEAR(value_of("r2", predictions, truths), 1 - 4.0 / (14.0 / 3), 1e-12);
  EXPECT_TRUE(std::isnan(value_of("rmse", {}, {})));
}

TEST(Performance, ClassificationMetrics) {
  const std::vector<double> scores{0.9, 0.8, 0.3, 0.3}, truths{1, 0, 1, 0};
  EXPECT_EQ(value_of("accuracy", scores, truths), 0.5);
  EXPECT_EQ(value_of("roc_auc", scores, truths), (1 + 1 + 0 + 0.5) / 4);
  EXPECT_NEAR(value_of("log_loss", {0.9, 0.2}, {1, 0}), -(std::log(0.9) + std::log(0.8)) / 2, 1e-12);
  EXPECT_TRUE(std::isnan(value_of("roc_auc", {0.1}, {1})));
  EXPECT_THAT(metric_of("rsme", {}, {}).error().message, HasSubstr("did you mean \"rmse\""));
}

MonitorSpec spec_from(std::string_view json_text) {
  const Json json = parse_json(json_text).value();
  auto spec = MonitorSpec::from_json("m", json);
  EXPECT_TRUE(spec.has_value()) << spec.error().message;
  return spec.value_or(MonitorSpec{});
}

TEST(MonitorSpec, JsonBothWaysAndErrors) {
  const MonitorSpec spec =
      spec_from(R"({"endpoint": "demand", "window": "1mo", "checks": ["drift", "rmse"], "delay": "1d",
    "types": {"season": "categorical"}, "thresholds": {"worse": 1.2, "limits": {"rmse": 100}}})");
  EXPECT_EQ(spec.window.months, 1);
  EXPECT_THAT(spec.metrics(), ElementsAre("rmse"));
  const Json again = parse_json(to_json(spec.json())).value();
  EXPECT_EQ(to_json(MonitorSpec::from_json("m", again).value().json()), to_json(spec.json()));

  const auto error_of = [](std::string_view text) {
    const Json json = parse_json(text).value();
    return MonitorSpec::from_json("m", json).error().message;
  };
  EXPECT_THAT(error_of(R"({"endpoint": "e", "checks": ["rsme"]})"), HasSubstr("did you mean \"rmse\""));
  EXPECT_THAT(error_of(R"({"endpoint": "e", "windw": "1d"})"), HasSubstr("did you mean \"window\""));
  EXPECT_THAT(error_of(R"({"endpoint": "e", "thresholds": {"worse": 0.5}})"), HasSubstr("at least 1"));
}

MonitorResult found_with(double share, double rmse, double baseline) {
  MonitorResult found;
  found.rows = 100;
  found.drift_share = share;
  if (share > 0) found.drifted = {"temp"};
  found.metrics["rmse"] = rmse;
  found.baseline["rmse"] = baseline;
  return found;
}

TEST(Judge, DriftAndMetricsAgainstThresholds) {
  const MonitorSpec spec = spec_from(R"({"endpoint": "e", "checks": ["drift", "rmse"]})");
  EXPECT_EQ(judge(spec, found_with(0, 100, 100)).status, MonitorStatus::ok);
  EXPECT_EQ(judge(spec, found_with(0.2, 100, 100)).status, MonitorStatus::warning);
  EXPECT_EQ(judge(spec, found_with(0.5, 100, 100)).status, MonitorStatus::alert);
  EXPECT_EQ(judge(spec, found_with(0, 111, 100)).status, MonitorStatus::warning);
  EXPECT_EQ(judge(spec, found_with(0, 130, 100)).status, MonitorStatus::alert);
  EXPECT_THAT(judge(spec, found_with(0, 130, 100)).reasons, ElementsAre(HasSubstr("1.30 times worse")));
  EXPECT_EQ(judge(spec, found_with(0, 130, 0)).status, MonitorStatus::ok);  // a baseline that says nothing
  MonitorResult few = found_with(1, 1e6, 1);
  few.rows = 3;
  EXPECT_EQ(judge(spec, few).status, MonitorStatus::ok);
}

TEST(Judge, LimitsKnowWhichWayIsWorse) {
  const MonitorSpec spec =
      spec_from(R"({"endpoint": "e", "checks": ["accuracy"], "thresholds": {"limits": {"accuracy": 0.8}}})");
  MonitorResult found;
  found.rows = 100;
  found.metrics["accuracy"] = 0.9;
  EXPECT_EQ(judge(spec, found).status, MonitorStatus::ok);
  found.metrics["accuracy"] = 0.7;
  EXPECT_EQ(judge(spec, found).status, MonitorStatus::alert);
  EXPECT_EQ(times_worse("accuracy", 0.6, 0.9), 1.5);
}

TEST(AlertChange, RaisedOnceResolvedOnce) {
  using enum MonitorStatus;
  EXPECT_EQ(alert_change(ok, alert), AlertChange::raised);
  EXPECT_EQ(alert_change(alert, alert), AlertChange::none);
  EXPECT_EQ(alert_change(alert, warning), AlertChange::resolved);
  EXPECT_EQ(alert_change(warning, ok), AlertChange::none);
}

TEST(DueWindows, OnlyWholeOnesAfterTheDelay) {
  const MonitorSpec spec = spec_from(R"({"endpoint": "e", "window": "1d", "delay": "2h"})");
  const TimeMs first = from_civil(2011, 1, 1, 5);
  EXPECT_TRUE(due_windows(spec, {}, {}, first, 9).empty());
  EXPECT_TRUE(due_windows(spec, {}, first, from_civil(2011, 1, 2, 1), 9).empty());
  EXPECT_THAT(due_windows(spec, {}, first, from_civil(2011, 1, 2, 2), 9),
              ElementsAre(Window{from_civil(2011, 1, 1), from_civil(2011, 1, 2)}));
  // Days without predictions are stepped over; a catch-up is bounded.
  EXPECT_THAT(due_windows(spec, from_civil(2011, 1, 2), from_civil(2011, 1, 9, 3), from_civil(2011, 2, 1), 1),
              ElementsAre(Window{from_civil(2011, 1, 9), from_civil(2011, 1, 10)}));
  // A monitor made monthly in mid-month does not look at the closed days again.
  const MonitorSpec monthly = spec_from(R"({"endpoint": "e", "window": "1mo"})");
  EXPECT_THAT(
      due_windows(monthly, from_civil(2011, 1, 10), from_civil(2011, 1, 10), from_civil(2011, 3, 1), 9),
      ElementsAre(Window{from_civil(2011, 2, 1), from_civil(2011, 3, 1)}));
}

}  // namespace
}  // namespace maru::monitoring
