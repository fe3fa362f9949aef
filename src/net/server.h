#pragma once
// The HTTP/1.1 server: connections are coroutines on a few I/O threads; handlers run inline or on named
// pools.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/pool.h"
#include "base/result.h"
#include "base/time.h"
#include "net/router.h"

namespace maru::net {

enum class AccessLog : std::uint8_t { off, errors, all };  // errors: status ≥ 500

// Every limit of the server. The defaults are those of net_settings() (net/settings.h).
struct ServerOptions {
  std::string listen = "127.0.0.1:0";           // HOST:PORT; port 0 = a free one; "[::1]:8250" for IPv6
  std::size_t io_threads = 0;                   // 0 = one a core
  std::uint64_t header_limit_bytes = 32 << 10;  // request line and headers: past it 431
  std::uint64_t body_limit_bytes = 64 << 20;    // buffered body, after decompression: past it 413
  std::uint64_t streamed_body_limit_bytes = 16ULL << 30;  // body of a streamed route
  DurationMs header_timeout_ms = 10'000;   // from a request's first byte to the end of its headers: 408
  DurationMs idle_timeout_ms = 75'000;     // an idle kept-alive connection is closed
  DurationMs body_timeout_ms = 30'000;     // no byte of a body read or written for this long
  DurationMs request_timeout_ms = 60'000;  // a handler's deadline
  DurationMs drain_timeout_ms = 20'000;    // what is in flight may take at a stop
  DurationMs heartbeat_ms = 15'000;        // a comment line on a quiet SSE response
  std::size_t max_connections = 10'000;    // past it a new connection waits to be accepted
  std::size_t max_in_flight = 4'096;       // requests being answered: past it 503
  AccessLog access_log = AccessLog::errors;
  std::string cors_allow_origin = {};                    // "" = off; "*" or one origin
  std::vector<PoolOptions> pools = {{"http", 8, 1024}};  // "http" must be among them
};

// Thread-safe. The destructor stops at once if drain_and_stop() was not called.
class HttpServer {
 public:
  // invalid_argument: a bad option or a conflicting route; unavailable: the address is taken.
  static Result<std::unique_ptr<HttpServer>> start(ServerOptions options, Router router);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  std::string address() const;  // "127.0.0.1:8250", with the true port
  std::size_t in_flight() const;
  std::size_t connections() const;
  // Stops accepting, closes idle connections, ends event streams, lets what is in flight finish within
  // drain_timeout_ms, cancels the rest. Blocks; safe to call twice.
  void drain_and_stop();

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace maru::net
