#include "net/internal/address.h"

#include <charconv>

namespace maru::net {

Result<HostPort> parse_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const auto wrong = [&] { return invalid("expected HOST:PORT, e.g. 127.0.0.1:8250, got \"{}\"", text); };
  if (colon == std::string_view::npos) return wrong();
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (problem != std::errc() || end != digits.data() + digits.size()) return wrong();
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong();
  }
  return HostPort{host.empty() ? "0.0.0.0" : std::string(host), port};
}

Result<HttpUrl> parse_url(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (url.starts_with("https://")) {
    return make_error(Code::unimplemented, "url \"{}\": https is not built into this client", url);
  }
  const std::size_t host_at = kScheme.size();
  if (!url.starts_with(kScheme) || url.find_first_of(" \r\n\t") != std::string_view::npos) {
    return invalid("url: expected http://HOST[:PORT]/…, got \"{}\"", url);
  }
  const std::size_t path_at = std::min(url.find_first_of("/?#", host_at), url.size());
  const std::string_view authority = url.substr(host_at, path_at - host_at);
  std::string_view target = url.substr(path_at);
  target = target.substr(0, target.find('#'));
  const bool has_port = authority.rfind(':') != std::string_view::npos && !authority.ends_with(']');
  const std::string with_port = has_port ? std::string(authority) : std::string(authority) + ":80";
  auto where = parse_host_port(with_port);
  if (!where || authority.empty() || authority.starts_with(':')) {
    return invalid("url: expected http://HOST[:PORT]/…, got \"{}\"", url);
  }
  HttpUrl parsed{std::move(where->host), where->port, std::string(authority), std::string(target)};
  if (!parsed.target.starts_with('/')) parsed.target.insert(0, "/");
  return parsed;
}

}  // namespace maru::net
