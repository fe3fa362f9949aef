#include "base/log.h"
#include "net/event_channel.h"
#include "net/internal/connection.h"
#include "net/internal/file_answer.h"
#include "net/internal/on_pool.h"
#include "net/internal/response_head.h"

namespace maru::net {
namespace {

// Below it one copy is cheaper than a second buffer in the system call.
constexpr std::size_t kJoinedBodyBytes = 16 << 10;

using Piece = std::optional<std::string>;

// `piece` as one chunk of a chunked body.
void append_chunk(std::string& out, std::string_view piece) {
  fmt::format_to(std::back_inserter(out), "{:x}\r\n", piece.size());
  out += piece;
  out += "\r\n";
}

}  // namespace

void Connection::append_response_head(const Response& response, std::optional<std::uint64_t> length) {
  const bool old = parser_->is_http_1_0();
  if (old && !length) keep_alive_ = false;  // the end of the connection is the end of the body
  append_head(head_, response,
              {.content_length = length,
               .keep_alive = keep_alive_,
               .http_1_0 = old,
               .request_id = request_->id,
               .date = worker_->date(),
               .allow_origin = server_.options.cors_allow_origin});
}

// True when the response is on its way whole.
Task<bool> Connection::send(Response response) {
  if (aborted_) co_return false;
  if (response.events) co_return co_await send_events(std::move(response));
  std::optional<std::uint64_t> length;
  if (response.file) {
    // Named, because GCC 12 destroys what a temporary inside a co_await expression captures twice.
    std::move_only_function<Result<std::uint64_t>()> open = [this, &response] {
      return open_file(*request_, response);
    };
    const auto opened =
        co_await on_pool<std::uint64_t>(server_.default_pool(), worker_->executor(), std::move(open));
    if (opened) {
      length = *opened;
    } else {
      response = encoded(opened.error());
    }
  }
  if (response.producer) co_return co_await send_pieces(std::move(response), length);
  head_.clear();
  append_response_head(response, length.value_or(response.body.size()));
  if (request_->method == Method::head) co_return co_await write(head_);
  if (response.body.size() > kJoinedBodyBytes) co_return co_await write(head_, response.body);
  head_ += response.body;
  co_return co_await write(head_);
}

Task<bool> Connection::send_pieces(Response response, std::optional<std::uint64_t> length) {
  Pool& pool = server_.pool_of(*route_);
  const auto pull = [&]() -> Task<Result<Piece>> {
    if (aborted_) co_return make_error(Code::cancelled, "the server is stopping");
    std::move_only_function<Result<Piece>()> produce = [&response] { return response.producer(); };
    co_return co_await on_pool<Piece>(pool, worker_->executor(), std::move(produce));
  };
  const bool chunked = !length && !parser_->is_http_1_0();
  head_.clear();
  if (request_->method == Method::head) {
    append_response_head(response, length);
    co_return co_await write(head_);
  }
  Result<Piece> piece = co_await pull();
  if (!piece) co_return co_await send(encoded(piece.error()));
  append_response_head(response, length);
  while (*piece) {
    if (chunked && !(*piece)->empty()) {
      append_chunk(head_, **piece);
    } else {
      head_ += **piece;
    }
    if (!co_await write(head_)) co_return false;
    head_.clear();
    piece = co_await pull();
    if (!piece) {
      log_error("net", "a response broke off", {{"path", request_->path}, {"error", piece.error().message}});
      error_code ignored;
      socket_.close(ignored);
      co_return false;
    }
  }
  if (chunked) head_ += "0\r\n\r\n";
  co_return co_await write(head_);
}

Task<bool> Connection::send_events(Response response) {
  events_ = response.events;
  events_->set_wake([weak = weak_from_this(), worker = worker_] {
    asio::post(worker->context(), [weak] {
      if (const auto self = weak.lock()) self->wake_.cancel();
    });
  });
  head_.clear();
  append_response_head(response, std::nullopt);
  const bool chunked = !parser_->is_http_1_0();
  bool sent = co_await write(head_);
  watch_client();
  while (sent) {
    const EventChannel::Taken taken = events_->take();
    if (taken.bytes.empty() && taken.ended) break;
    std::string_view bytes = taken.bytes;
    if (bytes.empty()) {
      wake_.expires_after(std::chrono::milliseconds(server_.options.heartbeat_ms));
      error_code woken;
      co_await wake_.async_wait(into(woken));
      if (woken) continue;
      bytes = ":\n\n";
    }
    head_.clear();
    if (chunked) {
      append_chunk(head_, bytes);
    } else {
      head_ = bytes;
    }
    sent = co_await write(head_);
  }
  events_->set_wake(nullptr);
  events_->abandon();
  events_.reset();
  error_code ignored;
  socket_.cancel(ignored);  // the watch
  if (sent && chunked) sent = co_await write("0\r\n\r\n");
  co_return sent;
}

Task<bool> Connection::write(std::string_view first, std::string_view second) {
  while (!first.empty() || !second.empty()) {
    error_code failed;
    const std::array<asio::const_buffer, 2> buffers = {asio::buffer(first), asio::buffer(second)};
    const std::size_t sent =
        second.empty() ? socket_.write_some(buffers[0], failed) : socket_.write_some(buffers, failed);
    if (failed == asio::error::would_block) {
      wait_for(Waiting::writing, server_.options.body_timeout_ms);
      co_await socket_.async_wait(Socket::wait_write, into(failed));
      wait_for(Waiting::nothing, 0);
    }
    if (failed) co_return false;
    const std::size_t of_first = std::min(sent, first.size());
    first.remove_prefix(of_first);
    second.remove_prefix(sent - of_first);
  }
  co_return true;
}

}  // namespace maru::net
