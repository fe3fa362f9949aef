#pragma once
// A thin owner of XGBoost's C handles: errors as Result, nothing else. Not thread-safe; an object may move
// between threads.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace maru::training {

// Features and, for training, labels, as XGBoost keeps them.
class TrainingData {
 public:
  // Row-major values, NaN = missing. `labels` is empty or has one value a row.
  static Result<TrainingData> create(std::span<const float> values, std::size_t columns,
                                     std::span<const float> labels);
  // Saved in models fitted on this data, so that other clients match columns by name.
  Result<void> set_feature_names(std::span<const std::string> names);
  void* handle() const { return handle_.get(); }

 private:
  explicit TrainingData(void* handle);
  std::shared_ptr<void> handle_;
};

class Booster {
 public:
  // `cached`: data whose predictions are kept up to date while training (the training and test data). Keeps
  // them alive.
  static Result<Booster> create(std::vector<TrainingData> cached, const JsonObject& parameters);
  static Result<Booster> load(std::string_view model_bytes);

  Result<void> update(int round, const TrainingData& data);
  Result<void> set_feature_names(std::span<const std::string> names);
  // One value a row; a view valid until the next call.
  Result<std::span<const float>> predict(const TrainingData& data);
  Result<std::string> save_json();

  struct Score {
    std::string feature;
    double value;
  };
  // XGBoost's importance types: "total_gain", "weight"; features that never split are left out.
  Result<std::vector<Score>> feature_scores(std::string_view type);

 private:
  explicit Booster(void* handle);
  Result<void> set(const std::string& name, const std::string& value);
  std::shared_ptr<void> handle_;
  std::vector<TrainingData> cached_;
};

}  // namespace maru::training
