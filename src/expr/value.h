#pragma once
// What the language computes with.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace maru::expr {

enum class Type { null, boolean, number, text, any };  // any: known only when evaluated
std::string_view name_of(Type type);

// null, boolean, number or text. A boolean counts as 1 or 0 where a number is needed. Times are milliseconds
// since 1970, durations milliseconds. Never NaN or infinite: those are null.
using Scalar = std::variant<std::monostate, bool, double, std::string>;
Type type_of(const Scalar& value);
inline bool is_null(const Scalar& value) { return value.index() == 0; }
// As it would be typed: null, true, 61.2, 'text' with quotes doubled.
std::string to_text(const Scalar& value);
// For people: numbers to 4 significant digits or all whole ones, text as it is.
std::string to_short_text(const Scalar& value);

// A dotted name. metrics.rmse has the parts {"metrics", "rmse"}, tags."mlflow.user" {"tags", "mlflow.user"}.
struct Name {
  std::vector<std::string> parts;

  static Name of(std::string_view dotted);  // split at every dot, no quotes
  // As it would be typed, with backticks where needed.
  std::string text() const;
  // All after the first part: "mlflow.user" of tags.mlflow.user and of tags."mlflow.user"; "" for one part.
  std::string key() const;
  bool operator==(const Name&) const = default;
};

}  // namespace maru::expr
