#include "app/demo/story.h"

#include <cmath>

#include "app/cli/terminal.h"

namespace maru::app {
namespace {

const std::vector<std::size_t> kWidths{8, 34, 7, 7, 30};
const std::vector<Align> kAligns{Align::left, Align::left, Align::right, Align::right, Align::left};
constexpr std::size_t kShownColumns = 4;

std::string drifted_text(const std::vector<std::string>& columns) {
  if (columns.empty()) return "–";
  const std::size_t shown = std::min(columns.size(), kShownColumns);
  std::string text = fmt::format(
      "{}", fmt::join(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(shown), " "));
  if (columns.size() > shown) text += fmt::format(" +{}", columns.size() - shown);
  return text;
}

}  // namespace

double ErrorSum::rmse() const {
  return count_ == 0 ? NAN : std::sqrt(squares_ / static_cast<double>(count_));
}

std::string Story::header() {
  return styled(TextTable::line({"month", "drifted", "frozen", "Maru", "what happened"}, kWidths, kAligns),
                Style::dim);
}

std::string Story::line(const MonthRow& row) const {
  const std::string ours = fmt::format("{:.1f}", row.rmse_champion);
  const bool better = row.rmse_champion < row.rmse_frozen * 0.995;
  return TextTable::line(
      {row.month, drifted_text(row.drifted), fmt::format("{:.1f}", row.rmse_frozen),
       better ? styled(ours, Style::good) : ours, fmt::format("{}", fmt::join(row.actions, "; "))},
      kWidths, kAligns);
}

JsonObject Story::json() const {
  JsonArray rows;
  for (const auto& row : months) {
    rows.push_back(JsonObject{{"month", row.month},
                              {"drifted", boost::json::value_from(row.drifted)},
                              {"rmse_frozen", row.rmse_frozen},
                              {"rmse_champion", row.rmse_champion},
                              {"actions", boost::json::value_from(row.actions)}});
  }
  return {{"months", std::move(rows)},
          {"rmse_frozen", frozen.rmse()},
          {"rmse_champion", champion.rmse()},
          {"requests", requests},
          {"failures", failures},
          {"p50_ms", p50_ms},
          {"p99_ms", p99_ms},
          {"swaps", swaps},
          {"champion_versions", boost::json::value_from(champion_versions)}};
}

std::string Story::summary() const {
  const double saved = 100 * (1 - champion.rmse() / frozen.rmse());
  return fmt::format(
      "Continuous training saved {} of the error: RMSE {:.1f} instead of {:.1f} over {} months.\n"
      "{} requests, {} failed, p50 {:.2f} ms, p99 {:.2f} ms while the model was swapped {} times.\n",
      styled(fmt::format("{:.0f} %", saved), Style::bold), champion.rmse(), frozen.rmse(), months.size(),
      format_count(static_cast<std::int64_t>(requests)),
      styled(std::to_string(failures), failures == 0 ? Style::good : Style::bad), p50_ms, p99_ms, swaps);
}

}  // namespace maru::app
