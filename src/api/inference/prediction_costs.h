#pragma once
// What a prediction of each endpoint costs lately, so that quick ones run where their request was read (a hop
// to a pool thread costs more than the whole prediction of a small model) and slow ones never hold up an I/O
// thread.

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/hash.h"

namespace maru::api::inference {

// Thread-safe; no locks. Endpoints are told apart by a hash: two that collide share one estimate, which costs
// speed only.
class PredictionCosts {
 public:
  static constexpr std::int64_t kQuickNs = 300'000;
  static constexpr std::size_t kQuickBodyBytes = 64 << 10;

  // False until the endpoint has shown itself to be quick.
  bool is_quick(std::string_view endpoint, std::size_t body_bytes) const {
    const std::int64_t cost_ns = slot(endpoint).load(std::memory_order_relaxed);
    return body_bytes <= kQuickBodyBytes && cost_ns > 0 && cost_ns < kQuickNs;
  }
  // A moving average over about eight predictions; a slow one counts at once.
  void learn(std::string_view endpoint, std::int64_t took_ns) {
    std::atomic<std::int64_t>& cost = slot(endpoint);
    const std::int64_t before = cost.load(std::memory_order_relaxed);
    const std::int64_t after =
        before == 0 || took_ns > before * 8 ? took_ns : before + (took_ns - before) / 8;
    cost.store(after, std::memory_order_relaxed);
  }

 private:
  static constexpr std::size_t kSlots = 1024;
  std::atomic<std::int64_t>& slot(std::string_view endpoint) {
    return costs_[stable_hash64(endpoint) % kSlots];
  }
  const std::atomic<std::int64_t>& slot(std::string_view endpoint) const {
    return costs_[stable_hash64(endpoint) % kSlots];
  }
  std::array<std::atomic<std::int64_t>, kSlots> costs_{};
};

}  // namespace maru::api::inference
