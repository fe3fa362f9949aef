#pragma once
// An endpoint's instruments for Prometheus, by its name. They stay when it goes, as counters should.

#include <string>

#include "base/metrics.h"

namespace maru::serving {

struct EndpointMetrics {
  explicit EndpointMetrics(const std::string& endpoint)
      : answered(count_of(endpoint, "ok")),
        failed(count_of(endpoint, "error")),
        rows(metrics().counter("maru_prediction_rows_total", "Rows predicted.", {{"endpoint", endpoint}})),
        seconds(metrics().histogram("maru_prediction_seconds", "Time of a prediction inside its endpoint.",
                                    {{"endpoint", endpoint}})),
        swaps(metrics().counter("maru_endpoint_swaps_total", "Versions that took over.",
                                {{"endpoint", endpoint}})),
        refused(metrics().counter("maru_endpoint_refused_total", "Versions that could not take over.",
                                  {{"endpoint", endpoint}})),
        version(metrics().gauge("maru_endpoint_version", "The model version that serves.",
                                {{"endpoint", endpoint}})) {}

  Counter& answered;
  Counter& failed;
  Counter& rows;
  Histogram& seconds;
  Counter& swaps;
  Counter& refused;
  Gauge& version;

 private:
  static Counter& count_of(const std::string& endpoint, std::string outcome) {
    return metrics().counter("maru_endpoint_predictions_total", "Predictions asked of an endpoint.",
                             {{"endpoint", endpoint}, {"outcome", std::move(outcome)}});
  }
};

}  // namespace maru::serving
