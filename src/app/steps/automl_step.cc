// {automl: {data, task, metric, split, folds, gap_rows, candidates, strategy, seed, budget, max_trees,
// experiment}}: a search over boosted trees, its leaderboard logged as runs below one parent, the winner's
// model as the parent's artifact `model`.

#include "app/server/rooms.h"
#include "app/steps/step_data.h"
#include "app/steps/step_kinds.h"
#include "training/model_folder.h"
#include "training/search.h"

namespace maru::app {
namespace {

using automation::PipelineSpec;
using automation::StepContext;
using automation::StepSpec;

constexpr int kThreads = 2;

std::string shown(const Json& value) {
  return value.is_string() ? std::string(value.as_string()) : to_json(value);
}

Result<training::SearchSpec> spec_of(const JsonReader& arguments) {
  training::SearchSpec spec;
  MARU_ASSIGN(const std::string task, arguments.text_or("task", "regression"));
  MARU_ASSIGN(spec.task, training::task_named(task).at(arguments.path() + ".task"));
  MARU_ASSIGN(spec.metric,
              arguments.text_or("metric", spec.task == training::Task::regression ? "rmse" : "log_loss"));
  MARU_ASSIGN(const std::string split, arguments.text_or("split", "time"));
  MARU_ASSIGN(spec.split, training::split_named(split).at(arguments.path() + ".split"));
  MARU_ASSIGN(const std::string strategy, arguments.text_or("strategy", "successive_halving"));
  MARU_ASSIGN(spec.strategy, training::strategy_named(strategy).at(arguments.path() + ".strategy"));
  MARU_ASSIGN(const auto folds, arguments.integer_or("folds", spec.folds));
  MARU_ASSIGN(const auto candidates, arguments.integer_or("candidates", spec.candidates));
  MARU_ASSIGN(const auto max_trees, arguments.integer_or("max_trees", spec.max_trees));
  MARU_ASSIGN(const auto seed, arguments.integer_or("seed", 1));
  MARU_ASSIGN(spec.gap_rows, arguments.integer_or("gap_rows", 0));
  spec.folds = static_cast<int>(folds);
  spec.candidates = static_cast<int>(candidates);
  spec.max_trees = static_cast<int>(max_trees);
  spec.seed = static_cast<std::uint64_t>(seed);
  spec.threads = kThreads;
  MARU_ASSIGN(const std::string budget, arguments.text_or("budget", ""));
  if (!budget.empty()) {
    MARU_ASSIGN(spec.budget_ms, parse_duration(budget).at(arguments.path() + ".budget"));
  }
  return spec;
}

class AutomlStep final : public automation::StepKind {
 public:
  explicit AutomlStep(Rooms& rooms) : rooms_(rooms) {}
  std::string_view name() const override { return "automl"; }

  Result<void> check(const StepSpec& step, const PipelineSpec&) const override {
    const StepArguments held(step);
    const JsonReader& arguments = held.reader;
    MARU_TRY(arguments.only({"data", "task", "metric", "split", "folds", "gap_rows", "candidates", "strategy",
                             "seed", "budget", "max_trees", "experiment"}));
    MARU_TRY(arguments.text("data"));
    MARU_TRY(spec_of(arguments));
    return {};
  }

  Result<JsonObject> run(StepContext& context) const override {
    const StepArguments held(context.step);
    const JsonReader& arguments = held.reader;
    MARU_ASSIGN(auto spec, spec_of(arguments));
    MARU_ASSIGN(const std::string experiment,
                arguments.text_or("experiment", context.pipeline.project.empty() ? context.pipeline.name
                                                                                 : context.pipeline.project));
    MARU_ASSIGN(const StepData data, data_argument(context, "data"));
    if (data.label.empty())
      return invalid("steps.{}.data: {} has no label; automl wants the output of a training_set step",
                     context.step.name, data.dataset);
    spec.label = data.label;
    spec.features = data.features;
    spec.time_column = data.time_column;
    MARU_ASSIGN(const Table table, read_parquet(*rooms_.lake, data.train));
    MARU_ASSIGN(const auto result, search(context, table, spec));
    MARU_ASSIGN(const std::string run_id, log_runs(context, experiment, data, spec, result));
    JsonArray leaderboard;
    for (const auto& candidate : result.leaderboard) leaderboard.push_back(candidate.json());
    return JsonObject{
        {"run_id", run_id},
        {"model_uri", fmt::format("runs:/{}/model", run_id)},
        {"flavor", "xgboost"},
        {"metrics", result.metrics},
        {"best", result.leaderboard.front().json()},
        {"candidates", result.leaderboard.size()},
        {"leaderboard", std::move(leaderboard)},
        {"trained_on", {{"dataset", data.dataset}, {"version", data.version}, {"rows", data.rows}}}};
  }

