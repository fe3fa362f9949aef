#pragma once
// A running server: the rooms, their background work, and the HTTP and gRPC front doors over them.

#include <memory>
#include <string>

#include "base/config.h"
#include "base/result.h"

namespace maru::app {

class Server {
 public:
  // Returns once it answers. invalid_argument: a bad setting; failed_precondition: the data folder is in use;
  // unavailable: an address is taken.
  static Result<std::unique_ptr<Server>> start(const Config& config);
  ~Server();  // as stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string http_address() const;  // HOST:PORT
  std::string grpc_address() const;  // "" when off
  // Finishes what is in flight, stops background work, closes every room. Safe to call twice.
  void stop();

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace maru::app
