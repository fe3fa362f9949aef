#include "net/internal/connection.h"

#include "base/log.h"
#include "net/event_channel.h"

namespace maru::net {
namespace {

constexpr std::size_t kHeadReadBytes = 8 << 10;
constexpr std::size_t kBodyReadBytes = 64 << 10;
constexpr std::size_t kKeptBufferBytes = 128 << 10;

// The client's request id when it is printable and short, so that it is safe in logs and headers.
bool is_request_id(std::string_view id) {
  constexpr std::size_t kMostCharacters = 128;
  return !id.empty() && id.size() <= kMostCharacters &&
         std::ranges::all_of(id, [](char c) { return c > ' ' && c < 0x7f; });
}

std::string text_of(const Socket& socket) {
  error_code failed;
  const auto endpoint = socket.remote_endpoint(failed);
  return failed ? std::string("unknown")
                : fmt::format("{}:{}", endpoint.address().to_string(), endpoint.port());
}

// Registers for as long as the coroutine lives.
class Registration {
 public:
  Registration(ServerContext& server, IoWorker& worker, Connection& connection)
      : server_(server), worker_(worker), connection_(connection) {
    worker_.add(connection_);
  }
  ~Registration() {
    worker_.remove(connection_);
    server_.connections.fetch_sub(1);
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

 private:
  ServerContext& server_;
  IoWorker& worker_;
  Connection& connection_;
};

class InFlight {
 public:
  explicit InFlight(std::atomic<std::size_t>& count) : count_(count) {
    count_.fetch_add(1, std::memory_order_relaxed);
  }
  ~InFlight() { count_.fetch_sub(1, std::memory_order_relaxed); }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  std::atomic<std::size_t>& count_;
};

}  // namespace

Connection::Connection(Socket socket, ServerContext& server, std::shared_ptr<IoWorker> worker)
    : socket_(std::move(socket)), server_(server), worker_(std::move(worker)), wake_(worker_->executor()) {}

Connection::~Connection() = default;

Task<void> Connection::serve(std::shared_ptr<Connection> self) {
  const Registration registration(self->server_, *self->worker_, *self);
  error_code ignored;
  self->socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  self->socket_.non_blocking(true, ignored);
  self->remote_ = text_of(self->socket_);
  try {
    while (co_await self->serve_one()) {
    }
    co_await self->say_goodbye();
  } catch (const std::exception& problem) {
    log_error("net", "a connection ended by an exception",
              {{"remote", self->remote_}, {"exception", problem.what()}});
  }
  self->socket_.close(ignored);
}

// One request and its response; false when the connection is to end.
Task<bool> Connection::serve_one() {
  begin_exchange();
  const HeadState head = co_await read_head();
  if (head == HeadState::gone) co_return false;
  const InFlight in_flight(*server_.in_flight);
  const std::int64_t started_ns = system_clock().steady_ns();
  Response response;
  if (head == HeadState::refused) {
    response = std::move(*refusal_);
  } else {
    response = co_await answer();
  }
  const int status = response.status;
  if (!parser_->is_done() || server_.draining.load(std::memory_order_relaxed)) keep_alive_ = false;
  const bool sent = co_await send(std::move(response));
  record(status, started_ns);
  co_return sent&& keep_alive_ && parser_->is_done();
}

void Connection::begin_exchange() {
  ++exchange_;
  if (request_ && !request_shared_) {
    request_->clear();
  } else {
    request_ = std::make_shared<Request>();
  }
  request_shared_ = false;
  if (buffer_.size() == 0 && buffer_.capacity() > kKeptBufferBytes) buffer_.shrink_to_fit();
  request_->remote = remote_;
  parser_.emplace(*request_, static_cast<std::uint32_t>(server_.options.header_limit_bytes));
  route_ = nullptr;
  refusal_.reset();
  answer_.reset();
  stream_open_ = false;
  keep_alive_ = true;
}

Task<Connection::HeadState> Connection::read_head() {
  wait_for(Waiting::request, server_.options.idle_timeout_ms);
  while (true) {
    if (buffer_.size() > 0) {
      if (waiting_ == Waiting::request) wait_for(Waiting::header, server_.options.header_timeout_ms);
      error_code failed;
      buffer_.consume(parser_->put(buffer_.data(), failed));
      if (failed && failed != http::error::need_more) {
        const bool too_long = failed == http::error::header_limit;
        refuse(too_long ? 431 : 400,
               invalid("request: {}", too_long ? fmt::format("the headers are longer than {} bytes",
                                                             server_.options.header_limit_bytes)
                                               : failed.message()));
        co_return HeadState::refused;
      }
      if (parser_->is_header_done()) break;
    } else if (server_.draining.load(std::memory_order_relaxed)) {
      co_return HeadState::gone;
    }
    if (co_await fill(kHeadReadBytes)) continue;
    if (!timed_out_ || waiting_ != Waiting::header || aborted_) co_return HeadState::gone;
    refuse(408, make_error(Code::deadline_exceeded, "request: the headers did not arrive within {}",
                           format_duration(server_.options.header_timeout_ms)));
    co_return HeadState::refused;
  }
  wait_for(Waiting::nothing, 0);
  const std::string_view sent_id = request_->header("x-request-id");
  if (is_request_id(sent_id)) {
    request_->id = sent_id;
  } else {
    worker_->make_request_id(request_->id);
  }
  if (!parser_->method_is_known()) {
    refuse(501, make_error(Code::unimplemented, "request: this server has no such method"));
    co_return HeadState::refused;
  }
  if (parser_->target_error()) {
    refuse(400, *parser_->target_error());
    co_return HeadState::refused;
  }
  // Beast takes a request with another transfer coding to have no body; the bytes after it would be read as a
  // request.
  if (!parser_->chunked() && request_->headers.has("transfer-encoding")) {
    refuse(501, make_error(Code::unimplemented, "transfer-encoding: only chunked is known"));
    co_return HeadState::refused;
  }
  keep_alive_ = parser_->keep_alive();
  co_return HeadState::complete;
}

void Connection::refuse(int status, Error error) {
  if (request_->id.empty()) worker_->make_request_id(request_->id);
  refusal_ = server_.router.encode_error(error, *request_);
  refusal_->status = status;
  keep_alive_ = false;
}

// Waits for more bytes; false at the end, on an error or when time is up.
Task<bool> Connection::fill(std::size_t most_bytes) {
  error_code failed;
  const std::size_t got = co_await socket_.async_read_some(buffer_.prepare(most_bytes), into(failed));
  buffer_.commit(got);
  co_return !failed;
}

Task<Result<void>> Connection::read_body(std::uint64_t limit_bytes) {
  if (parser_->is_done()) co_return Result<void>();
  constexpr std::uint64_t kTrustedLengthBytes = 16 << 20;
  if (const auto length = parser_->content_length()) {
    // Room past the end lets simdjson read the body where it lies.
    constexpr std::size_t kPaddingBytes = 64;
    request_->body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, kTrustedLengthBytes)) +
                           kPaddingBytes);
  }
  parser_->collect_body(request_->body, limit_bytes);
  while (true) {
    auto fed = feed_parser();
    if (!fed) co_return Error(std::move(fed.error()));
    if (parser_->is_done()) break;
    wait_for(Waiting::body, server_.options.body_timeout_ms);
    if (co_await fill(kBodyReadBytes)) continue;
    if (timed_out_) {
      co_return make_error(Code::deadline_exceeded, "body: no byte for {}",
                           format_duration(server_.options.body_timeout_ms));
    }
    co_return invalid("body: the connection ended before its end");
  }
  wait_for(Waiting::nothing, 0);
  co_return Result<void>();
}

