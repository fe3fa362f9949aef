#pragma once
// Maru's own routes about the server itself: status, overview, settings, clock, projects, why.

#include "app/project/apply.h"
#include "base/config.h"
#include "net/router.h"

namespace maru::app {

struct Rooms;

struct ServerFacts {
  std::string http;
  std::string grpc;
  std::int64_t started_steady_ns = 0;
};

// `facts` is filled once the server listens, before the first request is answered.
void add_system_routes(net::Router& router, Rooms& rooms, Projects& projects, const Config& config,
                       const ServerFacts& facts);
void add_project_routes(net::Router& router, Projects& projects);

}  // namespace maru::app
