#pragma once
// An expression as a SQL condition. User values travel as parameters only, never as text.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "expr/expression.h"

namespace maru::expr {

enum class SqlDialect { sqlite, postgres };

// Whole numbers travel as integers.
using SqlParameter = std::variant<std::monostate, std::int64_t, double, std::string>;

// Placeholders are `?`, in order.
struct SqlFragment {
  std::string sql;
  std::vector<SqlParameter> parameters;
};

enum class Comparator { equal, not_equal, less, less_equal, greater, greater_equal, like, ilike, in };

// `name op literal(s)`.
struct Comparison {
  Name name;
  Comparator comparator;
  std::vector<Scalar> literals;  // one, or several for `in`
};

// How a room's tables hold the names. `column` gives the fragment that reads one name (a column, or a scalar
// subquery such as (SELECT value FROM tags WHERE run_id = r.run_id AND key = ?)).
struct SqlMapping {
  SqlDialect dialect = SqlDialect::sqlite;
  std::function<Result<SqlFragment>(const Name&)> column;
  // Optional: a faster form for a whole comparison, such as r.run_id IN (SELECT run_id FROM …). Asked only
  // where null and false mean the same (never below a `not`), so that EXISTS and IN keep three-valued logic.
  std::function<std::optional<SqlFragment>(const Comparison&)> comparison;
};

// Bind the expression to the room's schema first. invalid_argument: a function that SQL does not have; what
// `column` answers. Text comparison is by bytes; LIKE is case-sensitive and ILIKE ignores ASCII case on both
// dialects.
Result<SqlFragment> to_sql(const Expression& expression, const SqlMapping& mapping);
// " <op> " with its parameter for comparing a fragment with literals, for rooms that write their own
// `comparison`: append_comparison(fragment, Comparator::less, {30}) appends " < ?".
void append_comparison(SqlFragment& fragment, Comparator comparator, const std::vector<Scalar>& literals,
                       SqlDialect dialect);

}  // namespace maru::expr
