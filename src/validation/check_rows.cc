// Checks of rows: uniqueness, missing values, how many there are, how many a period, and how new.
#include "base/hash.h"
#include "validation/internal/checks.h"

namespace maru::validation {
namespace {

Result<std::vector<const Column*>> columns_of(const Table& table, const std::vector<std::string>& names) {
  std::vector<const Column*> out;
  for (const auto& name : names) {
    MARU_ASSIGN(const Column* column, table.column(name));
    out.push_back(column);
  }
  return out;
}

bool any_null(const std::vector<const Column*>& columns, std::size_t row) {
  return std::any_of(columns.begin(), columns.end(), [&](const auto* column) {
    return column->is_null(row) ||
           (column->type() == ColumnType::float64 && std::isnan(column->doubles()[row]));
  });
}

std::string shown(const std::vector<const Column*>& columns, std::size_t row) {
  if (columns.size() == 1) return columns[0]->shown(row);
  std::string out;
  for (const auto* column : columns)
    out += fmt::format("{}{}={}", out.empty() ? "" : ", ", column->name(), column->shown(row));
  return out;
}

std::uint64_t hash_of(const std::vector<const Column*>& columns, std::size_t row) {
  std::uint64_t hash = 0;
  for (const auto* column : columns) {
    if (column->type() == ColumnType::text) {
      hash = stable_hash64(column->text(row), hash);
    } else {
      const auto bits = std::bit_cast<std::uint64_t>(column->number(row) + 0.0);
      hash = stable_hash64(std::string_view(reinterpret_cast<const char*>(&bits), sizeof bits), hash);
    }
  }
  return hash;
}

bool same(const std::vector<const Column*>& columns, std::size_t a, std::size_t b) {
  return std::all_of(columns.begin(), columns.end(), [&](const auto* column) {
    if (column->type() == ColumnType::text) return column->text(a) == column->text(b);
    if (column->type() == ColumnType::float64) return column->doubles()[a] == column->doubles()[b];
    return column->ints()[a] == column->ints()[b];
  });
}

// The timestamp column named, or the only sensible one.
Result<const Column*> timestamp_column(const Table& table, const std::vector<std::string>& names) {
  if (!names.empty()) {
    MARU_ASSIGN(const Column* column, table.column(names[0]));
    if (column->type() != ColumnType::timestamp) {
      return invalid("column \"{}\" is {}, and a timestamp is needed", column->name(),
                     maru::name_of(column->type()));
    }
    return column;
  }
  for (const auto& column : table.columns()) {
    if (column.type() == ColumnType::timestamp) return &column;
  }
  return invalid("the table has no timestamp column");
}

TimeMs period_start(TimeMs time_ms, DurationMs period_ms) {
  if (period_ms == 0) {
    const CivilTime civil = civil_time(time_ms);
    return from_civil(civil.year, civil.month, 1);
  }
  constexpr TimeMs kFirstMondayMs = 4 * kDayMs;  // 1970-01-05, where weeks begin
  const TimeMs origin = period_ms == 7 * kDayMs ? kFirstMondayMs : 0;
  const TimeMs rest = (time_ms - origin) % period_ms;
  return time_ms - rest - (rest < 0 ? period_ms : 0);
}

TimeMs next_period(TimeMs start_ms, DurationMs period_ms) {
  return period_ms == 0 ? period_start(start_ms + 32 * kDayMs, 0) : start_ms + period_ms;
}

}  // namespace

Result<void> check_unique(const Table& table, CheckResult& out) {
  MARU_ASSIGN(const auto columns, columns_of(table, out.expectation.columns));
  std::vector<std::pair<std::uint64_t, std::size_t>> keys;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (!any_null(columns, row)) keys.emplace_back(hash_of(columns, row), row);
  }
  std::sort(keys.begin(), keys.end());
  std::vector<std::size_t> repeats;  // rows equal to an earlier one
  for (std::size_t i = 1; i < keys.size(); ++i) {
    for (std::size_t j = i; j > 0 && keys[j - 1].first == keys[i].first; --j) {
      if (same(columns, keys[j - 1].second, keys[i].second)) {
        repeats.push_back(keys[i].second);
        break;
      }
    }
  }
  std::sort(repeats.begin(), repeats.end());
  out.rows_checked = keys.size();
  for (const std::size_t row : repeats) note_failure(out, row, shown(columns, row));
  conclude_rows(out, "");
  return {};
}

