#pragma once
// Runs the candidates over the folds, side by side, rung by rung.

#include <atomic>
#include <vector>

#include "base/result.h"
#include "training/internal/folds.h"
#include "training/internal/matrix.h"
#include "training/metrics.h"
#include "training/search.h"

namespace maru::training {

struct RaceInput {
  const Matrix& matrix;
  const std::vector<Fold>& folds;
  const SearchSpec& spec;
  const Metric& metric;
  const SearchProgress& progress;
  const std::atomic<bool>* cancel;
};

struct RaceResult {
  std::vector<Candidate> leaderboard;  // best first; at least one finished
  std::vector<double> best_truth;      // of the best candidate, over all test rows, fold after fold
  std::vector<double> best_predicted;
  bool budget_spent = false;
};

// cancelled; internal when every candidate failed.
Result<RaceResult> run_race(const RaceInput& input);

}  // namespace maru::training
