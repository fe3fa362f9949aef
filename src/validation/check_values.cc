// Checks of values, row by row, and of one number for a column.
#include "validation/drift/statistics.h"
#include "validation/internal/checks.h"
#include "validation/internal/sorting.h"

namespace maru::validation {
namespace {

using RowTest = std::function<bool(std::size_t row)>;

// The number looked at in a row: the value, or the length of the text.
double looked_at(const Column& column, Measure measure, std::size_t row) {
  if (measure != Measure::length) return column.number(row);
  return static_cast<double>(column.type() == ColumnType::text ? column.text(row).size()
                                                               : column.shown(row).size());
}

Result<double> number_for(const Column& column, const Operand& operand) {
  if (const auto* number = std::get_if<double>(&operand)) return *number;
  const auto& text = std::get<std::string>(operand);
  if (column.type() == ColumnType::timestamp) {
    MARU_ASSIGN(const TimeMs time, parse_time(text));
    return static_cast<double>(time);
  }
  if (column.type() == ColumnType::boolean && (text == "true" || text == "false"))
    return text == "true" ? 1 : 0;
  return invalid("column \"{}\" is {}, and '{}' is text", column.name(), maru::name_of(column.type()), text);
}

Result<RowTest> text_comparison(const Column& column, Comparison comparison, const Operand& operand) {
  const auto* text = std::get_if<std::string>(&operand);
  const std::string wanted = text != nullptr ? *text : fmt::format("{}", std::get<double>(operand));
  return RowTest([&column, comparison, wanted](std::size_t row) {
    return holds(comparison, static_cast<double>(column.text(row).compare(wanted)), 0);
  });
}

Result<RowTest> column_comparison(const Table& table, const Column& column, const Expectation& expectation) {
  MARU_ASSIGN(const Column* other, table.column(std::get<ColumnName>(expectation.operands[0]).name));
  if ((column.type() == ColumnType::text) != (other->type() == ColumnType::text)) {
    return invalid("columns \"{}\" ({}) and \"{}\" ({}) cannot be compared", column.name(),
                   maru::name_of(column.type()), other->name(), maru::name_of(other->type()));
  }
  return RowTest([&column, other, comparison = expectation.comparison](std::size_t row) {
    if (other->is_null(row)) return true;  // nothing to compare with
    if (column.type() == ColumnType::text)
      return holds(comparison, static_cast<double>(column.text(row).compare(other->text(row))), 0);
    return holds(comparison, column.number(row), other->number(row));
  });
}

Result<RowTest> comparison_test(const Table& table, const Column& column, const Expectation& expectation) {
  const Operand& operand = expectation.operands[0];
  if (std::holds_alternative<ColumnName>(operand)) return column_comparison(table, column, expectation);
  if (column.type() == ColumnType::text && expectation.measure == Measure::value) {
    return text_comparison(column, expectation.comparison, operand);
  }
  double wanted = 0;
  if (expectation.measure == Measure::length && std::holds_alternative<std::string>(operand))
    return invalid("a length is compared with a number");
  if (expectation.measure == Measure::length) {
    wanted = std::get<double>(operand);
  } else {
    MARU_ASSIGN(wanted, number_for(column, operand));
  }
  return RowTest([&column, &expectation, wanted](std::size_t row) {
    return holds(expectation.comparison, looked_at(column, expectation.measure, row), wanted);
  });
}

Result<RowTest> membership_test(const Column& column, const Expectation& expectation) {
  const bool wanted = expectation.kind == ExpectationKind::in_set;
  if (column.type() == ColumnType::text) {
    std::set<std::string, std::less<>> members;
    for (const auto& operand : expectation.operands) {
      const auto* text = std::get_if<std::string>(&operand);
      members.insert(text != nullptr ? *text : fmt::format("{}", std::get<double>(operand)));
    }
    return RowTest([&column, members = std::move(members), wanted](std::size_t row) {
      return members.contains(column.text(row)) == wanted;
    });
  }
  std::set<double> members;
  for (const auto& operand : expectation.operands) {
    MARU_ASSIGN(const double member, number_for(column, operand));
    members.insert(member);
  }
  return RowTest([&column, members = std::move(members), wanted](std::size_t row) {
    return members.contains(column.number(row)) == wanted;
  });
}

Result<RowTest> between_test(const Column& column, const Expectation& expectation) {
  const bool is_time = column.type() == ColumnType::timestamp;
  if (column.type() == ColumnType::text && expectation.measure == Measure::value) {
    return invalid("column \"{}\" is text: it has no order to be between in", column.name());
  }
  if (expectation.bounds_are_times != is_time && expectation.measure == Measure::value) {
    return invalid("column \"{}\" is {}: the bounds must be {}", column.name(), maru::name_of(column.type()),
                   is_time ? "times" : "numbers");
  }
  return RowTest([&column, &expectation](std::size_t row) {
    const double value = looked_at(column, expectation.measure, row);
    return value >= expectation.low && value <= expectation.high;
  });
}

Result<RowTest> row_test(const Table& table, const Column& column, const Expectation& expectation) {
  switch (expectation.kind) {
    case ExpectationKind::between:
      return between_test(column, expectation);
    case ExpectationKind::comparison:
      return comparison_test(table, column, expectation);
    default:
      return membership_test(column, expectation);
  }
}

std::string range_of(const Column& column, Measure measure) {
  if (column.type() == ColumnType::text && measure == Measure::value) return {};
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_null(row)) continue;
    const double value = looked_at(column, measure, row);
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) return "no values";
  if (column.type() == ColumnType::timestamp) {
    return fmt::format("min {}, max {}", format_time(static_cast<TimeMs>(low)),
                       format_time(static_cast<TimeMs>(high)));
  }
  return fmt::format("min {:.6g}, max {:.6g}", low, high);
}

