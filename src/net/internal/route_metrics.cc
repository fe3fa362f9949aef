#include "net/internal/route_metrics.h"

namespace maru::net {

void RequestMetrics::resize(const Router& router) {
  for (std::size_t i = by_route_.size(); i < router.routes().size() + 1; ++i) {
    by_route_.push_back(std::make_unique<Instruments>());
  }
}

void RequestMetrics::record(const Route* route, int status, std::int64_t duration_ns) {
  Instruments& instruments = route != nullptr ? *by_route_[route->index] : unmatched_;
  const auto status_class = static_cast<std::size_t>(std::clamp(status / 100, 1, 5));
  Counter* counter = instruments.by_class[status_class].load(std::memory_order_acquire);
  if (counter == nullptr) {  // two threads may both ask the registry: it gives both the same instruments
    Labels labels = {{"method", route != nullptr ? std::string(name_of(route->method)) : "any"},
                     {"route", route != nullptr ? route->pattern : "(none)"}};
    instruments.seconds.store(
        &metrics().histogram("maru_http_request_seconds",
                             "From a request's headers to the last byte of its response.", labels),
        std::memory_order_release);
    labels.emplace_back("status", fmt::format("{}xx", status_class));
    counter = &metrics().counter("maru_http_requests_total", "Requests answered, by route and status class.",
                                 labels);
    instruments.by_class[status_class].store(counter, std::memory_order_release);
  }
  counter->add();
  instruments.seconds.load(std::memory_order_acquire)
      ->observe_seconds(static_cast<double>(duration_ns) * 1e-9);
}

}  // namespace maru::net
