#include <sys/socket.h>

#include <cerrno>
#include <condition_variable>
#include <mutex>

#include "net/event_channel.h"
#include "net/internal/compression.h"
#include "net/internal/connection.h"
#include "net/internal/exchange.h"

namespace maru::net {
namespace {

constexpr std::uint64_t kDiscardedBodyBytes = 64 << 10;  // read before a 404, to keep the connection

// Carries an answer from whichever thread has it to the connection's own. It may outlive connection and
// server.
class ConnectionSink final : public Responder::Sink {
 public:
  ConnectionSink(std::weak_ptr<Connection> connection, std::shared_ptr<IoWorker> worker, RequestPtr request,
                 std::uint64_t exchange)
      : connection_(std::move(connection)),
        worker_(std::move(worker)),
        request_(std::move(request)),
        exchange_(exchange) {}

  void answer(Result<Response> response) override {
    if (response) compress_for(*request_, *response);
    request_.reset();  // before the connection looks whether it may use the request again
    asio::dispatch(worker_->context(), [connection = std::move(connection_), exchange = exchange_,
                                        answer = std::move(response)]() mutable {
      if (const auto alive = connection.lock()) alive->deliver(exchange, std::move(answer));
    });
  }

 private:
  std::weak_ptr<Connection> connection_;
  std::shared_ptr<IoWorker> worker_;
  RequestPtr request_;
  const std::uint64_t exchange_;
};

// Pulls the body through the connection's thread; next() waits for it.
class SocketBodyStream final : public BodyStream {
 public:
  SocketBodyStream(std::weak_ptr<Connection> connection, std::shared_ptr<IoWorker> worker,
                   std::uint64_t exchange)
      : connection_(std::move(connection)), worker_(std::move(worker)), exchange_(exchange) {}

  Result<std::optional<std::string>> next() override {
    if (failure_) return *failure_;
    const auto alive = connection_.lock();
    if (!alive) return make_error(Code::cancelled, "body: the connection has gone");
    struct Pull {
      std::mutex mutex;
      std::condition_variable arrived;
      std::optional<Result<std::optional<std::string>>> piece;
    };
    const auto pull = std::make_shared<Pull>();
    asio::co_spawn(worker_->context(), alive->next_body_piece(exchange_),
                   [pull](const std::exception_ptr& problem, Result<std::optional<std::string>> piece) {
                     const std::lock_guard lock(pull->mutex);
                     if (problem) piece = internal("body: reading it failed");
                     pull->piece = std::move(piece);
                     pull->arrived.notify_one();
                   });
    std::unique_lock lock(pull->mutex);
    pull->arrived.wait(lock, [&] { return pull->piece.has_value(); });
    if (!*pull->piece) failure_ = pull->piece->error();
    return std::move(*pull->piece);
  }

