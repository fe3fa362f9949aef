#pragma once
// One model fitted: with early stopping on test rows, or for a given number of trees.

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "training/internal/folds.h"
#include "training/internal/matrix.h"
#include "training/metrics.h"
#include "training/search.h"

namespace maru::training {

struct FoldFit {
  double metric = 0;              // at the best round
  int trees = 0;                  // up to and with the best round
  std::vector<double> predicted;  // of the fold's test rows, at the best round
};
// Boosts on the fold's training rows until the metric on its test rows has not improved for
// early_stopping_rounds.
Result<FoldFit> fit_fold(const Matrix& matrix, const Fold& fold, const JsonObject& parameters,
                         const SearchSpec& spec, const Metric& metric, const std::atomic<bool>* cancel);

struct FinalFit {
  std::string model_bytes;
  std::vector<FeatureImportance> importances;
};
// Boosts `trees` rounds on the first `rows` rows.
Result<FinalFit> fit_rows(const Matrix& matrix, std::size_t rows, const JsonObject& parameters,
                          const SearchSpec& spec, int trees, const std::atomic<bool>* cancel);

}  // namespace maru::training