Result<void> check_not_null(const Table& table, CheckResult& out) {
  MARU_ASSIGN(const auto columns, columns_of(table, out.expectation.columns));
  out.rows_checked = table.rows();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (any_null(columns, row)) note_failure(out, row, columns.size() == 1 ? "null" : shown(columns, row));
  }
  conclude_rows(out, "");
  return {};
}

Result<void> check_row_count(const Table& table, CheckResult& out) {
  const double rows = static_cast<double>(table.rows());
  out.rows_checked = table.rows();
  out.observed = fmt::format("{} rows", table.rows());
  out.passed = rows >= out.expectation.low && rows <= out.expectation.high;
  return {};
}

// The first and the last period may have begun before or go on after the data: only too many rows are wrong
// in them.
Result<void> check_row_rate(const Table& table, CheckResult& out) {
  MARU_ASSIGN(const Column* column, timestamp_column(table, out.expectation.columns));
  const DurationMs period_ms = out.expectation.duration_ms;
  std::map<TimeMs, std::uint64_t> counts;
  std::map<TimeMs, std::size_t> first_row;
  for (std::size_t row = 0; row < column->size(); ++row) {
    if (column->is_null(row)) continue;
    const TimeMs start = period_start(column->ints()[row], period_ms);
    ++counts[start];
    first_row.emplace(start, row);
  }
  if (counts.empty()) return invalid("column \"{}\" has no times", column->name());
  constexpr std::uint64_t kPeriodLimit = 10'000'000;
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max(), most = 0, periods = 0;
  const TimeMs first = counts.begin()->first, last = counts.rbegin()->first;
  for (TimeMs start = first; start <= last; start = next_period(start, period_ms)) {
    if (++periods > kPeriodLimit)
      return invalid("more than {} periods from {} to {}", kPeriodLimit, format_time(first),
                     format_time(last));
    const auto found = counts.find(start);
    const std::uint64_t rows = found == counts.end() ? 0 : found->second;
    const bool whole = start != first && start != last;
    if (whole) least = std::min(least, rows);
    most = std::max(most, rows);
    const bool too_few = whole && static_cast<double>(rows) < out.expectation.low;
    if (too_few || static_cast<double>(rows) > out.expectation.high) {
      note_failure(out, rows > 0 ? first_row[start] : 0,
                   fmt::format("{}: {} rows", format_time(start), rows));
    }
  }
  out.rows_checked = periods;
  const double passing = static_cast<double>(periods - out.failing_rows);
  out.passed = passing >= out.expectation.mostly * static_cast<double>(periods);
  out.observed = fmt::format("{} to {} rows in {} periods", std::min(least, most), most, periods);
  if (out.failing_rows > 0) out.observed += fmt::format(", {} outside", out.failing_rows);
  return {};
}

Result<void> check_fresh(const Table& table, TimeMs now_ms, CheckResult& out) {
  MARU_ASSIGN(const Column* column, timestamp_column(table, out.expectation.columns));
  std::optional<TimeMs> newest;
  for (std::size_t row = 0; row < column->size(); ++row) {
    if (!column->is_null(row)) newest = std::max(newest.value_or(column->ints()[row]), column->ints()[row]);
  }
  if (!newest) return invalid("column \"{}\" has no times", column->name());
  out.rows_checked = column->size();
  const DurationMs age_ms = now_ms - *newest;
  out.passed = age_ms <= out.expectation.duration_ms;
  out.observed = age_ms >= 0 ? fmt::format("newest {}, {} old", format_time(*newest), format_duration(age_ms))
                             : fmt::format("newest {}, in the future", format_time(*newest));
  return {};
}

}  // namespace maru::validation
