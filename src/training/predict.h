#pragma once
// Predictions of a trained model over a table, for evaluation steps.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/columns.h"
#include "base/result.h"

namespace maru::training {

// XGBoost JSON or UBJSON bytes over the named columns, in the model's order: one value a row (the probability
// of 1 for binary). Nulls are missing values. invalid_argument: not a model, an unknown or non-numeric
// column, an infinite value.
Result<std::vector<double>> predict(std::string_view model_bytes, const Table& table,
                                    std::span<const std::string> feature_names);
// The same over row-major values, NaN = missing.
Result<std::vector<double>> predict_values(std::string_view model_bytes, std::span<const float> values,
                                           std::size_t columns);

}  // namespace maru::training
