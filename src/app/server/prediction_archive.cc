#include "app/server/prediction_archive.h"

#include "base/file.h"

namespace maru::app {
namespace {

TimeMs month_start(TimeMs time_ms) {
  const CivilTime t = civil_time(time_ms);
  return from_civil(t.year, t.month, 1);
}

TimeMs next_month(TimeMs month_ms) {
  const CivilTime t = civil_time(month_ms);
  return t.month == 12 ? from_civil(t.year + 1, 1, 1) : from_civil(t.year, t.month + 1, 1);
}

}  // namespace

Result<int> PredictionArchive::write_finished_months(const std::vector<serving::EndpointInfo>& endpoints,
                                                     TimeMs now_ms) {
  int written = 0;
  for (const auto& endpoint : endpoints) {
    MARU_ASSIGN(const int files, write_endpoint(endpoint.spec.name, now_ms).at(endpoint.spec.name));
    written += files;
  }
  return written;
}

Result<int> PredictionArchive::write_endpoint(const std::string& endpoint, TimeMs now_ms) {
  MARU_ASSIGN(const auto first, log_.first_event(endpoint, 0));
  if (!first) return 0;
  int written = 0;
  for (TimeMs month_ms = month_start(*first); next_month(month_ms) + kTruthDelayMs <= now_ms;
       month_ms = next_month(month_ms)) {
    const auto file = folder_ / endpoint / (format_month(month_ms) + ".parquet");
    std::error_code code;
    if (std::filesystem::exists(file, code)) continue;
    MARU_TRY(log_.flush());
    MARU_ASSIGN(const Table rows, log_.window(endpoint, month_ms, next_month(month_ms)));
    if (rows.rows() == 0) continue;
    MARU_TRY(make_folders(file.parent_path()));
    MARU_TRY(lake_.write_parquet(rows, file));
    ++written;
  }
  return written;
}

}  // namespace maru::app
