#pragma once
// From what an endpoint answered to rows of the prediction log.

#include <atomic>
#include <memory>

#include "monitoring/prediction_log.h"
#include "serving/endpoints.h"

namespace maru::app {

// Runs on predicting threads: no lock but for the first prediction of a version. Failed predictions are
// counted by the endpoint and not logged: there is nothing that truth could be compared with.
class PredictionRecorder final : public serving::PredictionObserver {
 public:
  explicit PredictionRecorder(monitoring::PredictionLog& log) : log_(log) {}
  void observe(const serving::PredictionView& prediction) noexcept override;

 private:
  using Schema = std::shared_ptr<const monitoring::PredictionSchema>;
  Schema schema_of(const serving::PredictionView& prediction);
  void record(const serving::PredictionView& prediction);

  monitoring::PredictionLog& log_;
  std::mutex making_;
  std::map<std::string, Schema, std::less<>> schemas_;  // by endpoint, version and input names
};

}  // namespace maru::app
