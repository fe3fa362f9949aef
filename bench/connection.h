#pragma once
// A client that costs next to nothing, so that a measured exchange is the server's.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>

#include "base/result.h"

namespace maru::bench {

// One kept-alive connection that sends the same request again and again.
class Connection {
 public:
  Connection(std::uint16_t port, std::string_view path, std::string_view body)
      : request_(fmt::format(
            "POST {} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: "
            "{}\r\n\r\n{}",
            path, body.size(), body)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The body of the response; exits when it is not 200.
  std::string_view exchange() {
    for (std::size_t sent = 0; sent < request_.size();) {
      const auto count = ::send(socket_, request_.data() + sent, request_.size() - sent, 0);
      if (count <= 0) std::abort();
      sent += static_cast<std::size_t>(count);
    }
    response_.clear();
    for (;;) {
      const auto end = response_.find("\r\n\r\n");
      if (end != std::string::npos && response_.size() >= end + 4 + content_length()) {
        if (!response_.starts_with("HTTP/1.1 200")) {
          std::fprintf(stderr, "bench: %s\n", response_.c_str());
          std::exit(1);
        }
        return std::string_view(response_).substr(end + 4);
      }
      std::array<char, 65536> buffer;
      const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
      if (count <= 0) std::abort();
      response_.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

 private:
  std::size_t content_length() const {
    std::string head = response_.substr(0, response_.find("\r\n\r\n"));
    std::ranges::transform(head, head.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
    const auto at = head.find("content-length:");
    return at == std::string::npos ? 0 : std::strtoull(head.c_str() + at + 15, nullptr, 10);
  }
  int socket_ = -1;
  std::string request_, response_;
};

}  // namespace maru::bench
