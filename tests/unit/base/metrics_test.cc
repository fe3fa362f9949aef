#include "base/metrics.h"

#include <gtest/gtest.h>

#include <random>

namespace maru {
namespace {

TEST(Metrics, RendersWhatPrometheusReads) {
  MetricsRegistry registry;
  registry.counter("maru_requests_total", "Requests.", {{"route", "/a\"b\\c\n"}}).add(3);
  registry.gauge("maru_open", "Open things.").set(1.5);
  registry.gauge_from("maru_read", "Read when asked.", [] { return 7.0; });
  registry.histogram("maru_seconds", "Time.", {{"what", "x"}}).observe_seconds(0.02);
  const std::string text = registry.render();
  EXPECT_NE(
      text.find("# TYPE maru_requests_total counter\nmaru_requests_total{route=\"/a\\\"b\\\\c\\n\"} 3\n"),
      std::string::npos);
  EXPECT_NE(text.find("# HELP maru_open Open things.\n# TYPE maru_open gauge\nmaru_open 1.5\n"),
            std::string::npos);
  EXPECT_NE(text.find("maru_read 7\n"), std::string::npos);
  EXPECT_NE(text.find("maru_seconds_bucket{what=\"x\",le=\"0.01\"} 0\n"), std::string::npos);
  EXPECT_NE(text.find("maru_seconds_bucket{what=\"x\",le=\"0.025\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("maru_seconds_bucket{what=\"x\",le=\"+Inf\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("maru_seconds_count{what=\"x\"} 1\n"), std::string::npos);
}

TEST(Metrics, SameNameAndLabelsGiveTheSameInstrument) {
  MetricsRegistry registry;
  auto& first = registry.counter("a_total", "A.", {{"x", "1"}});
  EXPECT_EQ(&first, &registry.counter("a_total", "A.", {{"x", "1"}}));
  EXPECT_NE(&first, &registry.counter("a_total", "A.", {{"x", "2"}}));
  EXPECT_EQ(registry.names(), std::vector<std::string>{"a_total"});
}

TEST(Metrics, QuantilesAreUpperBoundsWithinSevenPercent) {
  std::mt19937 random(3);
  std::lognormal_distribution<double> durations(-6, 2);
  Histogram histogram;
  std::vector<double> all;
  for (int i = 0; i < 20'000; ++i) {
    all.push_back(std::clamp(durations(random), 2e-6, 90.0));
    histogram.observe_seconds(all.back());
  }
  std::sort(all.begin(), all.end());
  for (const double q : {0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const double exact = all[static_cast<std::size_t>(std::ceil(q * 20'000)) - 1];
    const double got = histogram.quantile_seconds(q);
    EXPECT_GE(got, exact * 0.999999) << q;
    EXPECT_LE(got, exact * 1.07) << q;
  }
  EXPECT_EQ(histogram.count(), 20'000U);
  histogram.observe_seconds(1e9);
  histogram.observe_seconds(-1);
  histogram.observe_seconds(std::nan(""));
  EXPECT_EQ(histogram.count(), 20'003U);
  histogram.reset();
  EXPECT_EQ(histogram.count(), 0U);
}

}  // namespace
}  // namespace maru
