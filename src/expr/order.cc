#include "expr/expression.h"
#include "expr/lexer.h"
#include "expr/node.h"

namespace maru::expr {
namespace {

// One term from `tokens[first, last)`. Its text is parsed behind as many blanks as stand before it, so that a
// column in an error counts from the start of the whole text.
Result<OrderTerm> term_from(std::string_view text, std::span<const Token> tokens) {
  Direction direction = Direction::ascending;
  if (!tokens.empty() && tokens.back().kind == TokenKind::word) {
    const bool descending = same_word(tokens.back().text, "desc");
    if (tokens.size() > 1 && (descending || same_word(tokens.back().text, "asc"))) {
      if (descending) direction = Direction::descending;
      tokens = tokens.first(tokens.size() - 1);
    }
  }
  if (tokens.empty()) return invalid("expected something to order by, such as \"metrics.rmse asc\"");
  const std::size_t start = tokens.front().offset;
  const std::size_t end = tokens.back().offset + tokens.back().source.size();
  const std::string padded =
      std::string(column_of(text, start) - 1, ' ') + std::string(text.substr(start, end - start));
  MARU_ASSIGN(Expression value, Expression::parse(padded));
  return OrderTerm{std::move(value), direction};
}

}  // namespace

Result<std::vector<OrderTerm>> parse_order_by(std::string_view text) {
  if (text.size() > kTextLimitBytes)
    return invalid("an order may hold {} bytes, got {}", kTextLimitBytes, text.size());
  MARU_ASSIGN(const auto tokens, tokenise(text));
  const std::span<const Token> all(tokens);
  const bool led = all.size() > 2 && all[0].kind == TokenKind::word && same_word(all[0].text, "order") &&
                   same_word(all[1].text, "by");
  std::vector<OrderTerm> terms;
  std::size_t first = led ? 2 : 0;
  int parentheses = 0;
  for (std::size_t i = first; i < all.size(); ++i) {
    const bool symbol = all[i].kind == TokenKind::symbol;
    if (symbol && all[i].text == "(") ++parentheses;
    if (symbol && all[i].text == ")") --parentheses;
    const bool ends = all[i].kind == TokenKind::end || (symbol && all[i].text == "," && parentheses == 0);
    if (!ends) continue;
    MARU_ASSIGN(OrderTerm term, term_from(text, all.subspan(first, i - first)));
    terms.push_back(std::move(term));
    first = i + 1;
  }
  return terms;
}

int compare_for_order(const Scalar& a, const Scalar& b, Direction direction) {
  if (is_null(a) || is_null(b)) return is_null(a) == is_null(b) ? 0 : is_null(a) ? 1 : -1;
  const auto number = [](const Scalar& value) {
    const auto* boolean = std::get_if<bool>(&value);
    return boolean != nullptr ? (*boolean ? 1.0 : 0.0) : std::get<double>(value);
  };
  const auto* x = std::get_if<std::string>(&a);
  const auto* y = std::get_if<std::string>(&b);
  int sign = 0;
  if (x != nullptr && y != nullptr) {
    sign = x->compare(*y);
  } else if (x != nullptr || y != nullptr) {
    sign = x != nullptr ? 1 : -1;
  } else {
    sign = number(a) < number(b) ? -1 : number(a) > number(b) ? 1 : 0;
  }
  sign = sign < 0 ? -1 : sign > 0 ? 1 : 0;
  return direction == Direction::ascending ? sign : -sign;
}

}  // namespace maru::expr
