#pragma once
// Beast's HTTP/1 parser writing straight into a Request: no field map is built and copied.

#include <cstdint>
#include <optional>
#include <string>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "net/internal/asio.h"
#include "net/message.h"

namespace maru::net {

namespace http = boost::beast::http;

// One object a request. Feed it with put(); after is_header_done() call collect_body() before feeding more.
class RequestParser final : public http::basic_parser<true> {
 public:
  RequestParser(Request& request, std::uint32_t header_limit_bytes) : request_(request) {
    header_limit(header_limit_bytes);
    body_limit(boost::none);
  }
  // Body bytes go to `into`; past `limit_bytes` in all put() fails with body_limit.
  void collect_body(std::string& into, std::uint64_t limit_bytes) {
    body_ = &into;
    limit_bytes_ = limit_bytes;
    eager(true);
  }
  bool method_is_known() const { return method_is_known_; }
  bool is_http_1_0() const { return is_http_1_0_; }
  const std::optional<Error>& target_error() const { return target_error_; }

 private:
  using error_code = boost::system::error_code;
  using string_view = boost::beast::string_view;

  void on_request_impl(http::verb, string_view method, string_view target, int version,
                       error_code&) override {
    is_http_1_0_ = version == 10;
    const auto known = method_of({method.data(), method.size()});
    method_is_known_ = known.has_value();
    request_.method = known.value_or(Method::get);
    if (auto set = request_.set_target(origin_form({target.data(), target.size()})); !set)
      target_error_ = set.error();
  }
  void on_field_impl(http::field, string_view name, string_view value, error_code&) override {
    if (in_trailer_) return;
    request_.headers.add({name.data(), name.size()}, {value.data(), value.size()});
  }
  void on_header_impl(error_code&) override { in_trailer_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view bytes, error_code& ec) override { return take(bytes, ec); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code& ec) override {
    return take(bytes, ec);
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_finish_impl(error_code&) override {}

  std::size_t take(string_view bytes, error_code& ec) {
    if (bytes.size() > limit_bytes_) {
      ec = http::error::body_limit;
      return 0;
    }
    limit_bytes_ -= bytes.size();
    body_->append(bytes.data(), bytes.size());
    return bytes.size();
  }
  // A proxy's "http://host/path" means "/path" (RFC 9112, section 3.2.2).
  static std::string_view origin_form(std::string_view target) {
    if (!target.starts_with("http://")) return target;
    const std::size_t slash = target.find('/', 7);
    return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }

  Request& request_;
  std::string* body_ = nullptr;
  std::uint64_t limit_bytes_ = 0;
  bool method_is_known_ = true;
  bool is_http_1_0_ = false;
  bool in_trailer_ = false;
  std::optional<Error> target_error_;
};

}  // namespace maru::net
