#pragma once
// Rows of several model versions put into one table.

#include "monitoring/prediction_log.h"

namespace maru::monitoring {

class WindowBuilder {
 public:
  WindowBuilder();
  void add(const PredictionRecord& record, std::optional<double> truth);
  Table finish() &&;

 private:
  // Where each input of a schema goes.
  const std::vector<std::size_t>& places_of(const std::shared_ptr<const PredictionSchema>& schema);

  std::size_t rows_ = 0;
  Column request_id_, event_ms_, version_, prediction_, truth_;
  std::vector<Column> inputs_;
  std::map<std::shared_ptr<const PredictionSchema>, std::vector<std::size_t>> places_;
};

}  // namespace maru::monitoring
