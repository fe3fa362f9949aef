#pragma once
// The status line and headers of a response, as bytes. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/message.h"

namespace maru::net {

std::string_view reason_of(int status);  // "OK"; "Unknown" for a code without a name

struct HeadFacts {
  std::optional<std::uint64_t>
      content_length;  // empty: chunked, or to the end of the connection for HTTP/1.0
  bool keep_alive = true;
  bool http_1_0 = false;
  std::string_view request_id;
  std::string_view date;               // "Mon, 23 Nov 2026 01:48:23 GMT"
  std::string_view allow_origin = {};  // CORS
};

// Appends it, blank line included. Line breaks inside values become spaces: a value cannot add a header.
void append_head(std::string& out, const Response& response, const HeadFacts& facts);

// RFC 9110 dates: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(TimeMs time_ms);

}  // namespace maru::net
