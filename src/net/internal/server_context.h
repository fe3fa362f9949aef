#pragma once
// What every connection of one server shares.

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/pool.h"
#include "net/internal/route_metrics.h"
#include "net/server.h"

namespace maru::net {

// options, router, pools: fixed before the first connection.
struct ServerContext {
  ServerOptions options;
  Router router;
  std::map<std::string, std::unique_ptr<Pool>, std::less<>> pools;
  std::vector<Pool*> pool_of_route;  // by Route::index, the fallback's last
  RequestMetrics request_metrics;
  std::shared_ptr<std::atomic<std::size_t>> in_flight = std::make_shared<std::atomic<std::size_t>>(0);
  std::atomic<std::size_t> connections{0};
  std::atomic<bool> draining{false};

  Pool& default_pool() { return *pools.find("http")->second; }
  Pool& pool_of(const Route& route) { return *pool_of_route[route.index]; }
};

}  // namespace maru::net
