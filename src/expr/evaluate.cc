#include <algorithm>
#include <cmath>

#include "expr/node.h"

namespace maru::expr {
namespace {

enum class Truth : std::uint8_t { no, unknown, yes };

Scalar to_scalar(Truth truth) { return truth == Truth::unknown ? Scalar() : Scalar(truth == Truth::yes); }

Result<Truth> truth_of(const Node& node, const Scalar& value) {
  if (is_null(value)) return Truth::unknown;
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? Truth::yes : Truth::no;
  if (const auto* number = std::get_if<double>(&value)) return *number != 0 ? Truth::yes : Truth::no;
  return wrong_at(node.column, fmt::format("expected a condition, got the text {}", to_text(value)));
}

// A number, or a boolean as 1 or 0.
Result<double> number_of(const Node& node, const Scalar& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? 1.0 : 0.0;
  return wrong_at(node.column, fmt::format("expected a number, got the text {}", to_text(value)));
}

Scalar finite(double value) { return std::isfinite(value) ? Scalar(value) : Scalar(); }

Result<Scalar> arithmetic(const Node& node, const Scalar& left, const Scalar& right) {
  if (is_null(left) || is_null(right)) return Scalar();
  MARU_ASSIGN(const double a, number_of(node.children[0], left));
  MARU_ASSIGN(const double b, number_of(node.children[1], right));
  switch (node.op) {
    case Operator::add:
      return finite(a + b);
    case Operator::subtract:
      return finite(a - b);
    case Operator::multiply:
      return finite(a * b);
    case Operator::divide:
      return b == 0 ? Scalar() : finite(a / b);
    default:
      return b == 0 ? Scalar() : finite(std::fmod(a, b));
  }
}

// -1, 0 or 1; neither is null.
Result<int> order(const Node& node, const Scalar& left, const Scalar& right) {
  const auto* a = std::get_if<std::string>(&left);
  const auto* b = std::get_if<std::string>(&right);
  if ((a == nullptr) != (b == nullptr)) {
    return wrong_at(node.column, fmt::format("cannot compare {} {} with {} {}", name_of(type_of(left)),
                                             to_text(left), name_of(type_of(right)), to_text(right)));
  }
  if (a != nullptr) {
    const int sign = a->compare(*b);
    return sign < 0 ? -1 : sign > 0 ? 1 : 0;
  }
  MARU_ASSIGN(const double x, number_of(node, left));
  MARU_ASSIGN(const double y, number_of(node, right));
  return x < y ? -1 : x > y ? 1 : 0;
}

bool holds(Operator op, int sign) {
  switch (op) {
    case Operator::equal:
      return sign == 0;
    case Operator::not_equal:
      return sign != 0;
    case Operator::less:
      return sign < 0;
    case Operator::less_equal:
      return sign <= 0;
    case Operator::greater:
      return sign > 0;
    default:
      return sign >= 0;
  }
}

Result<Scalar> compare(const Node& node, Operator op, const Scalar& left, const Scalar& right) {
  if (is_null(left) || is_null(right)) return Scalar();
  MARU_ASSIGN(const int sign, order(node, left, right));
  return Scalar(holds(op, sign));
}

char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// SQL LIKE: % any run, _ one character (a whole UTF-8 one). Greedy with one point to go back to: linear in
// practice, never exponential.
bool like(std::string_view text, std::string_view pattern, bool ignore_case) {
  std::size_t t = 0, p = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == '_') {
      ++p;
      for (++t; t < text.size() && continues(text[t]);) ++t;
    } else if (p < pattern.size() &&
               (ignore_case ? fold(pattern[p]) == fold(text[t]) : pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

Result<Scalar> match_pattern(const Node& node, const Scalar& value, const Scalar& pattern) {
  if (is_null(value) || is_null(pattern)) return Scalar();
  const auto* text = std::get_if<std::string>(&value);
  const auto* wanted = std::get_if<std::string>(&pattern);
  if (text == nullptr || wanted == nullptr) {
    return wrong_at(node.column, fmt::format("{} compares text, got {}", symbol_of(node.op),
                                             to_text(text == nullptr ? value : pattern)));
  }
  return Scalar(like(*text, *wanted, node.op == Operator::ilike));
}

Result<Scalar> member(const Node& node, const std::vector<Scalar>& values) {
  if (is_null(values[0])) return Scalar();
  bool unknown = false;
  for (std::size_t i = 1; i < values.size(); ++i) {
    MARU_ASSIGN(const Scalar equal, compare(node, Operator::equal, values[0], values[i]));
    if (equal == Scalar(true)) return equal;
    unknown = unknown || is_null(equal);
  }
  return unknown ? Scalar() : Scalar(false);
}

Result<Scalar> within(const Node& node, const std::vector<Scalar>& values) {
  MARU_ASSIGN(const Scalar above, compare(node, Operator::greater_equal, values[0], values[1]));
  MARU_ASSIGN(const Scalar below, compare(node, Operator::less_equal, values[0], values[2]));
  if (above == Scalar(false) || below == Scalar(false)) return Scalar(false);
  return is_null(above) || is_null(below) ? Scalar() : Scalar(true);
}

Result<Scalar> invoke(const Node& node, std::vector<Scalar> values) {
  const Function& function = *node.function;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool null = is_null(values[i]);
    if (null && function.nulls == NullRule::null_if_any) return Scalar();
    if (null || function.argument == Type::any) continue;
    const bool is_text = std::holds_alternative<std::string>(values[i]);
    if (is_text != (function.argument == Type::text)) {
      return wrong_at(node.children[i].column, fmt::format("{}(…) takes {}, got {}", function.name,
                                                           name_of(function.argument), to_text(values[i])));
    }
  }
  auto result = function.apply(values);
  if (!result) return wrong_at(node.column, result.error().message);
  if (const auto* number = std::get_if<double>(&*result)) return finite(*number);
  return result;
}

}  // namespace

std::string_view symbol_of(Operator op) {
  constexpr std::array<std::string_view, 23> kSymbols{
      "",   "",  "",   "-",    "+",     "-",  "*",       "/",       "%",   "=",   "!=", "<",
      "<=", ">", ">=", "like", "ilike", "in", "between", "is null", "not", "and", "or"};
  return kSymbols.at(static_cast<std::size_t>(op));
}

Result<Scalar> Evaluator::value(const Node& node) const {
  switch (node.op) {
    case Operator::literal:
      return node.literal;
    case Operator::name:
      return values_[node.slot];
    case Operator::and_:
    case Operator::or_:
      return connective(node);
    default:
      break;
  }
  if (!vacuous_.empty() && is_comparison(node.op) && is_vacuous(node)) return Scalar(true);
  return operation(node);
}

bool Evaluator::is_vacuous(const Node& node) const {
  if (vacuous_.empty()) return false;
  if (node.op == Operator::name) return vacuous_[node.slot];
  if (node.op == Operator::is_null) return false;  // asks for it
  return std::ranges::any_of(node.children, [&](const Node& child) { return is_vacuous(child); });
}

Result<Scalar> Evaluator::connective(const Node& node) const {
  const Truth decides = node.op == Operator::and_ ? Truth::no : Truth::yes;
  Truth result = node.op == Operator::and_ ? Truth::yes : Truth::no;
  for (const auto& child : node.children) {
    MARU_ASSIGN(const Scalar scalar, value(child));
    MARU_ASSIGN(const Truth truth, truth_of(child, scalar));
    if (truth == decides) return to_scalar(truth);
    if (truth == Truth::unknown) result = Truth::unknown;
  }
  return to_scalar(result);
}

Result<Scalar> Evaluator::operation(const Node& node) const {
  std::vector<Scalar> values;
  values.reserve(node.children.size());
  for (const auto& child : node.children) {
    MARU_ASSIGN(Scalar scalar, value(child));
    values.push_back(std::move(scalar));
  }
  switch (node.op) {
    case Operator::call:
      return invoke(node, std::move(values));
    case Operator::negate: {
      if (is_null(values[0])) return Scalar();
      MARU_ASSIGN(const double number, number_of(node.children[0], values[0]));
      return Scalar(-number);
    }
    case Operator::not_: {
      MARU_ASSIGN(const Truth truth, truth_of(node.children[0], values[0]));
      return to_scalar(truth == Truth::unknown ? truth : truth == Truth::yes ? Truth::no : Truth::yes);
    }
    case Operator::like:
    case Operator::ilike:
      return match_pattern(node, values[0], values[1]);
    case Operator::in:
      return member(node, values);
    case Operator::between:
      return within(node, values);
    case Operator::is_null:
      return Scalar(is_null(values[0]));
    default:
      return is_arithmetic(node.op) ? arithmetic(node, values[0], values[1])
                                    : compare(node, node.op, values[0], values[1]);
  }
}

}  // namespace maru::expr
