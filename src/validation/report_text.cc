#include "validation/report_text.h"

#include "base/time.h"
#include "validation/internal/text_table.h"

namespace maru::validation {
namespace {

constexpr std::size_t kNameWidth = 28;

std::string number_text(double value) { return std::isnan(value) ? "" : fmt::format("{:.4g}", value); }
std::string p_text(const std::optional<double>& p) {
  if (!p || std::isnan(*p)) return "";
  return *p < 1e-12 ? "<1e-12" : fmt::format("{:.3g}", *p);
}
std::string percent_text(double share) { return share == 0 ? "" : fmt::format("{:.3g} %", share * 100); }
std::string plural(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// Eight heights of a bar, one a bucket.
std::string spark_of(const std::vector<std::uint64_t>& counts) {
  static constexpr std::string_view kBars[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (counts.empty()) return {};
  const double most = static_cast<double>(*std::max_element(counts.begin(), counts.end()));
  std::string out;
  for (const auto count : counts) {
    const double height = most == 0 ? 0 : static_cast<double>(count) / most * 8;
    out += kBars[count > 0 ? std::max<std::size_t>(1, static_cast<std::size_t>(std::round(height))) : 0];
  }
  return out;
}

std::string top_text(const ColumnProfile& column, std::size_t limit) {
  std::string out;
  for (std::size_t i = 0; i < std::min(limit, column.top_values.size()); ++i) {
    const double share = static_cast<double>(column.top_values[i].count) /
                         static_cast<double>(std::max<std::uint64_t>(1, column.count));
    out +=
        fmt::format("{}{} {:.0f} %", i == 0 ? "" : ", ", cut_to(column.top_values[i].value, 16), share * 100);
  }
  return out;
}

}  // namespace

std::string text_of(const Profile& profile, const TextStyle& style) {
  using enum Align;
  TextTable table({"column", "type", "missing", "distinct", "min", "median", "mean", "max", "std", "values"},
                  {left, left, right, right, right, right, right, right, right, left});
  for (const auto& column : profile.columns) {
    const double missing = column.count == 0 ? 0
                                             : static_cast<double>(column.null_count + column.nan_count) /
                                                   static_cast<double>(column.count);
    const bool is_time = column.type == ColumnType::timestamp;
    const auto shown = [&](double value) {
      return is_time && !std::isnan(value) ? format_time(static_cast<TimeMs>(value)) : number_text(value);
    };
    table.add({{cut_to(column.name, kNameWidth)},
               {std::string(maru::name_of(column.type)), Paint::faint},
               {percent_text(missing), missing > 0 ? Paint::warning : Paint::plain},
               {std::to_string(column.distinct)},
               {shown(column.min)},
               {shown(column.quantiles[2])},
               {is_time ? "" : number_text(column.mean)},
               {shown(column.max)},
               {is_time ? "" : number_text(column.std)},
               {column.type == ColumnType::text || column.type == ColumnType::boolean
                    ? top_text(column, 3)
                    : spark_of(column.histogram.counts)}});
  }
  return fmt::format("{}, {}\n\n{}", plural(profile.rows, "row"), plural(profile.columns.size(), "column"),
                     table.render(style.color));
}

std::string text_of(const DriftReport& report, const TextStyle& style) {
  using enum Align;
  TextTable table(
      {"column", "type", "method", "score", "p", "threshold", "missing", "drift", "reference", "current"},
      {left, left, left, right, right, right, right, left, left, left});
  for (const auto& column : report.columns) {
    const std::string missing = column.reference_missing_share == column.current_missing_share
                                    ? percent_text(column.current_missing_share)
                                    : fmt::format("{:.3g} → {:.3g} %", column.reference_missing_share * 100,
                                                  column.current_missing_share * 100);
    table.add({{cut_to(column.name, kNameWidth)},
               {std::string(name_of(column.type)), Paint::faint},
               {std::string(name_of(column.method)), Paint::faint},
               {number_text(column.score)},
               {p_text(column.p_value)},
               {number_text(column.threshold)},
               {missing},
               {column.drifted ? (column.reason.empty() ? "drifted" : column.reason) : "no",
                column.drifted ? Paint::bad : Paint::good},
               {spark_of(column.reference_counts)},
               {spark_of(column.current_counts)}});
  }
  std::string out = table.render(style.color);
  for (const auto& skipped : report.skipped)
    out +=
        painted(fmt::format("{}: not tested: {}\n", skipped.name, skipped.reason), Paint::faint, style.color);
  const std::string verdict = fmt::format(
      "{} of {} drifted ({:.0f} %): the data set {} (from {:.0f} % on, mode {})",
      report.drifted_columns.size(), plural(report.columns.size(), "column"), report.share * 100,
      report.dataset_drift ? "drifted" : "did not drift", report.drift_share * 100, name_of(report.mode));
  return out + "\n" + painted(verdict, report.dataset_drift ? Paint::bad : Paint::good, style.color) + "\n";
}

std::string text_of(std::span<const CheckResult> results, const TextStyle& style) {
  std::string out;
  std::size_t passed = 0, warned = 0;
  for (const auto& result : results) {
    const bool warning = !result.passed && result.severity == Severity::warn;
    passed += result.passed ? 1 : 0;
    warned += warning ? 1 : 0;
    const Paint paint = result.passed ? Paint::good : warning ? Paint::warning : Paint::bad;
    const std::string_view mark = result.passed ? "✓" : warning ? "!" : "✗";
    out += fmt::format("{} {}\n", painted(mark, paint, style.color), result.message);
    for (const auto& row : result.sample) {
      out += painted(fmt::format("    row {}: {}\n", row.row, cut_to(row.value, style.width - 20)),
                     Paint::faint, style.color);
    }
  }
  const std::size_t failed = results.size() - passed - warned;
  const Paint paint = failed > 0 ? Paint::bad : warned > 0 ? Paint::warning : Paint::good;
  return out + "\n" +
         painted(fmt::format("{} passed, {} failed, {}", passed, failed, plural(warned, "warning")), paint,
                 style.color) +
         "\n";
}

std::string text_of(const std::vector<SchemaChange>& changes, const TextStyle& style) {
  if (changes.empty()) return painted("the schema is as expected", Paint::good, style.color) + "\n";
  std::string out;
  for (const auto& change : changes) {
    out += fmt::format(
        "{} {}\n",
        painted(change.breaking ? "✗" : "!", change.breaking ? Paint::bad : Paint::warning, style.color),
        change.message);
  }
  return out;
}

}  // namespace maru::validation
