#pragma once
// Beast's HTTP/1 parser writing straight into a ClientResponse.

#include <cstdint>
#include <string>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "net/client.h"
#include "net/internal/asio.h"

namespace maru::net {

namespace http = boost::beast::http;

// Body bytes are left in piece() for the caller to take after each put().
class ResponseParser final : public http::basic_parser<false> {
 public:
  explicit ResponseParser(ClientResponse& response) : response_(response) {
    constexpr std::uint32_t kHeaderLimitBytes = 256 << 10;
    header_limit(kHeaderLimitBytes);
    body_limit(boost::none);
  }
  std::string& piece() { return piece_; }

 private:
  using error_code = boost::system::error_code;
  using string_view = boost::beast::string_view;

  void on_request_impl(http::verb, string_view, string_view, int, error_code&) override {}
  void on_response_impl(int status, string_view, int, error_code&) override { response_.status = status; }
  void on_field_impl(http::field, string_view name, string_view value, error_code&) override {
    if (!in_trailer_) response_.headers.add({name.data(), name.size()}, {value.data(), value.size()});
  }
  void on_header_impl(error_code&) override { in_trailer_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view bytes, error_code&) override { return take(bytes); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) override {
    return take(bytes);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t take(string_view bytes) {
    piece_.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  ClientResponse& response_;
  std::string piece_;
  bool in_trailer_ = false;
};

}  // namespace maru::net
