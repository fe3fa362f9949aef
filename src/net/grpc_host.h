#pragma once
// The gRPC port: services that the app hands over, plus the standard health service (grpc.health.v1).

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace grpc {
class Service;
}

namespace maru::net {

struct GrpcOptions {
  std::string listen = "127.0.0.1:0";    // HOST:PORT; port 0 = a free one
  int message_limit_bytes = 64 << 20;    // one request or response: past it RESOURCE_EXHAUSTED
  DurationMs drain_timeout_ms = 20'000;  // what calls in flight may take at a stop
};

// Thread-safe. The destructor stops at once if drain_and_stop() was not called.
class GrpcHost {
 public:
  // unavailable: the address is taken. The services live until the host has stopped.
  static Result<std::unique_ptr<GrpcHost>> start(GrpcOptions options,
                                                 std::vector<std::shared_ptr<grpc::Service>> services);
  ~GrpcHost();
  GrpcHost(const GrpcHost&) = delete;
  GrpcHost& operator=(const GrpcHost&) = delete;

  std::uint16_t port() const;
  std::string address() const;
  // What the health service answers for "" (the whole server); serving at first.
  void set_serving(bool serving);
  void drain_and_stop();

 private:
  class Impl;
  explicit GrpcHost(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace maru::net
