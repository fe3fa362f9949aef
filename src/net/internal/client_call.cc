#include "net/internal/client_call.h"

#include <sys/socket.h>

#include <cerrno>

namespace maru::net {
namespace {

constexpr std::size_t kReadBytes = 64 << 10;
constexpr std::size_t kFilePieceBytes = 256 << 10;

}  // namespace

bool ClientConnection::is_quiet() {
  char byte = 0;
  const ssize_t peeked = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return peeked < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

ClientCall::ClientCall(Executor executor, ClientRequest request, HttpUrl url,
                       std::uint64_t memory_limit_bytes)
    : executor_(executor),
      request_(std::move(request)),
      url_(std::move(url)),
      resolver_(executor),
      sink_(request_, memory_limit_bytes) {}

void ClientCall::interrupt(Code reason) {
  if (interrupted_) return;
  interrupted_ = reason;
  resolver_.cancel();
  error_code ignored;
  if (connection_) connection_->socket.close(ignored);
}

Error ClientCall::failure(std::string_view during, const error_code& failed) const {
  const std::string where =
      fmt::format("{} http://{}{}", name_of(request_.method), url_.authority, url_.target);
  if (interrupted_ == Code::deadline_exceeded) {
    return make_error(Code::deadline_exceeded, "{}: no answer within {}", where,
                      format_duration(request_.timeout_ms));
  }
  if (interrupted_) return make_error(*interrupted_, "{}: cancelled", where);
  return make_error(Code::unavailable, "{}: {}: {}", where, during, failed.message());
}

Task<Result<void>> ClientCall::connect() {
  using Resolver = asio::ip::basic_resolver<asio::ip::tcp, Executor>;
  std::vector<asio::ip::tcp::endpoint> endpoints;
  error_code failed;
  const auto numeric = asio::ip::make_address(url_.host, failed);
  if (!failed) {
    endpoints.emplace_back(numeric, url_.port);
  } else {
    const Resolver::results_type found =
        co_await resolver_.async_resolve(url_.host, std::to_string(url_.port), into(failed));
    if (failed) co_return failure("looking up the host", failed);
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  }
  failed = asio::error::host_not_found;
  for (const auto& endpoint : endpoints) {
    connection_ = std::make_unique<ClientConnection>(executor_);
    co_await connection_->socket.async_connect(endpoint, into(failed));
    if (!failed || interrupted_) break;
  }
  if (failed || interrupted_) co_return failure("connecting", failed);
  error_code ignored;
  connection_->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  co_return Result<void>();
}

Result<std::string> ClientCall::head() {
  std::uint64_t length = request_.body.size();
  if (request_.body_from_file) {
    std::error_code failed;
    length = std::filesystem::file_size(*request_.body_from_file, failed);
    if (failed) return not_found("{}: {}", request_.body_from_file->string(), failed.message());
  }
  std::string head =
      fmt::format("{} {} HTTP/1.1\r\nhost: {}\r\n", name_of(request_.method), url_.target, url_.authority);
  for (const auto [name, value] : request_.headers) {
    if (name.find_first_of("\r\n: ") != std::string_view::npos ||
        value.find_first_of("\r\n") != std::string_view::npos) {
      return invalid("header \"{}\": a header is one line", name);
    }
    fmt::format_to(std::back_inserter(head), "{}: {}\r\n", name, value);
  }
  const bool carries =
      request_.method == Method::post || request_.method == Method::put || request_.method == Method::patch;
  if (length > 0 || carries) fmt::format_to(std::back_inserter(head), "content-length: {}\r\n", length);
  head += "\r\n";
  return head;
}

Task<Result<void>> ClientCall::write_request() {
  auto made = head();
  if (!made) co_return made.error();
  error_code failed;
  const std::array<asio::const_buffer, 2> buffers = {asio::buffer(*made), asio::buffer(request_.body)};
  co_await asio::async_write(connection_->socket, buffers, into(failed));
  if (failed) co_return failure("sending the request", failed);
  if (request_.body_from_file) co_return co_await write_file();
  co_return Result<void>();
}

Task<Result<void>> ClientCall::write_file() {
  std::ifstream file(*request_.body_from_file, std::ios::binary);
  std::string piece(kFilePieceBytes, '\0');
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    error_code failed;
    const auto got = static_cast<std::size_t>(file.gcount());
    co_await asio::async_write(connection_->socket, asio::buffer(piece.data(), got), into(failed));
    if (failed) co_return failure("sending the request", failed);
  }
  co_return Result<void>();
}

Task<Result<void>> ClientCall::exchange() {
  Result<void> written = co_await write_request();
  if (interrupted_) co_return failure("", {});
  // A server may answer (413, say) and close before it has read everything: its answer says more than our
  // broken pipe.
  Result<void> read = co_await read_response();
  if (!read && !written && !answered_) co_return written;
  co_return read;
}

Task<Result<void>> ClientCall::read_response() {
  parser_.emplace(response_);
  parser_->skip(request_.method == Method::head);
  while (!parser_->is_done()) {
    auto more = co_await read_more();
    if (!more) co_return more.error();
    if (!parser_->is_header_done()) continue;
    if (response_.status >= 100 && response_.status < 200) {  // "100 Continue" comes before the answer
      response_ = {};
      parser_.emplace(response_);
      parser_->skip(request_.method == Method::head);
      continue;
    }
    if (auto taken = sink_.take(response_, parser_->piece()); !taken) co_return taken;
    parser_->piece().clear();
    if (!*more) break;
  }
  co_return sink_.finish(response_);
}

// Feeds the parser with what is buffered, or with more from the socket; false at the end of a body that ends
// with it.
Task<Result<bool>> ClientCall::read_more() {
  auto& buffer = connection_->buffer;
  error_code failed;
  if (buffer.size() == 0) {
    buffer.commit(co_await connection_->socket.async_read_some(buffer.prepare(kReadBytes), into(failed)));
    if (failed == asio::error::eof && parser_->is_header_done()) {
      parser_->put_eof(failed);
      if (!failed) co_return false;
    }
    if (failed) co_return failure("reading the response", failed);
    answered_ = true;
  }
  parser_->eager(true);
  buffer.consume(parser_->put(buffer.data(), failed));
  if (failed == http::error::need_more) {
    failed = {};
    buffer.commit(co_await connection_->socket.async_read_some(buffer.prepare(kReadBytes), into(failed)));
  }
  if (failed) co_return failure("reading the response", failed);
  co_return true;
}

std::unique_ptr<ClientConnection> ClientCall::release_reusable() {
  const bool reusable = connection_ && !interrupted_ && parser_ && parser_->is_done() &&
                        parser_->keep_alive() && connection_->buffer.size() == 0;
  if (!reusable) return nullptr;
  connection_->kept = true;
  return std::move(connection_);
}

}  // namespace maru::net
