#pragma once
// A socket that sends exactly the bytes it is told to: for half requests, pipelines and rude clients.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <string_view>

namespace maru::net {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0)
      : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer_bytes > 0) {
      ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    }
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(descriptor_, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // What has come, waiting up to ten seconds for something; "" at the end.
  std::string receive_some() {
    constexpr int kPatienceMs = 10'000;
    pollfd waiting{descriptor_, POLLIN, 0};
    if (::poll(&waiting, 1, kPatienceMs) <= 0) return {};
    std::string bytes(64 << 10, '\0');
    const ssize_t got = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }
  std::string receive_until(std::string_view mark) {
    while (received_.find(mark) == std::string::npos) {
      const std::string more = receive_some();
      if (more.empty()) break;
      received_ += more;
    }
    const std::size_t end = std::min(received_.find(mark), received_.size() - mark.size()) + mark.size();
    std::string taken = received_.substr(0, end);
    received_.erase(0, end);
    return taken;
  }
  std::string receive_all() {
    std::string all = std::exchange(received_, {});
    for (std::string more = receive_some(); !more.empty(); more = receive_some()) all += more;
    return all;
  }
  // One response with a content-length.
  std::string receive_response() {
    std::string response = receive_until("\r\n\r\n");
    const std::size_t at = response.find("content-length: ");
    std::size_t left = at == std::string::npos ? 0 : std::stoul(response.substr(at + 16));
    while (received_.size() < left) {
      const std::string more = receive_some();
      if (more.empty()) break;
      received_ += more;
    }
    left = std::min(left, received_.size());
    response += received_.substr(0, left);
    received_.erase(0, left);
    return response;
  }

 private:
  int descriptor_;
  std::string received_;
};

}  // namespace maru::net