Result<void> Connection::feed_parser() {
  while (buffer_.size() > 0 && !parser_->is_done()) {
    error_code failed;
    buffer_.consume(parser_->put(buffer_.data(), failed));
    if (!failed) continue;
    if (failed == http::error::need_more && buffer_.size() <= server_.options.header_limit_bytes) return {};
    if (failed == http::error::body_limit) {
      return make_error(Code::payload_too_large, "body: larger than the limit of this route");
    }
    return invalid("body: broken framing ({})", failed.message());
  }
  return {};
}

Task<Result<std::optional<std::string>>> Connection::next_body_piece(std::uint64_t exchange) {
  body_piece_.clear();
  while (true) {
    if (exchange != exchange_ || !stream_open_ || aborted_) {
      co_return make_error(Code::cancelled, "body: the request is over");
    }
    auto fed = feed_parser();
    if (!fed) co_return Error(std::move(fed.error()));
    if (!body_piece_.empty()) co_return std::optional<std::string>(std::exchange(body_piece_, {}));
    if (parser_->is_done()) co_return std::optional<std::string>();
    wait_for(Waiting::body, server_.options.body_timeout_ms);
    const bool got = co_await fill(kBodyReadBytes);
    const bool too_slow = timed_out_;
    if (waiting_ == Waiting::body) wait_for(Waiting::nothing, 0);
    if (got) continue;
    if (too_slow) {
      co_return make_error(Code::deadline_exceeded, "body: no byte for {}",
                           format_duration(server_.options.body_timeout_ms));
    }
    co_return invalid("body: the connection ended before its end");
  }
}

