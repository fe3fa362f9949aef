#pragma once
// What a table looks like, in numbers: one summary a column, small enough to keep with a data set version for
// ever. Pure functions of their arguments; thread-safe.

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/columns.h"
#include "base/json.h"
#include "base/result.h"

namespace maru::validation {

struct ProfileOptions {
  std::size_t histogram_buckets = 20;  // equal width over [min, max] of the finite values
  std::size_t top_values =
      20;  // most frequent values kept for text and boolean columns, and for few-valued numbers
  std::size_t distinct_limit =
      1000;  // numeric columns with at most this many distinct values also get top_values
};

// The quantiles a profile carries, in this order.
inline constexpr std::array<double, 5> kProfileQuantiles{0.05, 0.25, 0.50, 0.75, 0.95};

struct ValueCount {
  std::string value;  // as Column::shown() writes it
  std::uint64_t count = 0;
  bool operator==(const ValueCount&) const = default;
};

// `edges` has one more entry than `counts`; the last bucket is closed on both sides. Empty when there is no
// finite value.
struct HistogramCounts {
  std::vector<double> edges;
  std::vector<std::uint64_t> counts;
  bool operator==(const HistogramCounts&) const = default;
};

// Statistics of one column. The numeric ones are over finite values only and NaN when there is none; booleans
// count as 0 and 1, timestamps as milliseconds. For text, min, max and mean are NaN and the lengths are in
// characters (bytes).
struct ColumnProfile {
  std::string name;
  ColumnType type = ColumnType::float64;
  std::uint64_t count = 0;  // rows, nulls included
  std::uint64_t null_count = 0;
  std::uint64_t distinct = 0;   // exact, of present values
  std::uint64_t nan_count = 0;  // present, but not a number
  std::uint64_t inf_count = 0;
  std::uint64_t zeros = 0;
  double min = std::numeric_limits<double>::quiet_NaN();
  double max = std::numeric_limits<double>::quiet_NaN();
  double mean = std::numeric_limits<double>::quiet_NaN();
  double std = std::numeric_limits<double>::quiet_NaN();  // n - 1 in the denominator; NaN below two values
  std::array<double, 5> quantiles = {min, min, min, min,
                                     min};  // linear between neighbours, as numpy's default
  double mean_length = std::numeric_limits<double>::quiet_NaN();  // text only
  HistogramCounts histogram;
  std::vector<ValueCount> top_values;  // most frequent first; ties by value
};

struct Profile {
  std::uint64_t rows = 0;
  std::vector<ColumnProfile> columns;  // in table order
  const ColumnProfile* find(std::string_view name) const;
};

Profile profile_of(const Table& table, const ProfileOptions& options = {});

// {"rows", "columns": {name: {"type", "count", "null_count", …, "quantiles": {"p05", …}, "histogram":
// {"edges", "counts"}, "top_values": [{"value", "count"}]}}}; numbers that do not exist are null.
JsonObject json_of(const Profile& profile);
JsonObject json_of(const ColumnProfile& column);
// The way back; invalid_argument names the path that is wrong.
Result<Profile> profile_from(const JsonReader& json);

}  // namespace maru::validation
