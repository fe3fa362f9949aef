#pragma once
// Query parameters with types, for the native routes.

#include <charconv>
#include <optional>
#include <string_view>

#include "net/message.h"

namespace maru::api {

// A whole number from `low` to `high`; empty when absent. invalid_argument otherwise.
inline Result<std::optional<std::int64_t>> number_in(const net::Request& request, std::string_view name,
                                                     std::int64_t low, std::int64_t high) {
  const auto text = request.query(name);
  if (!text || text->empty()) return std::optional<std::int64_t>();
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (code != std::errc{} || end != text->data() + text->size() || value < low || value > high) {
    return invalid("{}: expected a number from {} to {}, got \"{}\"", name, low, high, *text);
  }
  return std::optional(value);
}

// The number in a path parameter such as {id}.
inline Result<std::int64_t> id_in(const net::Request& request, std::string_view name = "id") {
  const auto text = request.param(name);
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || value < 1)
    return invalid("{}: expected a number, got \"{}\"", name, text);
  return value;
}

}  // namespace maru::api
