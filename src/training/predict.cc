#include "training/predict.h"

#include "training/internal/booster.h"
#include "training/internal/matrix.h"

namespace maru::training {

Result<std::vector<double>> predict_values(std::string_view model_bytes, std::span<const float> values,
                                           std::size_t columns) {
  if (values.empty()) return std::vector<double>{};
  MARU_ASSIGN(auto booster, Booster::load(model_bytes));
  MARU_ASSIGN(const auto data, TrainingData::create(values, columns, {}));
  MARU_ASSIGN(const auto predicted, booster.predict(data));
  return std::vector<double>(predicted.begin(), predicted.end());
}

Result<std::vector<double>> predict(std::string_view model_bytes, const Table& table,
                                    std::span<const std::string> feature_names) {
  if (feature_names.empty()) return invalid("features: a model has at least one");
  std::vector<std::size_t> order(table.rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  MARU_ASSIGN(const auto values, feature_values(table, feature_names, order));
  return predict_values(model_bytes, values, feature_names.size());
}

}  // namespace maru::training
