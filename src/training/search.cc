#include "training/search.h"

#include "base/ids.h"
#include "training/internal/fit.h"
#include "training/internal/folds.h"
#include "training/internal/matrix.h"
#include "training/internal/race.h"
#include "training/predict.h"

namespace maru::training {
namespace {

constexpr double kConfidence = 0.95;
constexpr int kBootstrapSamples = 200;
constexpr int kMaxCandidates = 1'000;
constexpr int kMaxFolds = 50;
constexpr int kMaxTrees = 10'000;

Result<void> check_range(std::string_view name, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value >= least && value <= most) return {};
  return invalid("{}: expected {} to {}, got {}", name, least, most, value);
}

Result<Metric> check_spec(const SearchSpec& spec) {
  if (spec.label.empty()) return invalid("label: is required");
  MARU_TRY(check_range("candidates", spec.candidates, 1, kMaxCandidates));
  MARU_TRY(check_range("folds", spec.folds, 2, kMaxFolds));
  MARU_TRY(check_range("max_trees", spec.max_trees, 1, kMaxTrees));
  MARU_TRY(check_range("early_stopping_rounds", spec.early_stopping_rounds, 0, kMaxTrees));
  MARU_TRY(check_range("threads", spec.threads, 1, 256));
  MARU_TRY(check_range("budget_ms", spec.budget_ms, 0, std::numeric_limits<std::int64_t>::max()));
  MARU_TRY(check_range("holdout_ms", spec.holdout_ms, 0, std::numeric_limits<std::int64_t>::max()));
  MARU_ASSIGN(auto metric, metric_named(spec.metric).at("metric"));
  const bool of_regression = regression_metrics({}, {}).json().contains(metric.name);
  if (of_regression != (spec.task == Task::regression))
    return invalid("metric: \"{}\" does not measure {}", metric.name, name_of(spec.task));
  return metric;
}

// Every metric of the task and the interval of the one asked for.
JsonObject measure(std::span<const double> truth, std::span<const double> predicted, const Metric& metric,
                   const SearchSpec& spec) {
  JsonObject metrics = spec.task == Task::regression ? regression_metrics(truth, predicted).json()
                                                     : binary_metrics(truth, predicted).json();
  const auto interval =
      bootstrap_interval(metric, truth, predicted, kConfidence, kBootstrapSamples, spec.seed);
  metrics[metric.name + "_low"] = interval.low;
  metrics[metric.name + "_high"] = interval.high;
  return metrics;
}

// The rows before the holdout.
std::size_t search_rows(const Matrix& matrix, const SearchSpec& spec) {
  if (spec.holdout_ms <= 0) return matrix.rows();
  const auto first_held = std::ranges::upper_bound(matrix.times, matrix.times.back() - spec.holdout_ms);
  return static_cast<std::size_t>(first_held - matrix.times.begin());
}

std::vector<double> as_doubles(std::span<const float> values) { return {values.begin(), values.end()}; }

Result<void> score_holdout(SearchResult& result, const Matrix& matrix, std::size_t before,
                           const SearchSpec& spec, const Metric& metric, const std::atomic<bool>* cancel) {
  const auto& best = result.leaderboard.front();
  MARU_ASSIGN(auto fit, fit_rows(matrix, before, best.params, spec, best.trees, cancel));
  const auto held = std::span(matrix.values).subspan(before * matrix.columns());
  MARU_ASSIGN(const auto predicted, predict_values(fit.model_bytes, held, matrix.columns()));
  result.holdout_metrics =
      measure(as_doubles(std::span(matrix.labels).subspan(before)), predicted, metric, spec);
  result.holdout_model_bytes = std::move(fit.model_bytes);
  result.holdout_from = matrix.times[before];
  result.holdout_rows = static_cast<std::int64_t>(matrix.rows() - before);
  return {};
}

template <class Enum, std::size_t N>
Result<Enum> enum_named(std::string_view what, std::string_view name,
                        const std::array<std::string, N>& names) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  return invalid("{} \"{}\" is unknown{}: expected {}", what, name, did_you_mean(name, names),
                 fmt::join(names, " or "));
}

const std::array<std::string, 2> kTasks{"regression", "binary"};
const std::array<std::string, 2> kSplits{"time", "kfold"};
const std::array<std::string, 2> kStrategies{"random", "successive_halving"};
const std::array<std::string, 3> kStates{"finished", "dropped", "failed"};

}  // namespace

std::string_view name_of(Task task) { return kTasks.at(static_cast<std::size_t>(task)); }
std::string_view name_of(Split split) { return kSplits.at(static_cast<std::size_t>(split)); }
std::string_view name_of(Strategy strategy) { return kStrategies.at(static_cast<std::size_t>(strategy)); }
std::string_view name_of(CandidateState state) { return kStates.at(static_cast<std::size_t>(state)); }
Result<Task> task_named(std::string_view name) { return enum_named<Task>("task", name, kTasks); }
Result<Split> split_named(std::string_view name) { return enum_named<Split>("split", name, kSplits); }
Result<Strategy> strategy_named(std::string_view name) {
  return enum_named<Strategy>("strategy", name, kStrategies);
}

JsonObject Candidate::json() const {
  JsonObject object{{"number", number}, {"params", params},           {"metric", metric},
                    {"trees", trees},   {"fit_seconds", fit_seconds}, {"state", name_of(state)}};
  object["fold_metrics"] = JsonArray(fold_metrics.begin(), fold_metrics.end());
  if (!reason.empty()) object["reason"] = reason;
  return object;
}

Result<SearchResult> search(const Table& table, const SearchSpec& spec, const SearchProgress& progress,
                            const std::atomic<bool>* cancel) {
  MARU_ASSIGN(const auto metric, check_spec(spec));
  MARU_ASSIGN(const auto matrix, make_matrix(table, spec));
  const auto before = search_rows(matrix, spec);
  MARU_ASSIGN(const auto folds, make_folds(before, spec.split, spec.folds, spec.gap_rows, spec.seed));
  MARU_ASSIGN(auto race, run_race({matrix, folds, spec, metric, progress, cancel}));

  SearchResult result;
  result.task = spec.task;
  result.rows = static_cast<std::int64_t>(matrix.rows());
  result.feature_names = matrix.features;
  result.constant_features = matrix.constant_features;
  result.leaderboard = std::move(race.leaderboard);
  result.budget_spent = race.budget_spent;
  result.metrics = measure(race.best_truth, race.best_predicted, metric, spec);
  if (before < matrix.rows()) MARU_TRY(score_holdout(result, matrix, before, spec, metric, cancel));
  const auto& best = result.leaderboard.front();
  MARU_ASSIGN(auto fit, fit_rows(matrix, matrix.rows(), best.params, spec, best.trees, cancel));
  result.model_bytes = std::move(fit.model_bytes);
  result.importances = std::move(fit.importances);
  return result;
}

}  // namespace maru::training
