#pragma once
// The one filter and expression language: MLflow's search grammar plus or, not, parentheses, arithmetic and
// functions. Parse once, then check against a schema, evaluate over a record in memory, or compile to
// parameterised SQL (sql.h). The grammar is in README.md. Everything here is a value, immutable and
// thread-safe.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "expr/record.h"
#include "expr/schema.h"
#include "expr/value.h"

namespace maru::expr {

struct Node;  // expr/node.h, for this room's own files

inline constexpr std::size_t kTextLimitBytes = 64 * 1024;  // one expression's text
inline constexpr std::size_t kDepthLimit = 100;            // nested operators, parentheses and calls

// What evaluate_explained() saw.
struct Explained {
  Scalar result;
  bool matched = false;                                // result is true
  std::vector<std::pair<std::string, Scalar>> values;  // every name it mentions, in order of appearance
  std::string sentence;                                // "rmse 61.2 < 84.9 × 0.98, 0 checks failed"
};

struct ExplainOptions {
  // A comparison that mentions a name below this one holds when this name is null: a first version beats a
  // champion that does not exist yet. "" = off.
  std::string vacuous_without;
};

class Expression {
 public:
  // invalid_argument: `column 14: expected …`. Columns count characters from 1.
  static Result<Expression> parse(std::string_view text);

  // The same expression with every name in the schema's own spelling (aliases resolved), type-checked.
  // invalid_argument: an unknown name, with the nearest known one; an operator or function given the wrong
  // type.
  Result<Expression> bind(const Schema& schema) const;
  Result<void> check(const Schema& schema) const;
  // What evaluate() gives, as far as the schema tells.
  Result<Type> type(const Schema& schema) const;

  // SQL's three-valued logic: null is unknown; arithmetic and comparison with null give null, as does a
  // result that is not finite. invalid_argument: text where a number was needed, or the other way round.
  Result<Scalar> evaluate(const Record& record) const;
  // The hot form: values[i] belongs to names()[i].
  Result<Scalar> evaluate(std::span<const Scalar> values) const;
  // evaluate() is true; null is not a match. invalid_argument also when the result is not a boolean.
  Result<bool> matches(const Record& record) const;
  Result<Explained> evaluate_explained(const Record& record, const ExplainOptions& options = {}) const;

  // Every name mentioned, once each, in order of appearance.
  const std::vector<Name>& names() const;
  std::vector<std::string> identifiers() const;  // the same as text
  const std::string& text() const;               // as it was typed
  // The name that this expression is, or null when it is anything more.
  const Name* as_name() const;

  const Node& root() const;

 private:
  struct Parsed;
  explicit Expression(std::shared_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
  std::shared_ptr<const Parsed> parsed_;
};

enum class Direction { ascending, descending };
struct OrderTerm {
  Expression value;
  Direction direction = Direction::ascending;
};
// "metrics.rmse asc, attributes.start_time DESC", also with a leading "order by". At least one term.
Result<std::vector<OrderTerm>> parse_order_by(std::string_view text);

// -1, 0, 1 in the order of SQL's ORDER BY, nulls last whatever the direction. Text sorts after numbers.
int compare_for_order(const Scalar& a, const Scalar& b, Direction direction);

}  // namespace maru::expr
