#pragma once
// The syntax tree. Only for this room's files.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expr/expression.h"
#include "expr/functions.h"
#include "expr/value.h"

namespace maru::expr {

enum class Operator : std::uint8_t {
  literal,
  name,
  call,
  negate,
  add,
  subtract,
  multiply,
  divide,
  modulo,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  like,     // value, pattern
  ilike,    // value, pattern
  in,       // value, then each item
  between,  // value, low, high
  is_null,
  not_,
  and_,  // two or more
  or_,   // two or more
};
std::string_view symbol_of(Operator op);  // "<", "and", "like"
inline bool is_comparison(Operator op) { return op >= Operator::equal && op <= Operator::is_null; }
inline bool is_arithmetic(Operator op) { return op >= Operator::negate && op <= Operator::modulo; }

struct Node {
  Operator op = Operator::literal;
  std::size_t column = 1;              // where it was typed
  std::size_t depth = 1;               // of the tree below and with this node
  Scalar literal{};                    // of a literal
  std::string source{};                // a literal as it was typed: "50ms"
  std::size_t slot = 0;                // of a name: its index in names()
  const Function* function = nullptr;  // of a call
  std::vector<Node> children{};
};

struct Expression::Parsed {
  std::string text;
  Node root;
  std::vector<Name> names;
};

inline Error wrong_at(std::size_t column, std::string_view message) {
  return invalid("column {}: {}", column, message);
}

// Walks a tree over the values of its names (evaluate.cc). A view of both.
class Evaluator {
 public:
  // A comparison that mentions a name whose `vacuous` flag is set is true; empty = none.
  explicit Evaluator(std::span<const Scalar> values, std::vector<bool> vacuous = {})
      : values_(values), vacuous_(std::move(vacuous)) {}
  Result<Scalar> value(const Node& node) const;
  bool is_vacuous(const Node& node) const;

 private:
  Result<Scalar> connective(const Node& node) const;
  Result<Scalar> operation(const Node& node) const;
  std::span<const Scalar> values_;
  std::vector<bool> vacuous_;
};

// "rmse 61.2 < 84.9 × 0.98, 0 checks failed": why the tree came out as it did (sentence.cc).
Result<std::string> sentence_of(const Node& root, const Evaluator& evaluator, std::span<const Scalar> values,
                                const std::vector<Name>& names);

}  // namespace maru::expr
