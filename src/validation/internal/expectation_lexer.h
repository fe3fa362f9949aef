#pragma once
// The words of an expectation.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace maru::validation {

enum class TokenKind : std::uint8_t {
  word,         // temp, between, 2h, 2011-01-01
  number,       // 1, -0.5, 1e6
  quoted_name,  // "a column"
  text,         // 'a value'
  symbol,       // ( ) , >= <= != <> = == > <
  end,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;
  double number = 0;
  std::size_t column = 1;  // where it begins, from 1

  bool is(std::string_view word) const {
    return (kind == TokenKind::word || kind == TokenKind::symbol) && text == word;
  }
};

// Ends with an `end` token. invalid_argument: a quote that is not closed, a character that belongs nowhere.
Result<std::vector<Token>> tokens_of(std::string_view text);

}  // namespace maru::validation
