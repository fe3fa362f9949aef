#include "serving/internal/latency_ring.h"

#include <gtest/gtest.h>

namespace maru::serving {
namespace {

TEST(LatencyBuckets, BoundsAndIndexAgree) {
  for (std::size_t i = 0; i < LatencyBuckets::kCount; ++i) {
    const auto lower = static_cast<std::int64_t>(LatencyBuckets::lower_ns(i));
    EXPECT_EQ(LatencyBuckets::index_of(lower), i);
    EXPECT_LT(LatencyBuckets::lower_ns(i), LatencyBuckets::lower_ns(i + 1));
    if (i + 1 < LatencyBuckets::kCount) {
      EXPECT_EQ(LatencyBuckets::index_of(static_cast<std::int64_t>(LatencyBuckets::lower_ns(i + 1)) - 1), i);
    }
  }
  EXPECT_EQ(LatencyBuckets::index_of(-5), 0u);
  EXPECT_EQ(LatencyBuckets::index_of(1'000'000'000'000), LatencyBuckets::kCount - 1);
}

TEST(LatencyRing, QuantilesWithinAStep) {
  LatencyRing ring;
  std::vector<double> latencies;
  std::mt19937_64 random(3);
  for (int i = 0; i < 20'000; ++i) {
    const double ns = std::exp(std::log(5e3) + static_cast<double>(random() % 1000) / 1000 * std::log(1000));
    latencies.push_back(ns / 1e6);
    ring.record(7'000, static_cast<std::int64_t>(ns), false, 1);
  }
  std::ranges::sort(latencies);
  const auto counts = ring.sum(7, 8);
  for (const double q : {0.1, 0.5, 0.9, 0.99}) {
    const double exact = latencies[static_cast<std::size_t>(q * 20'000)];
    EXPECT_NEAR(counts.quantile_ms(q), exact, 0.13 * exact + 0.0011) << q;
  }
}

TEST(LatencyRing, EmptyIsZero) {
  const LatencyRing ring;
  EXPECT_EQ(ring.sum(0, 900).requests, 0u);
  EXPECT_EQ(LatencyCounts().quantile_ms(0.5), 0.0);
}

TEST(LatencyRing, SecondsAreSumsAndOldOnesGo) {
  LatencyRing ring;
  ring.record(10'000, 1'000, false, 1);
  ring.record(10'999, 1'000, true, 2);
  ring.record(11'000, 1'000, false, 3);
  EXPECT_EQ(ring.sum(10, 11).requests, 2u);
  EXPECT_EQ(ring.sum(10, 12).errors, 1u);
  EXPECT_EQ(ring.sum(10, 12).version, 3);
  ring.record((10 + LatencyRing::kSeconds) * 1000, 1'000, false, 4);  // the same cell, later
  EXPECT_EQ(ring.sum(10, 11).requests, 0u);
  EXPECT_EQ(ring.sum(10, 11 + LatencyRing::kSeconds).requests, 2u);
  ring.record(10'000, 1'000, false, 5);  // the clock was set back
  EXPECT_EQ(ring.sum(10, 11).requests, 1u);
}

TEST(LatencyRing, ManyThreadsLoseNothing) {
  LatencyRing ring;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 5'000; ++i) ring.record(i / 100 * 1000, 2'000, i % 10 == 0, 1);
      });
  }
  const auto counts = ring.sum(0, 50);
  EXPECT_EQ(counts.requests, 20'000u);
  EXPECT_EQ(counts.errors, 2'000u);
  EXPECT_EQ(counts.buckets[LatencyBuckets::index_of(2'000)], 20'000u);
}

}  // namespace
}  // namespace maru::serving
