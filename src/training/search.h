#pragma once
// AutoML: gradient-boosted trees over a table, their parameters searched by cross-validation. Pure over its
// inputs: the same table, spec and seed give the same leaderboard and the same model, on any number of
// threads.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/columns.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace maru::training {

enum class Task : std::uint8_t { regression, binary };
enum class Split : std::uint8_t { time, kfold };
enum class Strategy : std::uint8_t { random, successive_halving };
std::string_view name_of(Task task);
std::string_view name_of(Split split);
std::string_view name_of(Strategy strategy);
Result<Task> task_named(std::string_view name);
Result<Split> split_named(std::string_view name);
Result<Strategy> strategy_named(std::string_view name);

struct SearchSpec {
  std::string label;
  // Numeric or boolean columns, in the model's order; empty = every such column but label and time.
  std::vector<std::string> features;
  // Rows are put in its order (timestamp or integer); needed for Split::time and for a holdout.
  std::string time_column;
  Task task = Task::regression;
  std::string metric = "rmse";  // what the leaderboard is sorted by (training/metrics.h)
  Split split = Split::time;
  int folds = 3;              // time: expanding windows, each tested on the next slice
  std::int64_t gap_rows = 0;  // time: rows left out between a window and its test slice
  // > 0: the rows of the newest this long take no part in the search. A model that never saw them is scored
  // on them (holdout_metrics, holdout_model_bytes); the model delivered is then fitted on all rows.
  DurationMs holdout_ms = 0;
  int candidates = 12;  // bound of the search; the first is always the defaults
  Strategy strategy = Strategy::random;
  // > 0: a search that runs away stops with what it has; only then it may not be repeatable.
  DurationMs budget_ms = 0;
  std::uint64_t seed = 1;
  int threads = 1;
  int max_trees = 400;  // early stopping picks the number
  int early_stopping_rounds = 25;
};

// dropped: given up by successive halving; its metric is over fewer folds.
enum class CandidateState : std::uint8_t { finished, dropped, failed };
std::string_view name_of(CandidateState state);

struct Candidate {
  int number = 0;     // 0 = the defaults
  JsonObject params;  // XGBoost's names
  std::vector<double> fold_metrics;
  double metric = 0;  // mean over the folds
  int trees = 0;      // for the final fit: mean over the folds, weighted by their training rows
  double fit_seconds = 0;
  CandidateState state = CandidateState::finished;
  std::string reason;  // when failed
  JsonObject json() const;
};

struct FeatureImportance {
  std::string feature;
  double gain = 0;    // share of the total gain, 0 … 1
  double splits = 0;  // count
};

struct SearchResult {
  std::vector<Candidate> leaderboard;          // best first; dropped ones after the finished, failed last
  std::string model_bytes;                     // the best, fitted on all rows: XGBoost JSON
  std::vector<std::string> feature_names;      // in the model's order
  std::vector<FeatureImportance> importances;  // by gain, largest first
  // Of the best over all test rows of the cross-validation: every metric of the task, and <metric>_low,
  // <metric>_high (95 % bootstrap). The number of trees was chosen on the same rows, as xgboost.cv does.
  JsonObject metrics;
  JsonObject holdout_metrics;       // the same, over the holdout; empty without one
  std::string holdout_model_bytes;  // the model so scored; empty without a holdout
  std::int64_t holdout_from = 0;    // first time value of the holdout
  std::int64_t holdout_rows = 0;
  Task task = Task::regression;
  std::int64_t rows = 0;
  std::vector<std::string> constant_features;  // kept, but they cannot split
  bool budget_spent = false;                   // stopped by budget_ms before all candidates
};

// After each candidate, in their order within a rung; `done` of `total`. Called by one thread at a time.
using SearchProgress = std::function<void(const Candidate& candidate, int done, int total)>;

// invalid_argument: an unknown or non-numeric column, an infinite value or a label that is null, NaN or
// (binary) not 0/1, with the rows; too few rows for the folds; a bad spec. cancelled: `cancel` became true
// (looked at every round).
Result<SearchResult> search(const Table& table, const SearchSpec& spec, const SearchProgress& progress = {},
                            const std::atomic<bool>* cancel = nullptr);

}  // namespace maru::training
