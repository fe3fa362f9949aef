#pragma once
// Counts and latencies by route. Instruments are made when a route is first used, so that /metrics shows what
// happened.

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/metrics.h"
#include "net/router.h"

namespace maru::net {

// Thread-safe after resize().
class RequestMetrics {
 public:
  void resize(const Router& router);
  // `route` null: nothing matched.
  void record(const Route* route, int status, std::int64_t duration_ns);

 private:
  struct Instruments {
    std::array<std::atomic<Counter*>, 6> by_class{};  // 1xx … 5xx
    std::atomic<Histogram*> seconds{nullptr};
  };
  std::vector<std::unique_ptr<Instruments>> by_route_;
  Instruments unmatched_;
};

}  // namespace maru::net
