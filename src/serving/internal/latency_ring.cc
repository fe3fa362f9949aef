#include "serving/internal/latency_ring.h"

namespace maru::serving {
namespace {

constexpr int kUnitShift = 10;  // buckets count in 1,024 ns
constexpr std::size_t kSteps = 8;
constexpr int kStepBits = 3;
constexpr double kNsPerMs = 1e6;

}  // namespace

std::size_t LatencyBuckets::index_of(std::int64_t latency_ns) {
  const auto units = static_cast<std::uint64_t>(std::max<std::int64_t>(latency_ns, 0)) >> kUnitShift;
  if (units < kSteps) return units;
  const int top = std::bit_width(units) - 1;
  const std::size_t step = (units >> (top - kStepBits)) & (kSteps - 1);
  return std::min(static_cast<std::size_t>(top - kStepBits + 1) * kSteps + step, kCount - 1);
}

double LatencyBuckets::lower_ns(std::size_t index) {
  if (index < kSteps) return static_cast<double>(index << kUnitShift);
  const auto power = index / kSteps - 1;
  return std::ldexp(static_cast<double>(kSteps + index % kSteps), static_cast<int>(power) + kUnitShift);
}

void LatencyCounts::add(const LatencyCounts& other) {
  requests += other.requests;
  errors += other.errors;
  latency_sum_ns += other.latency_sum_ns;
  if (other.version != 0) version = other.version;
  for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += other.buckets[i];
}

double LatencyCounts::quantile_ms(double q) const {
  const auto counted = std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
  if (counted == 0) return 0;
  const double rank = std::clamp(q, 0.0, 1.0) * static_cast<double>(counted);
  double below = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const auto here = static_cast<double>(buckets[i]);
    if (here > 0 && below + here >= rank) {
      const double share = (rank - below) / here;
      return std::lerp(LatencyBuckets::lower_ns(i), LatencyBuckets::lower_ns(i + 1), share) / kNsPerMs;
    }
    below += here;
  }
  return LatencyBuckets::lower_ns(LatencyBuckets::kCount) / kNsPerMs;
}

double LatencyCounts::mean_ms() const {
  return requests == 0 ? 0 : static_cast<double>(latency_sum_ns) / static_cast<double>(requests) / kNsPerMs;
}

// Clears a cell of an older (or, after the clock was moved, any other) second. One thread clears, the others
// of the new second wait for these few hundred stores.
void LatencyRing::claim(Cell& cell, std::int64_t second) {
  for (auto seen = cell.second.load(std::memory_order_acquire); seen != second;
       seen = cell.second.load(std::memory_order_acquire)) {
    if (seen == kBeingCleared) {
      std::this_thread::yield();
      continue;
    }
    if (!cell.second.compare_exchange_strong(seen, kBeingCleared, std::memory_order_acq_rel)) continue;
    cell.requests.store(0, std::memory_order_relaxed);
    cell.errors.store(0, std::memory_order_relaxed);
    cell.latency_sum_ns.store(0, std::memory_order_relaxed);
    cell.version.store(0, std::memory_order_relaxed);
    for (auto& bucket : cell.buckets) bucket.store(0, std::memory_order_relaxed);
    cell.second.store(second, std::memory_order_release);
    return;
  }
}

void LatencyRing::record(TimeMs now_ms, std::int64_t latency_ns, bool failed, std::int64_t version) {
  std::call_once(made_, [this] {
    cells_ = std::make_unique<std::array<Cell, kSeconds>>();
    any_.store(true, std::memory_order_release);
  });
  const std::int64_t second = now_ms / kSecondMs;
  Cell& cell = (*cells_)[position(second)];
  claim(cell, second);
  cell.requests.fetch_add(1, std::memory_order_relaxed);
  if (failed) cell.errors.fetch_add(1, std::memory_order_relaxed);
  cell.latency_sum_ns.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(latency_ns, 0)),
                                std::memory_order_relaxed);
  if (version != 0) cell.version.store(version, std::memory_order_relaxed);
  cell.buckets[LatencyBuckets::index_of(latency_ns)].fetch_add(1, std::memory_order_relaxed);
}

LatencyCounts LatencyRing::sum(std::int64_t from_s, std::int64_t to_s) const {
  LatencyCounts counts;
  if (!any_.load(std::memory_order_acquire)) return counts;
  for (std::int64_t second = std::max(from_s, to_s - kSeconds); second < to_s; ++second) {
    const Cell& cell = (*cells_)[position(second)];
    if (cell.second.load(std::memory_order_acquire) != second) continue;
    LatencyCounts one;
    one.requests = cell.requests.load(std::memory_order_relaxed);
    one.errors = cell.errors.load(std::memory_order_relaxed);
    one.latency_sum_ns = cell.latency_sum_ns.load(std::memory_order_relaxed);
    one.version = cell.version.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < one.buckets.size(); ++i)
      one.buckets[i] = cell.buckets[i].load(std::memory_order_relaxed);
    counts.add(one);
  }
  return counts;
}

}  // namespace maru::serving
