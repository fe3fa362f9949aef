#include "validation/internal/expectation_lexer.h"

namespace maru::validation {
namespace {

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == ':' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// 12, -1.5, 1e-3, and what begins like a number: 2h, 2011-01-01T00:00:00Z.
std::size_t number_like_length(std::string_view text) {
  std::size_t length = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  while (length < text.size() &&
         (is_word_character(text[length]) || text[length] == '-' || text[length] == '+'))
    ++length;
  return length;
}

Token word_or_number(std::string_view text, std::size_t column) {
  Token token{TokenKind::word, std::string(text), 0, column};
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), token.number);
  if (code == std::errc{} && end == digits.data() + digits.size()) token.kind = TokenKind::number;
  return token;
}

}  // namespace

Result<std::vector<Token>> tokens_of(std::string_view text) {
  std::vector<Token> out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const std::size_t column = at + 1;
    const auto rest = text.substr(at);
    if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      ++at;
    } else if (c == '"' || c == '\'') {
      const auto close = text.find(c, at + 1);
      if (close == std::string_view::npos) return invalid("column {}: the quote {} is not closed", column, c);
      out.push_back({c == '"' ? TokenKind::quoted_name : TokenKind::text,
                     std::string(text.substr(at + 1, close - at - 1)), 0, column});
      at = close + 1;
    } else if (is_digit(c) ||
               ((c == '-' || c == '+') && rest.size() > 1 && (is_digit(rest[1]) || rest[1] == '.'))) {
      const std::size_t length = number_like_length(rest);
      out.push_back(word_or_number(rest.substr(0, length), column));
      at += length;
    } else if (is_word_character(c)) {
      std::size_t length = 1;
      while (length < rest.size() && is_word_character(rest[length])) ++length;
      out.push_back(word_or_number(rest.substr(0, length), column));
      if (out.back().kind == TokenKind::number && !is_digit(c) && c != '.')
        out.back().kind = TokenKind::word;  // nan, inf
      at += length;
    } else {
      static constexpr std::string_view kSymbols[] = {">=", "<=", "!=", "<>", "==", ">",
                                                      "<",  "=",  "(",  ")",  ","};
      const auto* symbol =
          std::find_if(std::begin(kSymbols), std::end(kSymbols), [&](auto s) { return rest.starts_with(s); });
      if (symbol == std::end(kSymbols)) return invalid("column {}: unexpected \"{}\"", column, c);
      out.push_back({TokenKind::symbol, std::string(*symbol), 0, column});
      at += symbol->size();
    }
  }
  out.push_back({TokenKind::end, "", 0, text.size() + 1});
  return out;
}

}  // namespace maru::validation
