#pragma once
// The server's own counters, gauges and histograms, rendered as OpenMetrics / Prometheus text.
// Hot-path safe: an update is one relaxed atomic add on a cache-line-padded shard.

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace maru {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
 public:
  void add(std::uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  alignas(64) std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  void add(double amount) { value_.fetch_add(amount, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  alignas(64) std::atomic<double> value_{0};
};

// Log-linear buckets from 1 µs to 100 s (HdrHistogram's idea, 16 steps a power of two): quantiles within 7 %.
class Histogram {
 public:
  Histogram();
  void observe_seconds(double seconds);
  std::uint64_t count() const;
  double sum_seconds() const;
  // 0 ≤ q ≤ 1; 0 when empty. An upper bound of the bucket that holds the quantile.
  double quantile_seconds(double q) const;
  // Cumulative count at or below `seconds`.
  std::uint64_t count_below(double seconds) const;
  void reset();

 private:
  static constexpr std::size_t kBuckets = 448;
  std::vector<std::atomic<std::uint64_t>> buckets_;
  std::atomic<std::uint64_t> sum_ns_{0};
};

// Owns every instrument; references stay valid for the registry's life. Same name and labels give the same
// instrument. Thread-safe; look instruments up once, not on the hot path.
class MetricsRegistry {
 public:
  MetricsRegistry();
  ~MetricsRegistry();
  Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, Labels labels = {});
  // A gauge read when scraped.
  void gauge_from(std::string_view name, std::string_view help, std::function<double()> read,
                  Labels labels = {});
  // Prometheus text exposition format 0.0.4.
  std::string render() const;
  std::vector<std::string> names() const;  // for the golden list of metric names

 private:
  struct State;
  std::unique_ptr<State> state_;
};
MetricsRegistry& metrics();

}  // namespace maru
