#pragma once
// Which type a CSV column has, from counts over all of its values. Pure.

#include <cstdint>
#include <optional>
#include <string>

#include "base/columns.h"

namespace maru::store::lake {

// Over present values; the words that stand for "missing" in columns that are not text are counted in
// `missing` alone.
struct CsvCounts {
  std::int64_t present = 0;
  std::int64_t missing = 0;   // NA, N/A, null, None …
  std::int64_t integers = 0;  // fit 64 bits
  std::int64_t numbers = 0;   // integers among them
  std::int64_t timestamps = 0;
  std::int64_t booleans = 0;       // true, false in any case
  std::int64_t flags = 0;          // booleans, and t, f, 0, 1: taken for a column known to be boolean
  std::int64_t leading_zeros = 0;  // 007: an identifier that a number would spoil
};

struct CsvType {
  ColumnType type = ColumnType::text;
  bool has_misfits = false;  // a few values do not fit: a broken file rather than a column of text
};

// At most this share of values (or a single one, of ten or more) may be misfits of a column that is otherwise
// of one type.
inline constexpr double kMisfitShare = 0.01;
inline constexpr std::int64_t kMisfitRowsLeast = 10;

CsvType type_of(const CsvCounts& counts);
// The same for a column whose type is known.
CsvType check_type(const CsvCounts& counts, ColumnType known);
std::int64_t fitting(const CsvCounts& counts, ColumnType type);

}  // namespace maru::store::lake
