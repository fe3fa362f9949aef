#include "store/lake/duckdb/csv_types.h"

#include <algorithm>

namespace maru::store::lake {

std::int64_t fitting(const CsvCounts& counts, ColumnType type) {
  switch (type) {
    case ColumnType::int64:
      return counts.integers;
    case ColumnType::float64:
      return counts.numbers;
    case ColumnType::timestamp:
      return counts.timestamps;
    case ColumnType::boolean:
      return counts.booleans;
    case ColumnType::text:
      break;
  }
  return counts.present;
}

CsvType check_type(const CsvCounts& counts, ColumnType known) {
  const std::int64_t fit = known == ColumnType::boolean ? counts.flags : fitting(counts, known);
  return {known, fit != counts.present};
}

CsvType type_of(const CsvCounts& counts) {
  constexpr ColumnType kNarrowestFirst[] = {ColumnType::boolean, ColumnType::int64, ColumnType::float64,
                                            ColumnType::timestamp};
  if (counts.present == 0 || counts.leading_zeros > 0) return {};
  for (const ColumnType type : kNarrowestFirst)
    if (fitting(counts, type) == counts.present) return {type};
  if (counts.present < kMisfitRowsLeast) return {};
  const auto allowed = std::max<std::int64_t>(
      1, static_cast<std::int64_t>(static_cast<double>(counts.present) * kMisfitShare));
  for (const ColumnType type : kNarrowestFirst)
    if (counts.present - fitting(counts, type) <= allowed) return {type, true};
  return {};
}

}  // namespace maru::store::lake
