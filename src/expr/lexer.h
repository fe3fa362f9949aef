#pragma once
// Text to tokens. Only for this room's files.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace maru::expr {

enum class TokenKind {
  word,    // metrics, and, IN
  quoted,  // `team x`: always (part of) a name
  text,    // 'x' or "x": a literal, or after a dot part of a name
  number,  // 30, 1.5e3, 50ms, 7d (as milliseconds)
  symbol,  // ( ) , . + - * / % = != < <= > >=
  end,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view source;  // as typed; a view of the expression's text
  std::string text;  // a word or symbol as typed, quotes taken off; "!=" also for "<>", "=" also for "=="
  double number = 0;
  std::size_t offset = 0;  // in bytes
};

// The last token is of kind end. invalid_argument: `column 7: …`.
Result<std::vector<Token>> tokenise(std::string_view text);

// 1-based, in characters (UTF-8 code points).
std::size_t column_of(std::string_view text, std::size_t offset);

bool is_plain_word(std::string_view text);                   // may be typed without quotes
bool is_keyword(std::string_view text);                      // and, or, not, in, like, …, in any case
bool same_word(std::string_view a, std::string_view lower);  // ignoring ASCII case

// 'it''s': the quote doubled inside.
std::string in_quotes(std::string_view text, char quote);

}  // namespace maru::expr
