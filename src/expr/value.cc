#include "expr/value.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "expr/lexer.h"

namespace maru::expr {

std::string_view name_of(Type type) {
  switch (type) {
    case Type::null:
      return "null";
    case Type::boolean:
      return "boolean";
    case Type::number:
      return "number";
    case Type::text:
      return "text";
    case Type::any:
      return "any";
  }
  return "any";
}

Type type_of(const Scalar& value) { return static_cast<Type>(value.index()); }
static_assert(
    std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(Type::text), Scalar>, std::string>);

std::string in_quotes(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) out.append(c == quote ? 2 : 1, c);
  return out + quote;
}

std::string to_text(const Scalar& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (const auto* text = std::get_if<std::string>(&value)) return in_quotes(*text, '\'');
  return "null";
}

std::string to_short_text(const Scalar& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  const auto* number = std::get_if<double>(&value);
  if (number == nullptr) return to_text(value);
  if (std::abs(*number) < 1e15 && *number == std::floor(*number)) return fmt::format("{:.0f}", *number);
  return fmt::format("{:.4g}", *number);
}

Name Name::of(std::string_view dotted) {
  Name name;
  for (std::size_t start = 0;;) {
    const std::size_t dot = dotted.find('.', start);
    name.parts.emplace_back(dotted.substr(start, dot == std::string_view::npos ? dot : dot - start));
    if (dot == std::string_view::npos) return name;
    start = dot + 1;
  }
}

std::string Name::text() const {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool plain = is_plain_word(parts[i]) && (i > 0 || !is_keyword(parts[i]));
    if (i > 0) out += '.';
    out += plain ? parts[i] : in_quotes(parts[i], '`');
  }
  return out;
}

std::string Name::key() const {
  std::string out;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (i > 1) out += '.';
    out += parts[i];
  }
  return out;
}

}  // namespace maru::expr
