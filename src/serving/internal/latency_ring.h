#pragma once
// What an endpoint did in each of the last 900 seconds: requests, errors and a latency histogram a second.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/time.h"

namespace maru::serving {

// Log-linear buckets (HdrHistogram's idea): steps of 1.024 µs up to 8, then 8 a power of two, up to 8.6 s;
// slower ones count as that. A quantile is off by at most a step: 12.5 %.
struct LatencyBuckets {
  static constexpr std::size_t kCount = 168;
  static std::size_t index_of(std::int64_t latency_ns);
  static double lower_ns(std::size_t index);  // of bucket `index`; lower_ns(kCount) is the end
};

// The sum of some seconds. Not synchronised.
struct LatencyCounts {
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;
  std::uint64_t latency_sum_ns = 0;
  std::int64_t version = 0;  // the last that answered
  std::array<std::uint64_t, LatencyBuckets::kCount> buckets{};

  void add(const LatencyCounts& other);
  // 0 ≤ q ≤ 1, linear within a bucket; 0 when empty.
  double quantile_ms(double q) const;
  double mean_ms() const;
};

// record() may be called by any number of threads and takes no lock; reading while others record gives sums
// that may lack the newest few.
class LatencyRing {
 public:
  static constexpr std::int64_t kSeconds = 900;
  void record(TimeMs now_ms, std::int64_t latency_ns, bool failed, std::int64_t version);
  // The sum over the whole seconds [from_s, to_s), as far as they are still there.
  LatencyCounts sum(std::int64_t from_s, std::int64_t to_s) const;

 private:
  struct Cell {
    std::atomic<std::int64_t> second{-1};
    std::atomic<std::uint32_t> requests{0};
    std::atomic<std::uint32_t> errors{0};
    std::atomic<std::uint64_t> latency_sum_ns{0};
    std::atomic<std::int64_t> version{0};
    std::array<std::atomic<std::uint32_t>, LatencyBuckets::kCount> buckets{};
  };
  static constexpr std::int64_t kBeingCleared = -2;
  static std::size_t position(std::int64_t second) {
    return static_cast<std::size_t>(((second % kSeconds) + kSeconds) % kSeconds);
  }
  static void claim(Cell& cell, std::int64_t second);

  mutable std::once_flag made_;  // 600 kB, only for endpoints that get traffic
  std::unique_ptr<std::array<Cell, kSeconds>> cells_;
  std::atomic<bool> any_{false};
};

}  // namespace maru::serving
