#include "expr/lexer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/time.h"

namespace maru::expr {
namespace {

constexpr std::array<std::string_view, 11> kKeywords{"and", "or",      "not",  "in",   "like", "ilike",
                                                     "is",  "between", "null", "true", "false"};
constexpr std::array<std::string_view, 5> kTwoCharacterSymbols{"!=", "<>", "<=", ">=", "=="};
constexpr std::string_view kSymbols = "(),.+-*/%=<>";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool in_word(char c) { return begins_word(c) || is_digit(c); }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> run() {
    std::vector<Token> tokens;
    for (;;) {
      while (at_ < text_.size() && (text_[at_] == ' ' || (text_[at_] >= '\t' && text_[at_] <= '\r'))) ++at_;
      const std::size_t start = at_;
      MARU_ASSIGN(Token token, next());
      token.offset = start;
      token.source = text_.substr(start, at_ - start);
      tokens.push_back(std::move(token));
      if (tokens.back().kind == TokenKind::end) return tokens;
    }
  }

 private:
  static Token make(TokenKind kind, std::string text, double number = 0) {
    return {.kind = kind, .source = {}, .text = std::move(text), .number = number, .offset = 0};
  }

  Result<Token> next() {
    if (at_ == text_.size()) return Token{};
    const char c = text_[at_];
    if (begins_word(c)) return word();
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]) && !after_name()))
      return number();
    if (c == '\'' || c == '"' || c == '`') return quoted_token(c);
    return symbol();
  }

  // A dot right after a word or quote goes on with a name: tags.2021 is a name, .5 a number.
  bool after_name() const {
    return at_ > 0 && (in_word(text_[at_ - 1]) || text_[at_ - 1] == '`' || text_[at_ - 1] == '"');
  }
  bool after_dot() const { return at_ > 0 && text_[at_ - 1] == '.'; }

  Token word() {
    const std::size_t start = at_;
    while (at_ < text_.size() && in_word(text_[at_])) ++at_;
    return make(TokenKind::word, std::string(text_.substr(start, at_ - start)));
  }

  Result<Token> number() {
    const std::size_t start = at_;
    if (after_dot()) return word();  // tags.2021
    double value = 0;
    const auto [end, code] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (code != std::errc{} || !std::isfinite(value))
      return wrong(start, "a number this large cannot be held");
    at_ = static_cast<std::size_t>(end - text_.data());
    if (at_ < text_.size() && in_word(text_[at_])) return duration(start);
    return make(TokenKind::number, {}, value);
  }

  Result<Token> duration(std::size_t start) {
    at_ = start;
    while (at_ < text_.size() && (in_word(text_[at_]) || text_[at_] == '.')) ++at_;
    const auto source = text_.substr(start, at_ - start);
    const auto duration_ms = parse_duration(source);
    if (!duration_ms) {
      return wrong(
          start,
          fmt::format("\"{}\" is neither a number nor a duration such as 50ms, 30s, 5m, 1h30m, 7d or 2w",
                      source));
    }
    return make(TokenKind::number, {}, static_cast<double>(*duration_ms));
  }

  Result<Token> quoted_token(char quote) {
    const std::size_t start = at_++;
    Token token = make(quote == '`' ? TokenKind::quoted : TokenKind::text, {});
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] != quote) {
        token.text += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == quote) {
        token.text += text_[at_++];
      } else {
        ++at_;
        return token;
      }
    }
    return wrong(start, fmt::format("this {} is never closed", quote));
  }

  Result<Token> symbol() {
    const auto rest = text_.substr(at_);
    for (const auto two : kTwoCharacterSymbols) {
      if (!rest.starts_with(two)) continue;
      at_ += 2;
      return make(TokenKind::symbol, std::string(two == "<>" ? "!=" : two == "==" ? "=" : two));
    }
    if (kSymbols.find(rest.front()) == std::string_view::npos) {
      return wrong(at_, fmt::format("'{}' means nothing here", rest.front() >= ' ' ? rest.front() : '?'));
    }
    ++at_;
    return make(TokenKind::symbol, std::string(1, rest.front()));
  }

  Error wrong(std::size_t offset, std::string_view message) const {
    return invalid("column {}: {}", column_of(text_, offset), message);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<Token>> tokenise(std::string_view text) { return Lexer(text).run(); }

std::size_t column_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  return 1 + static_cast<std::size_t>(std::ranges::count_if(
                 before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool is_plain_word(std::string_view text) {
  return !text.empty() && begins_word(text.front()) && std::ranges::all_of(text, in_word);
}

bool same_word(std::string_view a, std::string_view lower_case) {
  return std::ranges::equal(a, lower_case, [](char x, char y) { return lower(x) == y; });
}

bool is_keyword(std::string_view text) {
  return std::ranges::any_of(kKeywords, [&](std::string_view keyword) { return same_word(text, keyword); });
}

}  // namespace maru::expr
