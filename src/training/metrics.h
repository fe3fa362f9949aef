#pragma once
// How well predictions match what happened. Pure functions over equally long spans; no NaN may be among them.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace maru::training {

// Formulas as in scikit-learn 1.x, unweighted. With no rows every value is NaN.
struct RegressionMetrics {
  double rmse = 0;
  double mae = 0;
  double r2 = 0;    // 1 - SSE/SST; 0 when the truth is constant and missed, 1 when it is constant and hit
  double mape = 0;  // mean |y - ŷ| / max(|y|, 2^-52), a fraction
  double max_error = 0;
  JsonObject json() const;
};
RegressionMetrics regression_metrics(std::span<const double> truth, std::span<const double> predicted);

// `truth` is 0 or 1, `probability` that of 1; the class is 1 from `threshold` on.
struct BinaryMetrics {
  double log_loss = 0;  // probabilities clipped to [1e-15, 1 - 1e-15]
  double auc = 0;       // area under the ROC curve, ties count half; NaN when only one class is there
  double accuracy = 0;
  double precision = 0;  // 0 when nothing was called 1
  double recall = 0;     // 0 when nothing is 1
  double f1 = 0;
  double brier = 0;
  JsonObject json() const;
};
BinaryMetrics binary_metrics(std::span<const double> truth, std::span<const double> probability,
                             double threshold = 0.5);

enum class Direction : std::uint8_t { lower_is_better, higher_is_better };

// A metric by name: rmse mae r2 mape max_error (regression), log_loss auc accuracy precision recall f1 brier
// (binary).
struct Metric {
  std::string name;
  Direction direction = Direction::lower_is_better;
  std::function<double(std::span<const double> truth, std::span<const double> predicted)> compute;
  bool better(double a, double b) const { return direction == Direction::lower_is_better ? a < b : a > b; }
};
// invalid_argument with the nearest name.
Result<Metric> metric_named(std::string_view name);

struct Interval {
  double low = 0;
  double high = 0;
};
// Percentile bootstrap of the metric over the rows (Efron 1979). Same seed, same interval.
Interval bootstrap_interval(const Metric& metric, std::span<const double> truth,
                            std::span<const double> predicted, double confidence, int samples,
                            std::uint64_t seed);
// Of metric(a) - metric(b) on the same resampled rows: when it excludes 0 the two differ beyond chance.
Interval bootstrap_difference(const Metric& metric, std::span<const double> truth, std::span<const double> a,
                              std::span<const double> b, double confidence, int samples, std::uint64_t seed);

}  // namespace maru::training