 private:
  const std::weak_ptr<Connection> connection_;
  const std::shared_ptr<IoWorker> worker_;
  const std::uint64_t exchange_;
  std::optional<Error> failure_;
};

Result<Response> call_streamed(const Route& route, Request& request, BodyStream& raw,
                               std::uint64_t limit_bytes) {
  MARU_ASSIGN(const Coding coding, coding_of(request.header("content-encoding")));
  std::unique_ptr<BodyStream> decoded;
  if (coding != Coding::identity) decoded = inflating(raw, coding, limit_bytes);
  request.stream = decoded ? decoded.get() : &raw;
  auto response = call_handler(route.handler, request);
  request.stream = nullptr;
  return response;
}

}  // namespace

std::unique_ptr<Responder::Sink> sink_of(const std::shared_ptr<Connection>& connection,
                                         std::shared_ptr<IoWorker> worker, const RequestPtr& request,
                                         std::uint64_t exchange) {
  return std::make_unique<ConnectionSink>(connection, std::move(worker), request, exchange);
}

Task<Response> Connection::answer() {
  const Router::Match match = server_.router.match(*request_);
  route_ = match.route;
  const bool reads = request_->method == Method::get || request_->method == Method::head;
  if (route_ == nullptr && match.allow.empty() && reads) route_ = server_.router.fallback();
  if (route_ != nullptr) co_return co_await answer_by(*route_);
  if (!request_->headers.has("expect")) {
    (void)co_await read_body(kDiscardedBodyBytes);  // unread, the connection ends after the answer
  }
  co_return answer_unrouted(match.allow);
}

Response Connection::answer_unrouted(const std::string& allow) {
  if (allow.empty()) {
    return encoded(not_found("no such route: {} {}", name_of(request_->method), request_->path));
  }
  if (request_->method == Method::options) {
    Response response = Response::no_content().with_header("allow", allow);
    if (!server_.options.cors_allow_origin.empty()) {
      response.headers.add("access-control-allow-methods", allow);
      response.headers.add("access-control-allow-headers",
                           request_->header("access-control-request-headers"));
      response.headers.add("access-control-max-age", "600");
    }
    return response;
  }
  Response response = encoded(make_error(Code::unimplemented, "{} has no {}, only {}", request_->path,
                                         name_of(request_->method), allow));
  response.status = 405;
  response.headers.set("allow", allow);
  return response;
}

Task<Response> Connection::answer_by(const Route& route) {
  const ServerOptions& options = server_.options;
  const bool streamed = route.options.body == BodyMode::streamed;
  const std::uint64_t own_limit = route.options.body_limit_bytes;
  const std::uint64_t limit_bytes =
      own_limit != 0 ? own_limit : (streamed ? options.streamed_body_limit_bytes : options.body_limit_bytes);
  if (parser_->content_length().value_or(0) > limit_bytes) {
    co_return encoded(make_error(Code::payload_too_large,
                                 "body: {} bytes, of which this route takes at most {}",
                                 *parser_->content_length(), limit_bytes));
  }
  if (server_.in_flight->load(std::memory_order_relaxed) > options.max_in_flight) {
    co_return encoded(
        make_error(Code::unavailable, "{} requests are in flight; retry later", options.max_in_flight))
        .with_header("retry-after", "1");
  }
  if (!parser_->is_done() && request_->headers.has("expect") && !co_await say_continue()) {
    co_return encoded(make_error(Code::cancelled, "the client has gone"));
  }
  if (streamed) {
    run_streamed_handler(route, limit_bytes);
    co_return encoded(co_await wait_for_answer(route.options.timeout_ms));
  }
  if (auto body = co_await read_body(limit_bytes); !body) {
    Response response = encoded(body.error());
    if (body.error().code == Code::deadline_exceeded) response.status = 408;
    co_return response;
  }
  const DurationMs timeout_ms =
      route.options.timeout_ms != 0 ? route.options.timeout_ms : options.request_timeout_ms;
  request_->deadline_ns = system_clock().steady_ns() + timeout_ms * 1'000'000;
  const Run run = route.options.choose_run ? route.options.choose_run(*request_) : route.options.run;
  if (run == Run::inline_on_io && !route.async) co_return encoded(call_inline(route, limit_bytes));
  run_handler(route, run, limit_bytes);
  co_return encoded(co_await wait_for_answer(timeout_ms));
}

Result<Response> Connection::call_inline(const Route& route, std::uint64_t limit_bytes) {
  MARU_TRY(decode_body(*request_, limit_bytes));
  MARU_ASSIGN(Response response, call_handler(route.handler, *request_));
  compress_for(*request_, response);
  return response;
}

Response Connection::encoded(Result<Response> result) const {
  return result ? std::move(*result) : server_.router.encode_error(result.error(), *request_);
}

void Connection::run_handler(const Route& route, Run run, std::uint64_t limit_bytes) {
  request_shared_ = true;
  const Responder responder(sink_of(shared_from_this(), worker_, request_, exchange_));
  auto work = [request = request_, &route, limit_bytes, responder]() mutable {
    if (request->cancelled()) return responder.send(make_error(Code::cancelled, "the client has gone"));
    if (auto decoded = decode_body(*request, limit_bytes); !decoded) return responder.send(decoded.error());
    if (route.async) return call_async_handler(route.async, std::move(request), responder);
    responder.send(call_handler(route.handler, *request));
  };
  if (run == Run::inline_on_io) return work();
  if (auto submitted = server_.pool_of(route).submit(std::move(work)); !submitted) {
    responder.send(submitted.error());
  }
}

void Connection::run_streamed_handler(const Route& route, std::uint64_t limit_bytes) {
  request_shared_ = true;
  stream_open_ = true;
  if (!parser_->is_done()) parser_->collect_body(body_piece_, limit_bytes);
  const Responder responder(sink_of(shared_from_this(), worker_, request_, exchange_));
  auto work = [request = request_, &route, limit_bytes, responder,
               stream = SocketBodyStream(weak_from_this(), worker_, exchange_)]() mutable {
    if (request->cancelled()) return responder.send(make_error(Code::cancelled, "the client has gone"));
    responder.send(call_streamed(route, *request, stream, limit_bytes));
  };
  if (auto submitted = server_.pool_of(route).submit(std::move(work)); !submitted) {
    responder.send(submitted.error());
  }
}

Task<Result<Response>> Connection::wait_for_answer(DurationMs limit_ms) {
  if (!answer_) {
    if (!stream_open_) {
      wait_for(Waiting::handler, limit_ms);
      watch_client();
    }
    while (!answer_) {
      wake_.expires_at(std::chrono::steady_clock::time_point::max());
      error_code ignored;
      co_await wake_.async_wait(into(ignored));
    }
    error_code ignored;
    socket_.cancel(ignored);  // the watch, and a body piece that nobody waits for any more
  }
  stream_open_ = false;
  wait_for(Waiting::nothing, 0);
  co_return std::move(*std::exchange(answer_, std::nullopt));
}

// Tells the handler when the client goes away meanwhile.
void Connection::watch_client() {
  if (buffer_.size() > 0) return;  // the next request is here already
  socket_.async_wait(Socket::wait_read, [weak = weak_from_this(), exchange = exchange_](error_code failed) {
    const auto self = weak.lock();
    if (failed || !self || self->exchange_ != exchange) return;
    char next = 0;
    const ssize_t peeked = ::recv(self->socket_.native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
    if (peeked > 0 || (peeked < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))) return;
    self->request_->cancel.store(true);
    if (self->events_) self->events_->abandon();
  });
}

Task<bool> Connection::say_continue() {
  if (!equal_ignoring_case(request_->header("expect"), "100-continue") || buffer_.size() > 0) co_return true;
  co_return co_await write("HTTP/1.1 100 Continue\r\n\r\n");
}

}  // namespace maru::net
