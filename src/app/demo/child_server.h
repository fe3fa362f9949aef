#pragma once
// A server of our own in a child process, so that the demo speaks to Maru exactly as anyone would: over its
// ports.

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace maru::app {

// Stopped (SIGTERM, then SIGKILL) when destroyed.
class ChildServer {
 public:
  // Runs `maru up` with the arguments; returns once it said that it is ready. Its log goes to
  // DATA/server.log.
  static Result<ChildServer> start(const std::filesystem::path& data,
                                   const std::vector<std::string>& arguments);
  ChildServer(ChildServer&& other) noexcept;
  ChildServer& operator=(ChildServer&& other) noexcept;
  ~ChildServer();

  const std::string& http() const { return http_; }  // "http://127.0.0.1:8250"
  pid_t pid() const { return pid_; }
  bool running() const;
  void stop();

 private:
  ChildServer(pid_t pid, std::string http) : pid_(pid), http_(std::move(http)) {}
  pid_t pid_ = -1;
  std::string http_;
};

// Whether something listens on 127.0.0.1:port.
bool port_taken(std::uint16_t port);

}  // namespace maru::app
