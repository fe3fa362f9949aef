#pragma once
// The prediction log as Parquet: one file an endpoint and calendar month, written once the month is over, for
// anyone who wants to analyse what was asked and answered (`lake/predictions/ENDPOINT/2011-05.parquet`). The
// online log keeps serving monitors and look-ups until its retention ends.

#include <filesystem>

#include "base/time.h"
#include "monitoring/prediction_log.h"
#include "serving/endpoints.h"
#include "store/lake.h"

namespace maru::app {

class PredictionArchive {
 public:
  PredictionArchive(monitoring::PredictionLog& log, store::Lake& lake, std::filesystem::path folder)
      : log_(log), lake_(lake), folder_(std::move(folder)) {}
  // Writes every finished month of these endpoints that is not there yet; how many files. Truth that comes
  // more than kTruthDelayMs after a month's end is only in the online log.
  Result<int> write_finished_months(const std::vector<serving::EndpointInfo>& endpoints, TimeMs now_ms);

 private:
  Result<int> write_endpoint(const std::string& endpoint, TimeMs now_ms);

  monitoring::PredictionLog& log_;
  store::Lake& lake_;
  std::filesystem::path folder_;
};

inline constexpr DurationMs kTruthDelayMs = 2 * kDayMs;

}  // namespace maru::app
