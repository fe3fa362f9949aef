#pragma once
// The HTTP/1.1 client: kept-alive pooled connections, one I/O thread, blocking and callback forms.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "net/message.h"

namespace maru::net {

struct ClientRequest {
  Method method = Method::get;
  std::string url = {};  // "http://127.0.0.1:8250/api/v1/datasets?x=1"
  Headers headers = {};  // host, content-length, connection are the client's
  std::string body = {};
  DurationMs timeout_ms = 30'000;                              // for everything: connect, send, wait, receive
  std::optional<std::filesystem::path> body_from_file = {};    // sent from disk instead of `body`
  std::optional<std::filesystem::path> response_to_file = {};  // a 2xx body goes here instead of to memory
  // Gets a 2xx body piece by piece (server-sent events, downloads); false stops and closes. Runs on the I/O
  // thread.
  std::function<bool(std::string_view)> on_body = {};
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;

  bool ok() const { return status >= 200 && status < 300; }
  Result<Json> json() const;
};

struct ClientOptions {
  std::size_t idle_connections = 64;  // kept over all hosts
  DurationMs idle_timeout_ms = 30'000;
  std::uint64_t response_limit_bytes = 256 << 20;  // in memory: past it payload_too_large
};

// Thread-safe. A request on a kept-alive connection that the server has closed meanwhile is sent once more on
// a fresh one.
class HttpClient {
 public:
  explicit HttpClient(ClientOptions options = {});
  ~HttpClient();  // cancels what is in flight
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Any status is a response. invalid_argument: a bad URL; unavailable: no connection, or it broke;
  // deadline_exceeded: timeout_ms passed; cancelled: on_body said stop, or the client is going.
  // Not from on_body or a send_async callback: those run on the one I/O thread that this would wait for.
  Result<ClientResponse> send(ClientRequest request);
  void send_async(ClientRequest request, std::move_only_function<void(Result<ClientResponse>)> done);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace maru::net
