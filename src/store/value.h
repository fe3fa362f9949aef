#pragma once
// Values that go into and come out of a database.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace maru::store {

struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
};

// NULL, an integer, a double, text or bytes. Owns its text. Note that SQLite stores a NaN as NULL.
struct Value : std::variant<std::monostate, std::int64_t, double, std::string, Blob> {
  using Base = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

  Value() = default;
  Value(std::nullptr_t) {}  // NOLINT: parameters read plainly
  Value(std::nullopt_t) {}  // NOLINT
  Value(std::integral auto number)
      : Base(static_cast<std::int64_t>(number)) {}  // NOLINT: booleans are 0 and 1
  Value(std::floating_point auto number) : Base(static_cast<double>(number)) {}  // NOLINT
  Value(std::string text) : Base(std::move(text)) {}                             // NOLINT
  Value(std::string_view text) : Base(std::string(text)) {}                      // NOLINT
  Value(const char* text) : Base(std::string(text)) {}                           // NOLINT
  Value(Blob blob) : Base(std::move(blob)) {}                                    // NOLINT
  template <class T>
  Value(const std::optional<T>& maybe) : Value(maybe ? Value(*maybe) : Value()) {}  // NOLINT

  bool is_null() const { return std::holds_alternative<std::monostate>(*this); }
};

}  // namespace maru::store