 private:
  static Result<training::SearchResult> search(StepContext& context, const Table& table,
                                               const training::SearchSpec& spec) {
    std::atomic<bool> stop{false};
    std::string best;
    double best_metric = NAN;
    const auto progress = [&](const training::Candidate& candidate, int done, int total) {
      if (context.should_stop() != automation::StopReason::none) stop = true;
      if (std::isnan(best_metric) || candidate.metric < best_metric) {
        best_metric = candidate.metric;
        best = fmt::format("best {} {:.1f}", spec.metric, candidate.metric);
      }
      context.log.line(fmt::format("candidate {}: {} {:.4g}, {} trees, {:.2f} s", candidate.number,
                                   spec.metric, candidate.metric, candidate.trees, candidate.fit_seconds));
      context.progress(static_cast<double>(done) / total,
                       fmt::format("{} of {} candidates  {}", done, total, best));
    };
    auto result = training::search(table, spec, progress, &stop);
    MARU_TRY(check_stop(context));
    return result;
  }

  Result<std::string> log_runs(const StepContext& context, const std::string& experiment,
                               const StepData& data, const training::SearchSpec& spec,
                               const training::SearchResult& result) const {
    const tracking::Origin origin{.actor = fmt::format("pipeline_run/{}", context.run_id),
                                  .project = context.pipeline.project,
                                  .cause = context.cause};
    auto& runs = rooms_.tracking->runs();
    MARU_ASSIGN(const std::string experiment_id,
                rooms_.tracking->experiments().get_or_create(experiment, origin));
    MARU_ASSIGN(const auto parent,
                runs.create({.experiment_id = experiment_id,
                             .name = fmt::format("{} {}", context.pipeline.name, context.run_id),
                             .user_id = "maru",
                             .started_ms = context.now_ms,
                             .tags = {{"maru.pipeline", context.pipeline.name},
                                      {"maru.pipeline_run", std::to_string(context.run_id)},
                                      {"maru.step", context.step.name}}},
                            origin));
    const std::string& run_id = parent.info.id;
    for (const auto& candidate : result.leaderboard)
      MARU_TRY(log_candidate(context, experiment_id, run_id, spec.metric, candidate, origin));
    tracking::Batch batch;
    const TimeMs now_ms = rooms_.clock->now_ms();
    for (const auto& [name, value] : result.metrics) {
      if (value.is_number())
        batch.metrics.push_back(
            {.key = std::string(name), .value = value.to_number<double>(), .timestamp_ms = now_ms});
    }
    for (const auto& [name, value] : result.leaderboard.front().params)
      batch.params.push_back({std::string(name), shown(value)});
    batch.params.push_back({"candidates", std::to_string(result.leaderboard.size())});
    MARU_TRY(runs.log_batch(run_id, std::move(batch), origin));
    MARU_TRY(runs.log_inputs(
        run_id,
        {{.dataset = {.name = data.dataset,
                      .digest = std::to_string(data.version),
                      .source_type = "maru",
                      .source = fmt::format("{{\"dataset\":\"{}/{}\"}}", data.dataset, data.version),
                      .schema = std::nullopt,
                      .profile = std::nullopt},
          .tags = {{"mlflow.data.context", "training"}}}},
        {}));
    const auto folder = context.folder / "model";
    MARU_TRY(training::write_model_folder(folder, result, {.run_id = run_id, .created_ms = now_ms}));
    MARU_ASSIGN(const std::string path, tracking::Artifacts::path_of_uri(parent.info.artifact_uri));
    MARU_TRY(rooms_.tracking->artifacts().put_folder(path + "/model", folder));
    MARU_TRY(runs.set_terminated(run_id, tracking::RunStatus::finished, origin));
    return run_id;
  }

  Result<void> log_candidate(const StepContext& context, const std::string& experiment_id,
                             const std::string& parent_id, const std::string& metric,
                             const training::Candidate& candidate, const tracking::Origin& origin) const {
    auto& runs = rooms_.tracking->runs();
    MARU_ASSIGN(const auto run, runs.create({.experiment_id = experiment_id,
                                             .name = fmt::format("candidate {}", candidate.number),
                                             .user_id = "maru",
                                             .started_ms = context.now_ms,
                                             .tags = {{"mlflow.parentRunId", parent_id},
                                                      {"maru.candidate", std::to_string(candidate.number)}}},
                                            origin));
    tracking::Batch batch;
    const TimeMs now_ms = rooms_.clock->now_ms();
    for (const auto& [name, value] : candidate.params)
      batch.params.push_back({std::string(name), shown(value)});
    for (std::size_t fold = 0; fold < candidate.fold_metrics.size(); ++fold) {
      batch.metrics.push_back({.key = "fold_" + metric,
                               .value = candidate.fold_metrics[fold],
                               .timestamp_ms = now_ms,
                               .step = static_cast<std::int64_t>(fold)});
    }
    batch.metrics.push_back({.key = metric, .value = candidate.metric, .timestamp_ms = now_ms});
    batch.metrics.push_back(
        {.key = "trees", .value = static_cast<double>(candidate.trees), .timestamp_ms = now_ms});
    MARU_TRY(runs.log_batch(run.info.id, std::move(batch), origin));
    const bool failed = candidate.state == training::CandidateState::failed;
    MARU_TRY(runs.set_terminated(
        run.info.id, failed ? tracking::RunStatus::failed : tracking::RunStatus::finished, origin));
    return {};
  }

  Rooms& rooms_;
};

}  // namespace

std::shared_ptr<automation::StepKind> make_automl_step(Rooms& rooms) {
  return std::make_shared<AutomlStep>(rooms);
}

}  // namespace maru::app
