#pragma once
// How good predictions were, from pairs of prediction and truth. Pure functions.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace maru::monitoring {

// Whether a larger value of a metric is better ("accuracy", "roc_auc", "r2") or a smaller one.
enum class Better : std::uint8_t { smaller, larger };
Better better_of(std::string_view metric);
// "rmse", "mae", "mape", "bias", "max_error", "r2", and for truths of 0 and 1 "accuracy", "log_loss",
// "roc_auc".
std::vector<std::string> metric_names();

// Of the pairs in which both are finite; NaN when there is none, or when the metric is not defined for them
// (r2 of a constant truth, roc_auc of one class). `bias` is mean(prediction - truth); `mape` leaves truths of
// 0 out. accuracy cuts at 0.5. invalid_argument: an unknown metric, with the nearest.
Result<double> metric_of(std::string_view metric, std::span<const double> predictions,
                         std::span<const double> truths);

}  // namespace maru::monitoring
