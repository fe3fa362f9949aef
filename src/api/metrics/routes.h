#pragma once
// What machines ask a server: GET /metrics (Prometheus text), /health (it answers), /ready (it can do its
// work).

#include <functional>

#include "net/router.h"

namespace maru::api::metrics {

// The error of `ready` says what is not there yet; it must be quick and not block.
void add_metrics_routes(net::Router& router, std::function<Result<void>()> ready);

}  // namespace maru::api::metrics
