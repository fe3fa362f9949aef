#include "training/internal/fit.h"

#include "training/internal/booster.h"

namespace maru::training {
namespace {

const Error kCancelled{Code::cancelled, "the search was cancelled"};
bool is_cancelled(const std::atomic<bool>* cancel) {
  return cancel != nullptr && cancel->load(std::memory_order_relaxed);
}

// What a candidate does not choose. One thread a fit: fits run side by side instead, and their sums do not
// depend on how a histogram was shared out. seed_per_iteration makes a round's sampling a function of seed
// and round alone.
JsonObject with_fixed(JsonObject parameters, const SearchSpec& spec, std::span<const float> labels) {
  parameters["tree_method"] = "hist";
  parameters["nthread"] = 1;
  parameters["seed"] = static_cast<std::int64_t>(spec.seed & 0x7FFF'FFFFU);
  parameters["seed_per_iteration"] = 1;
  parameters["verbosity"] = 0;
  const double mean = std::accumulate(labels.begin(), labels.end(), 0.0) /
                      static_cast<double>(std::max<std::size_t>(labels.size(), 1));
  if (spec.task == Task::binary) {
    parameters["objective"] = "binary:logistic";
    parameters["base_score"] = std::clamp(mean, 1e-3, 1 - 1e-3);
  } else {
    parameters["objective"] = "reg:squarederror";
    parameters["base_score"] = mean;  // trees need not first grow from 0.5 to the mean
  }
  return parameters;
}

struct Rows {
  std::vector<float> values;
  std::vector<float> labels;
};
Rows gather(const Matrix& matrix, std::span<const std::size_t> rows) {
  Rows gathered;
  gathered.values.reserve(rows.size() * matrix.columns());
  gathered.labels.reserve(rows.size());
  for (const auto row : rows) {
    const auto values = matrix.row(row);
    gathered.values.insert(gathered.values.end(), values.begin(), values.end());
    gathered.labels.push_back(matrix.labels[row]);
  }
  return gathered;
}

std::vector<FeatureImportance> importances_of(std::span<const Booster::Score> gains,
                                              std::span<const Booster::Score> splits,
                                              std::span<const std::string> features) {
  std::vector<FeatureImportance> importances;
  double total = 0;
  for (const auto& score : gains) total += score.value;
  const auto value_of = [](std::span<const Booster::Score> scores, std::string_view feature) {
    const auto found = std::ranges::find(scores, feature, &Booster::Score::feature);
    return found == scores.end() ? 0.0 : found->value;
  };
  for (const auto& feature : features) {
    const double gain = total > 0 ? value_of(gains, feature) / total : 0;
    importances.push_back({feature, gain, value_of(splits, feature)});
  }
  std::ranges::stable_sort(importances, std::greater<>(), &FeatureImportance::gain);
  return importances;
}

}  // namespace

Result<FoldFit> fit_fold(const Matrix& matrix, const Fold& fold, const JsonObject& parameters,
                         const SearchSpec& spec, const Metric& metric, const std::atomic<bool>* cancel) {
  const Rows train = gather(matrix, fold.train);
  const Rows test = gather(matrix, fold.test);
  const std::vector<double> truth(test.labels.begin(), test.labels.end());
  MARU_ASSIGN(const auto train_data, TrainingData::create(train.values, matrix.columns(), train.labels));
  MARU_ASSIGN(const auto test_data, TrainingData::create(test.values, matrix.columns(), test.labels));
  MARU_ASSIGN(auto booster,
              Booster::create({train_data, test_data}, with_fixed(parameters, spec, train.labels)));
  FoldFit best;
  std::vector<double> predicted;
  for (int round = 0; round < spec.max_trees; ++round) {
    if (is_cancelled(cancel)) return kCancelled;
    MARU_TRY(booster.update(round, train_data));
    MARU_ASSIGN(const auto values, booster.predict(test_data));
    predicted.assign(values.begin(), values.end());
    const double score = metric.compute(truth, predicted);
    if (round == 0 || metric.better(score, best.metric)) best = {score, round + 1, predicted};
    if (spec.early_stopping_rounds > 0 && round + 1 - best.trees >= spec.early_stopping_rounds) break;
  }
  return best;
}

Result<FinalFit> fit_rows(const Matrix& matrix, std::size_t rows, const JsonObject& parameters,
                          const SearchSpec& spec, int trees, const std::atomic<bool>* cancel) {
  const auto labels = std::span(matrix.labels).first(rows);
  const auto values = std::span(matrix.values).first(rows * matrix.columns());
  MARU_ASSIGN(auto data, TrainingData::create(values, matrix.columns(), labels));
  MARU_TRY(data.set_feature_names(matrix.features));
  MARU_ASSIGN(auto booster, Booster::create({data}, with_fixed(parameters, spec, labels)));
  for (int round = 0; round < trees; ++round) {
    if (is_cancelled(cancel)) return kCancelled;
    MARU_TRY(booster.update(round, data));
  }
  MARU_TRY(booster.set_feature_names(matrix.features));
  MARU_ASSIGN(const auto gains, booster.feature_scores("total_gain"));
  MARU_ASSIGN(const auto splits, booster.feature_scores("weight"));
  FinalFit fit;
  fit.importances = importances_of(gains, splits, matrix.features);
  MARU_ASSIGN(fit.model_bytes, booster.save_json());
  return fit;
}

}  // namespace maru::training
