#pragma once
// Which routes and services stand on the HTTP and the gRPC port: the list of front doors.

#include <memory>

#include "base/config.h"
#include "net/grpc_host.h"
#include "net/router.h"

namespace maru::app {

struct Rooms;

// Every room's own routes, the protocol adapters, and the UI as the fallback.
void add_room_routes(net::Router& router, Rooms& rooms, const Config& config);
// Null when the setting says "off".
Result<std::unique_ptr<net::GrpcHost>> open_grpc(Rooms& rooms, const Config& config);

}  // namespace maru::app
