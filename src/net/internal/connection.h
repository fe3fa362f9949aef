#pragma once
// One client connection: a coroutine that reads a request, has it answered and writes the response, again and
// again. Everything here runs on the connection's I/O thread; other threads reach it only through deliver()
// and the body stream.

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <boost/beast/core/flat_buffer.hpp>

#include "net/internal/asio.h"
#include "net/internal/io_worker.h"
#include "net/internal/request_parser.h"
#include "net/internal/server_context.h"

namespace maru::net {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Socket socket, ServerContext& server, std::shared_ptr<IoWorker> worker);
  ~Connection();

  static Task<void> serve(std::shared_ptr<Connection> self);

  void check_limit(std::int64_t now_ns);
  // Closes when idle; otherwise after the response in progress.
  void drain();
  // Cancels the request and closes.
  void abort();
  // The answer to exchange number `exchange`; ignored when that one is over.
  void deliver(std::uint64_t exchange, Result<Response> response);
  // More of the body of exchange number `exchange`, for its stream.
  Task<Result<std::optional<std::string>>> next_body_piece(std::uint64_t exchange);

 private:
  // What the connection waits for, and so what running out of time means.
  enum class Waiting : std::uint8_t { nothing, request, header, body, handler, writing, goodbye };
  enum class HeadState : std::uint8_t { complete, gone, refused };

  // connection.cc: the life of a connection
  Task<bool> serve_one();
  void begin_exchange();
  Task<HeadState> read_head();
  void refuse(int status, Error error);
  Task<bool> fill(std::size_t most_bytes);
  Task<Result<void>> read_body(std::uint64_t limit_bytes);
  Result<void> feed_parser();
  Task<void> say_goodbye();
  void wait_for(Waiting what, DurationMs limit_ms);
  void record(int status, std::int64_t started_ns);

  // connection_answer.cc: from a request to its response
  Task<Response> answer();
  Task<Response> answer_by(const Route& route);
  Response answer_unrouted(const std::string& allow);
  Result<Response> call_inline(const Route& route, std::uint64_t limit_bytes);
  Response encoded(Result<Response> result) const;
  void run_handler(const Route& route, Run run, std::uint64_t limit_bytes);
  void run_streamed_handler(const Route& route, std::uint64_t limit_bytes);
  Task<Result<Response>> wait_for_answer(DurationMs limit_ms);
  void watch_client();
  Task<bool> say_continue();

  // connection_write.cc: the response on the wire
  Task<bool> send(Response response);
  Task<bool> send_pieces(Response response, std::optional<std::uint64_t> length);
  Task<bool> send_events(Response response);
  Task<bool> write(std::string_view first, std::string_view second = {});
  void append_response_head(const Response& response, std::optional<std::uint64_t> length);

  Socket socket_;
  ServerContext& server_;
  std::shared_ptr<IoWorker> worker_;
  std::string remote_;
  boost::beast::flat_buffer buffer_;
  std::string head_;
  std::string body_piece_;

  RequestPtr request_;
  std::optional<RequestParser> parser_;
  const Route* route_ = nullptr;
  std::uint64_t exchange_ = 0;
  bool keep_alive_ = true;
  bool stream_open_ = false;
  bool request_shared_ = false;  // a handler on another thread may hold it longer than the exchange lasts
  std::optional<Response> refusal_;
  std::optional<Result<Response>> answer_;
  std::shared_ptr<EventChannel> events_;
  Timer wake_;

  Waiting waiting_ = Waiting::nothing;
  std::int64_t limit_ns_ = 0;
  bool timed_out_ = false;
  bool aborted_ = false;
};

// The executor-safe way back from other threads: what a Responder holds.
std::unique_ptr<Responder::Sink> sink_of(const std::shared_ptr<Connection>& connection,
                                         std::shared_ptr<IoWorker> worker, const RequestPtr& request,
                                         std::uint64_t exchange);

}  // namespace maru::net
