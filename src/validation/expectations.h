#pragma once
// Tests that data must pass before it is used, written the way people say them:
//
//   temp between 0 and 1            every present value within; `mostly` may let some fail
//   cnt >= 0                        also > <= < = !=; the right side may be another column, a number or a
//   'text' season in (1, 2, 3, 4)          also: city not in ('x', 'y') unique (city, hour)             no
//   two rows agree on all of these not null (a, b) type temp float64 column x exists rows between 1 and
//   100000 rows per day between 20 and 24  also per hour, week, month; `rows per day of COLUMN …` names the
//   timestamp column fresh hour within 2h            the newest value of the timestamp column is at most this
//   old mean(temp) between 0.3 and 0.7  also min max std median sum distinct null_share, and length(x) row by
//   row
//
// Names with other characters than letters, digits and _ are written "in double quotes". Pure functions;
// thread-safe.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/columns.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace maru::validation {

enum class ExpectationKind : std::uint8_t {
  between,
  comparison,
  in_set,
  not_in_set,
  unique,
  not_null,
  column_type,
  column_exists,
  row_count,
  row_rate,
  fresh,
};
std::string_view name_of(ExpectationKind kind);  // "between", "in_set", …

enum class Severity : std::uint8_t {
  warn,
  error
};  // a failed `error` stops what wanted the data; a `warn` is reported
std::string_view name_of(Severity severity);

enum class Comparison : std::uint8_t { less, less_equal, equal, not_equal, greater_equal, greater };

// What of a column is looked at: each value, each text's length, or one number for the whole column.
enum class Measure : std::uint8_t { value, length, mean, min, max, std, median, sum, distinct, null_share };

// A number, or a text, or the name of another column.
struct ColumnName {
  std::string name;
  bool operator==(const ColumnName&) const = default;
};
using Operand = std::variant<double, std::string, ColumnName>;

struct Expectation {
  std::string text;  // as it was written
  ExpectationKind kind = ExpectationKind::column_exists;
  std::vector<std::string> columns;
  Severity severity = Severity::error;
  double mostly = 1.0;  // share of the rows looked at that must pass, in (0, 1]
  Measure measure = Measure::value;
  Comparison comparison = Comparison::equal;  // comparison
  std::vector<Operand> operands;              // comparison: one; in_set: the members
  double low = 0, high = 0;                   // between, row_count, row_rate: both inclusive
  // Bounds of `between` written as times ("2011-01-01"); low and high hold their milliseconds.
  bool bounds_are_times = false;
  ColumnType type = ColumnType::float64;  // column_type
  DurationMs duration_ms = 0;  // fresh: the age allowed; row_rate: the period (a month counts as 0: calendar)
};

// invalid_argument with the text, the place (column 6), what was expected there and the nearest word.
Result<Expectation> parse_expectation(std::string_view text);
// A string, or {"expect": text, "severity": "warn"|"error", "mostly": 0.99}.
Result<Expectation> expectation_from(const JsonReader& json);
Result<std::vector<Expectation>> expectations_from(const JsonReader& json_array);

struct FailingRow {
  std::size_t row = 0;  // 0-based
  std::string value;    // of the columns looked at, `city=Seoul, hour=…` when several
};

struct CheckResult {
  Expectation expectation;
  bool passed = false;
  std::string observed;            // what was seen, for people: "min -1, max 0.98", "3 of 2879 rows"
  std::uint64_t rows_checked = 0;  // rows looked at; nulls are not, except by not_null
  std::uint64_t failing_rows = 0;
  std::vector<FailingRow> sample;  // the first kFailingSample of them
  Severity severity = Severity::error;
  std::string message;  // one sentence, also when passed
};

inline constexpr std::size_t kFailingSample = 5;

// One result an expectation, in order. An expectation that cannot be checked (no such column, wrong type)
// fails and its message says why, naming the nearest column.
std::vector<CheckResult> check(const Table& table, std::span<const Expectation> expectations, TimeMs now_ms);

// Whether any `error` expectation failed.
bool has_failed(std::span<const CheckResult> results);

// [{"expect", "kind", "columns", "severity", "passed", "observed", "rows_checked", "failing_rows",
//   "sample": [{"row", "value"}], "message"}]
JsonArray json_of(std::span<const CheckResult> results);

}  // namespace maru::validation