Result<double> measured(const Column& column, Measure measure) {
  const double rows = static_cast<double>(column.size());
  if (measure == Measure::null_share) return rows == 0 ? 0 : static_cast<double>(column.null_count()) / rows;
  if (column.type() == ColumnType::text) {
    if (measure != Measure::distinct)
      return invalid("column \"{}\" is text: of texts only distinct, null_share and length are measured",
                     column.name());
    std::unordered_set<std::string_view> seen;
    for (std::size_t row = 0; row < column.size(); ++row) {
      if (!column.is_null(row)) seen.insert(column.text(row));
    }
    return static_cast<double>(seen.size());
  }
  std::vector<double> values;
  for (std::size_t row = 0; row < column.size(); ++row) {
    const double value = column.number(row);
    if (!column.is_null(row) && !std::isnan(value)) values.push_back(value);
  }
  sort_numbers(values);
  if (measure == Measure::distinct)
    return static_cast<double>(std::distance(values.begin(), std::unique(values.begin(), values.end())));
  if (measure == Measure::sum) return std::accumulate(values.begin(), values.end(), 0.0);
  if (values.empty()) return invalid("column \"{}\" has no values to measure", column.name());
  const Moments moments = moments_of(values);
  switch (measure) {
    case Measure::mean:
      return moments.mean;
    case Measure::min:
      return values.front();
    case Measure::max:
      return values.back();
    case Measure::median:
      return quantile_of(values, 0.5);
    default:
      return values.size() > 1 ? std::sqrt(moments.squares / (moments.count - 1)) : 0;
  }
}

}  // namespace

Result<void> check_values(const Table& table, CheckResult& out) {
  MARU_ASSIGN(const Column* column, table.column(out.expectation.columns[0]));
  MARU_ASSIGN(const RowTest passes, row_test(table, *column, out.expectation));
  for (std::size_t row = 0; row < column->size(); ++row) {
    if (column->is_null(row)) continue;
    ++out.rows_checked;
    if (!passes(row)) note_failure(out, row, column->shown(row));
  }
  conclude_rows(out, out.expectation.kind == ExpectationKind::between
                         ? range_of(*column, out.expectation.measure)
                         : "");
  return {};
}

Result<void> check_measure(const Table& table, CheckResult& out) {
  MARU_ASSIGN(const Column* column, table.column(out.expectation.columns[0]));
  MARU_ASSIGN(const double value, measured(*column, out.expectation.measure));
  out.rows_checked = column->size();
  out.observed = fmt::format("{:.6g}", value);
  out.passed = out.expectation.kind == ExpectationKind::between
                   ? value >= out.expectation.low && value <= out.expectation.high
                   : holds(out.expectation.comparison, value, std::get<double>(out.expectation.operands[0]));
  return {};
}

}  // namespace maru::validation
