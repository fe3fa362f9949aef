#pragma once
// "HOST:PORT" and "http://HOST:PORT/path?query".

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace maru::net {

struct HostPort {
  std::string host;  // without the brackets of an IPv6 address
  std::uint16_t port = 0;
};
// "127.0.0.1:8250", "[::1]:8250", ":8250" (every address). invalid_argument otherwise.
Result<HostPort> parse_host_port(std::string_view text);

struct HttpUrl {
  std::string host;  // for connecting
  std::uint16_t port = 80;
  std::string authority;  // for the Host header
  std::string target = "/";
};
// invalid_argument when it is not an http URL; unimplemented for https.
Result<HttpUrl> parse_url(std::string_view url);

}  // namespace maru::net
