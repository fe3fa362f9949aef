#include "net/internal/response_head.h"

#include <array>
#include <charconv>

namespace maru::net {
namespace {

struct Reason {
  int status;
  std::string_view reason;
};

constexpr Reason kReasons[] = {{100, "Continue"},
                               {200, "OK"},
                               {201, "Created"},
                               {202, "Accepted"},
                               {204, "No Content"},
                               {206, "Partial Content"},
                               {301, "Moved Permanently"},
                               {302, "Found"},
                               {303, "See Other"},
                               {304, "Not Modified"},
                               {307, "Temporary Redirect"},
                               {308, "Permanent Redirect"},
                               {400, "Bad Request"},
                               {401, "Unauthorized"},
                               {403, "Forbidden"},
                               {404, "Not Found"},
                               {405, "Method Not Allowed"},
                               {408, "Request Timeout"},
                               {409, "Conflict"},
                               {412, "Precondition Failed"},
                               {413, "Content Too Large"},
                               {415, "Unsupported Media Type"},
                               {416, "Range Not Satisfiable"},
                               {422, "Unprocessable Content"},
                               {429, "Too Many Requests"},
                               {431, "Request Header Fields Too Large"},
                               {499, "Client Closed Request"},
                               {500, "Internal Server Error"},
                               {501, "Not Implemented"},
                               {502, "Bad Gateway"},
                               {503, "Service Unavailable"},
                               {504, "Gateway Timeout"}};

void append_number(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_value(std::string& out, std::string_view value) {
  constexpr std::string_view kLineBreaks("\r\n\0", 3);
  if (value.find_first_of(kLineBreaks) == std::string_view::npos) {
    out += value;
    return;
  }
  for (const char c : value) out += kLineBreaks.find(c) == std::string_view::npos ? c : ' ';
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  append_value(out, name);
  out += ": ";
  append_value(out, value);
  out += "\r\n";
}

// RFC 9110: such answers have no body and no length.
bool has_no_body(int status) { return status == 204 || status == 304 || status < 200; }

}  // namespace

std::string_view reason_of(int status) {
  for (const auto& [known, reason] : kReasons) {
    if (known == status) return reason;
  }
  return "Unknown";
}

void append_head(std::string& out, const Response& response, const HeadFacts& facts) {
  out += facts.http_1_0 ? "HTTP/1.0 " : "HTTP/1.1 ";
  append_number(out, static_cast<std::uint64_t>(response.status));
  out += ' ';
  out += reason_of(response.status);
  out += "\r\n";
  if (!response.content_type.empty()) append_header(out, "content-type", response.content_type);
  if (facts.content_length && !has_no_body(response.status)) {
    out += "content-length: ";
    append_number(out, *facts.content_length);
    out += "\r\n";
  } else if (!facts.content_length && !facts.http_1_0) {
    out += "transfer-encoding: chunked\r\n";
  }
  for (const auto [name, value] : response.headers) append_header(out, name, value);
  if (!facts.request_id.empty()) append_header(out, "x-request-id", facts.request_id);
  if (!facts.allow_origin.empty()) append_header(out, "access-control-allow-origin", facts.allow_origin);
  if (!facts.keep_alive) {
    out += "connection: close\r\n";
  } else if (facts.http_1_0) {
    out += "connection: keep-alive\r\n";
  }
  out += "date: ";
  out += facts.date;
  out += "\r\n\r\n";
}

std::string http_date(TimeMs time_ms) {
  constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CivilTime at = civil_time(time_ms);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[at.weekday], at.day,
                     kMonths[at.month - 1], at.year, at.hour, at.minute, at.second);
}

}  // namespace maru::net