// Half-closes and reads what the client still sends, so that its kernel does not throw our last response
// away.
Task<void> Connection::say_goodbye() {
  constexpr DurationMs kGoodbyeMs = 2000;
  constexpr std::size_t kMostDiscardedBytes = 8 << 20;
  error_code failed;
  socket_.shutdown(Socket::shutdown_send, failed);
  if (failed) co_return;
  wait_for(Waiting::goodbye, kGoodbyeMs);
  std::size_t discarded = 0;
  while (!timed_out_ && discarded < kMostDiscardedBytes) {
    discarded += buffer_.size();
    buffer_.clear();
    if (!co_await fill(kBodyReadBytes)) break;
  }
}

void Connection::wait_for(Waiting what, DurationMs limit_ms) {
  waiting_ = what;
  timed_out_ = false;
  limit_ns_ = limit_ms <= 0 ? 0 : system_clock().steady_ns() + limit_ms * 1'000'000;
}

void Connection::check_limit(std::int64_t now_ns) {
  if (limit_ns_ == 0 || now_ns < limit_ns_) return;
  limit_ns_ = 0;
  timed_out_ = true;
  error_code ignored;
  if (waiting_ == Waiting::handler) {
    request_->cancel.store(true);
    keep_alive_ = false;
    deliver(exchange_, make_error(Code::deadline_exceeded, "the request took longer than its limit"));
  } else if (waiting_ == Waiting::writing) {
    socket_.close(ignored);
  } else {
    socket_.cancel(ignored);
  }
}

void Connection::deliver(std::uint64_t exchange, Result<Response> response) {
  if (exchange != exchange_ || answer_) return;
  answer_ = std::move(response);
  wake_.cancel();
}

void Connection::drain() {
  error_code ignored;
  if (waiting_ == Waiting::request) socket_.cancel(ignored);
  if (events_) events_->close();
}

void Connection::abort() {
  aborted_ = true;
  request_->cancel.store(true);
  if (events_) events_->abandon();
  deliver(exchange_, make_error(Code::cancelled, "the server is stopping"));
  error_code ignored;
  socket_.close(ignored);
  wake_.cancel();
}

void Connection::record(int status, std::int64_t started_ns) {
  const std::int64_t took_ns = system_clock().steady_ns() - started_ns;
  server_.request_metrics.record(route_, status, took_ns);
  const AccessLog wanted = server_.options.access_log;
  if (wanted == AccessLog::off || (wanted == AccessLog::errors && status < 500)) return;
  log(status < 500 ? LogLevel::info : LogLevel::warn, "net", "request",
      {{"method", name_of(request_->method)},
       {"path", request_->path},
       {"status", status},
       {"took_ms", static_cast<double>(took_ns) / 1e6},
       {"remote", remote_},
       {"request_id", request_->id}});
}

}  // namespace maru::net
