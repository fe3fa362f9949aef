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
  std::vector<std::string>
      features;  // numeric or boolean columns, in the model's order; empty = all but label and time
  std::string time_column;  // rows are put in its order; needed for Split::time
  Task task = Task::regression;
  std::string metric = "rmse";  // what the leaderboard is sorted by (training/metrics.h)
  Split split = Split::time;
  int folds = 3;              // time: expanding windows, each tested on the next slice
  std::int64_t gap_rows = 0;  // time: rows left out between a window and its test slice
  int candidates = 12;        // bound of the search; the first is always the defaults
  Strategy strategy = Strategy::random;
  DurationMs budget_ms =
      0;  // > 0: a search that runs away stops with what it has (then it is not repeatable)
  std::uint64_t seed = 1;
  int threads = 1;
  int max_trees = 400;  // early stopping picks the number
  int early_stopping_rounds = 25;
};

enum class CandidateState : std::uint8_t {
  finished,
  stopped_early,
  failed
};  // stopped_early: dropped by successive halving
std::string_view name_of(CandidateState state);

struct Candidate {
  int number = 0;     // 0 = the defaults
  JsonObject params;  // XGBoost's names
  std::vector<double> fold_metrics;
  double metric = 0;  // mean over the folds
  int trees = 0;      // mean best iteration, for the final fit
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
  std::vector<Candidate> leaderboard;          // best first
  std::string model_bytes;                     // the best refitted on all rows, XGBoost JSON
  std::vector<std::string> feature_names;      // in the model's order
  std::vector<FeatureImportance> importances;  // by gain, largest first
  JsonObject
      metrics;  // of the best: cross-validated {rmse, mae, r2, …} over all test rows, and "rmse_low/_high"
  Task task = Task::regression;
  std::int64_t rows = 0;
  std::vector<std::string> constant_features;  // kept, but they can not split
  bool budget_spent = false;                   // stopped by budget_ms before all candidates
};

// After each candidate; `done` of `total`.
using SearchProgress = std::function<void(const Candidate& candidate, int done, int total)>;

// invalid_argument: an unknown or non-numeric column, a label that is null, NaN or (binary) not 0/1 with its
// row, too few rows for the folds, a bad spec. cancelled: `cancel` became true (looked at between boosting
// rounds).
Result<SearchResult> search(const Table& table, const SearchSpec& spec, const SearchProgress& progress = {},
                            const std::atomic<bool>* cancel = nullptr);

}  // namespace maru::training
