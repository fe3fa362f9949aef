#pragma once
// One request of the client and its response, over a connection that is fresh or kept from before.

#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include <boost/beast/core/flat_buffer.hpp>

#include "net/internal/address.h"
#include "net/internal/asio.h"
#include "net/internal/body_sink.h"
#include "net/internal/response_parser.h"

namespace maru::net {

struct ClientConnection {
  explicit ClientConnection(Executor executor) : socket(executor) {}
  Socket socket;
  boost::beast::flat_buffer buffer;
  std::int64_t idle_since_ns = 0;
  bool kept = false;  // has carried a request before

  // False when the server has closed it, or sent something unasked.
  bool is_quiet();
};

// Lives on the client's thread. interrupt() ends every wait with the reason.
class ClientCall {
 public:
  ClientCall(Executor executor, ClientRequest request, HttpUrl url, std::uint64_t memory_limit_bytes);

  Task<Result<void>> connect();
  void use(std::unique_ptr<ClientConnection> connection) { connection_ = std::move(connection); }
  // Sends the request and reads the response.
  Task<Result<void>> exchange();
  void interrupt(Code reason);

  const HttpUrl& url() const { return url_; }
  // Nothing of an answer came over a kept connection, and the method may safely be sent again.
  bool may_retry() const {
    return connection_ && connection_->kept && !answered_ && is_idempotent() && !interrupted_;
  }
  // The connection, when another request may follow on it.
  std::unique_ptr<ClientConnection> release_reusable();
  ClientResponse take_response() { return std::move(response_); }
  DurationMs timeout_ms() const { return request_.timeout_ms; }

 private:
  bool is_idempotent() const { return request_.method != Method::post && request_.method != Method::patch; }
  Error failure(std::string_view during, const error_code& failed) const;
  Result<std::string> head();
  Task<Result<void>> write_request();
  Task<Result<void>> write_file();
  Task<Result<void>> read_response();
  Task<Result<bool>> read_more();

  Executor executor_;
  ClientRequest request_;
  HttpUrl url_;
  std::unique_ptr<ClientConnection> connection_;
  asio::ip::basic_resolver<asio::ip::tcp, Executor> resolver_;
  ClientResponse response_;
  std::optional<ResponseParser> parser_;
  BodySink sink_;
  std::optional<Code> interrupted_;
  bool answered_ = false;  // a byte of the response has come
};

}  // namespace maru::net
