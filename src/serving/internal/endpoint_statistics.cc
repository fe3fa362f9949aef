// What an endpoint did: totals, the live series, and the minutes that endpoint.window tells of.
#include "serving/internal/endpoint.h"

namespace maru::serving {
namespace {

constexpr std::int64_t kSecondsPerMinute = 60;

}  // namespace

EndpointStatistics Endpoint::statistics() const {
  EndpointStatistics statistics;
  statistics.requests = requests_.load(std::memory_order_relaxed);
  statistics.errors = errors_.load(std::memory_order_relaxed);
  statistics.rows = rows_.load(std::memory_order_relaxed);
  const std::int64_t second = clock_.now_ms() / kSecondMs;
  const auto minute = ring_.sum(second - kSecondsPerMinute, second);
  statistics.rate_per_s = static_cast<double>(minute.requests) / static_cast<double>(kSecondsPerMinute);
  const auto all = ring_.sum(second + 1 - LatencyRing::kSeconds, second + 1);
  statistics.latency = {all.quantile_ms(0.5), all.quantile_ms(0.9), all.quantile_ms(0.99), all.mean_ms()};
  return statistics;
}

EndpointSeries Endpoint::series(DurationMs step_ms) const {
  EndpointSeries series;
  const std::int64_t step_s = std::clamp<std::int64_t>(step_ms / kSecondMs, 1, LatencyRing::kSeconds);
  series.step_ms = step_s * kSecondMs;
  const std::int64_t end = clock_.now_ms() / kSecondMs + 1;
  const std::int64_t begin =
      (end - LatencyRing::kSeconds + step_s - 1) / step_s * step_s;  // steps on round times
  for (std::int64_t second = begin; second < end; second += step_s) {
    const auto counts = ring_.sum(second, std::min(second + step_s, end));
    if (counts.requests == 0) continue;
    series.points.push_back({second * kSecondMs, counts.requests, counts.errors, counts.quantile_ms(0.5),
                             counts.quantile_ms(0.99), counts.version});
  }
  const std::scoped_lock lock(status_mutex_);
  series.swaps.assign(marks_.begin(), marks_.end());
  return series;
}

std::vector<Endpoint::Window> Endpoint::finished_minutes() {
  constexpr std::int64_t kMinutesKept = LatencyRing::kSeconds / kSecondsPerMinute;
  const std::int64_t now_minute = clock_.now_ms() / kMinuteMs;
  std::int64_t first = 0;
  {
    const std::scoped_lock lock(status_mutex_);
    // The first call, or a clock that was set back: count from here.
    if (!next_minute_ || *next_minute_ > now_minute) next_minute_ = now_minute;
    first = std::exchange(*next_minute_, now_minute);
  }
  std::vector<Window> windows;
  for (std::int64_t minute = first; minute < now_minute; ++minute) {
    // A clock moved far ahead leaves a gap without traffic: only its ends can be in the ring.
    if (minute == first + kMinutesKept) minute = std::max(minute, now_minute - kMinutesKept);
    auto counts = ring_.sum(minute * kSecondsPerMinute, (minute + 1) * kSecondsPerMinute);
    if (counts.requests > 0) windows.push_back({minute * kMinuteMs, counts});
  }
  return windows;
}

}  // namespace maru::serving
