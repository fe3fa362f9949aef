#include "validation/expectations.h"

#include "validation/internal/checks.h"

namespace maru::validation {
namespace {

Result<void> check_exists(const Table& table, CheckResult& out) {
  MARU_TRY(table.column(out.expectation.columns[0]));
  out.passed = true;
  out.observed = "it exists";
  return {};
}

Result<void> check_type(const Table& table, CheckResult& out) {
  MARU_ASSIGN(const Column* column, table.column(out.expectation.columns[0]));
  out.passed = column->type() == out.expectation.type;
  out.observed = std::string(maru::name_of(column->type()));
  return {};
}

Result<void> check_one(const Table& table, TimeMs now_ms, CheckResult& out) {
  switch (out.expectation.kind) {
    case ExpectationKind::between:
    case ExpectationKind::comparison:
    case ExpectationKind::in_set:
    case ExpectationKind::not_in_set: {
      const Measure measure = out.expectation.measure;
      return measure == Measure::value || measure == Measure::length ? check_values(table, out)
                                                                     : check_measure(table, out);
    }
    case ExpectationKind::unique:
      return check_unique(table, out);
    case ExpectationKind::not_null:
      return check_not_null(table, out);
    case ExpectationKind::column_type:
      return check_type(table, out);
    case ExpectationKind::column_exists:
      return check_exists(table, out);
    case ExpectationKind::row_count:
      return check_row_count(table, out);
    case ExpectationKind::row_rate:
      return check_row_rate(table, out);
    case ExpectationKind::fresh:
      return check_fresh(table, now_ms, out);
  }
  return {};
}

}  // namespace

std::string_view name_of(ExpectationKind kind) {
  static constexpr std::string_view kNames[] = {"between",   "comparison", "in_set",      "not_in_set",
                                                "unique",    "not_null",   "column_type", "column_exists",
                                                "row_count", "row_rate",   "fresh"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view name_of(Severity severity) { return severity == Severity::warn ? "warn" : "error"; }

bool holds(Comparison comparison, double left, double right) {
  switch (comparison) {
    case Comparison::less:
      return left < right;
    case Comparison::less_equal:
      return left <= right;
    case Comparison::equal:
      return left == right;
    case Comparison::not_equal:
      return left != right;
    case Comparison::greater_equal:
      return left >= right;
    case Comparison::greater:
      return left > right;
  }
  return false;
}

void note_failure(CheckResult& out, std::size_t row, std::string value) {
  ++out.failing_rows;
  if (out.sample.size() < kFailingSample) out.sample.push_back({row, std::move(value)});
}

void conclude_rows(CheckResult& out, std::string_view observed) {
  const double passing = static_cast<double>(out.rows_checked - out.failing_rows);
  out.passed = passing >= out.expectation.mostly * static_cast<double>(out.rows_checked);
  out.observed = std::string(observed);
  if (out.failing_rows == 0) return;
  if (!out.observed.empty()) out.observed += ", ";
  out.observed += fmt::format("{} of {} rows fail", out.failing_rows, out.rows_checked);
  if (out.expectation.mostly < 1)
    out.observed += fmt::format(" (at least {:g} % must pass)", out.expectation.mostly * 100);
}

std::vector<CheckResult> check(const Table& table, std::span<const Expectation> expectations, TimeMs now_ms) {
  std::vector<CheckResult> results;
  for (const auto& expectation : expectations) {
    CheckResult result;
    result.expectation = expectation;
    result.severity = expectation.severity;
    if (auto checked = check_one(table, now_ms, result); !checked.has_value()) {
      result.passed = false;
      result.observed = "cannot be checked";
      result.message = fmt::format("{}: {}", expectation.text, checked.error().message);
    } else {
      result.message = fmt::format("{}: {}{}", expectation.text, result.passed ? "holds" : "fails",
                                   result.observed.empty() ? "" : ": " + result.observed);
    }
    results.push_back(std::move(result));
  }
  return results;
}

bool has_failed(std::span<const CheckResult> results) {
  return std::any_of(results.begin(), results.end(),
                     [](const auto& result) { return !result.passed && result.severity == Severity::error; });
}

JsonArray json_of(std::span<const CheckResult> results) {
  JsonArray out;
  for (const auto& result : results) {
    JsonArray columns, sample;
    for (const auto& column : result.expectation.columns) columns.emplace_back(column);
    for (const auto& row : result.sample)
      sample.emplace_back(JsonObject{{"row", row.row}, {"value", row.value}});
    out.emplace_back(JsonObject{{"expect", result.expectation.text},
                                {"kind", name_of(result.expectation.kind)},
                                {"columns", std::move(columns)},
                                {"severity", name_of(result.severity)},
                                {"mostly", result.expectation.mostly},
                                {"passed", result.passed},
                                {"observed", result.observed},
                                {"rows_checked", result.rows_checked},
                                {"failing_rows", result.failing_rows},
                                {"sample", std::move(sample)},
                                {"message", result.message}});
  }
  return out;
}

}  // namespace maru::validation
