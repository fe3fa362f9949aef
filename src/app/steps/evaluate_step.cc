// {evaluate: {model, versions: REGISTER_STEP, data: DATA_STEP, metric, champion, intervals}}: every new
// version and the champion on the same held-out rows, which none of them was trained on. One
// version.evaluated event a version.

#include "app/server/rooms.h"
#include "app/steps/evaluation.h"
#include "app/steps/step_data.h"
#include "app/steps/step_kinds.h"
#include "base/ids.h"

namespace maru::app {
namespace {

using automation::PipelineSpec;
using automation::StepContext;
using automation::StepSpec;

struct Request {
  std::string model, champion;
  EvaluationSpec spec;
  StepData data;
  std::vector<std::int64_t> versions;
};

class EvaluateStep final : public automation::StepKind {
 public:
  explicit EvaluateStep(Rooms& rooms)
      : rooms_(rooms), runtimes_(serving::all_runtimes({.onnxruntime_library = rooms.onnxruntime_library})) {}
  std::string_view name() const override { return "evaluate"; }

  Result<void> check(const StepSpec& step, const PipelineSpec&) const override {
    const StepArguments held(step);
    MARU_TRY(held.reader.only({"model", "versions", "data", "metric", "champion", "intervals"}));
    for (const char* required : {"model", "versions", "data"}) MARU_TRY(held.reader.text(required));
    return {};
  }

  Result<JsonObject> run(StepContext& context) const override {
    MARU_ASSIGN(Request request, request_of(context));
    const auto& file = request.data.holdout.empty() ? request.data.train : request.data.holdout;
    MARU_ASSIGN(const Table table, read_parquet(*rooms_.lake, file));
    MARU_ASSIGN(const Column* label, table.column(request.data.label));
    std::vector<double> truth(table.rows());
    for (std::size_t row = 0; row < truth.size(); ++row) truth[row] = label->number(row);
    MARU_ASSIGN(request.spec.training_mean, training_mean(request.data));

    std::vector<VersionEvaluation> candidates;
    for (const std::int64_t version : request.versions) {
      MARU_TRY(check_stop(context));
      MARU_ASSIGN(auto evaluation, evaluate(request, version, table, truth));
      tell(context, request, evaluation, "candidate");
      candidates.push_back(std::move(evaluation));
    }
    std::optional<VersionEvaluation> champion;
    if (const auto current = rooms_.registry->get_by_alias(request.model, request.champion)) {
      MARU_ASSIGN(champion, evaluate(request, current->version, table, truth));
      tell(context, request, *champion, "champion");
    }
    MARU_TRY(record(request, candidates));
    return announce(context, request, candidates, champion);
  }

 private:
  Result<Request> request_of(const StepContext& context) const {
    const StepArguments held(context.step);
    const JsonReader& arguments = held.reader;
    Request request;
    MARU_ASSIGN(request.model, arguments.text("model"));
    MARU_ASSIGN(request.champion, arguments.text_or("champion", "champion"));
    MARU_ASSIGN(request.spec.metric, arguments.text_or("metric", "rmse"));
    MARU_ASSIGN(request.spec.intervals, arguments.boolean_or("intervals", true));
    MARU_ASSIGN(request.data, data_argument(context, "data"));
    MARU_ASSIGN(const std::string step, arguments.text("versions"));
    const auto output = context.outputs.find(step);
    if (output == context.outputs.end())
      return arguments.field("versions")->wrong(fmt::format("\"{}\" is not an earlier step", step));
    const Json value(output->second);
    MARU_ASSIGN(const auto list, JsonReader(value, "output of step " + step).field("versions"));
    MARU_ASSIGN(const auto items, list.items());
    for (const auto& item : items) {
      MARU_ASSIGN(const auto version, item.integer("version"));
      request.versions.push_back(version);
    }
    return request;
  }

  Result<double> training_mean(const StepData& data) const {
    MARU_ASSIGN(const Table train, read_parquet(*rooms_.lake, data.train));
    MARU_ASSIGN(const Column* label, train.column(data.label));
    double sum = 0;
    for (std::size_t row = 0; row < train.rows(); ++row) sum += label->number(row);
    return sum / static_cast<double>(train.rows());
  }

  Result<VersionEvaluation> evaluate(const Request& request, std::int64_t version, const Table& table,
                                     std::span<const double> truth) const {
    MARU_ASSIGN(const auto files, rooms_.model_source->files(request.model, version));
    for (const auto& runtime : runtimes_) {
      if (!runtime->can_load(files)) continue;
      MARU_ASSIGN(const auto model, runtime->load(files, {}));
      MARU_ASSIGN(auto evaluation, evaluate_version(*model, table, truth, request.spec)
                                       .at(fmt::format("{} version {}", request.model, version)));
      evaluation.version = version;
      evaluation.run_id = files.run_id;
      return evaluation;
    }
    return make_error(Code::failed_precondition,
                      "{} version {}: no runtime of this server can load its model", request.model, version);
  }

  static void tell(const StepContext& context, const Request& request, const VersionEvaluation& evaluation,
                   std::string_view role) {
    const auto* metric = evaluation.metrics.if_contains(request.spec.metric);
    context.log.line(fmt::format("{} version {}: {} {}, {} checks failed", role, evaluation.version,
                                 request.spec.metric, metric == nullptr ? "–" : to_json(*metric),
                                 evaluation.failed_checks()));
  }

  // The versions' own record of how good they were: what monitors take as the baseline.
  Result<void> record(const Request& request, const std::vector<VersionEvaluation>& candidates) const {
    const TimeMs now_ms = rooms_.clock->now_ms();
    for (const auto& evaluation : candidates) {
      tracking::Batch batch;
      for (const auto& [name, value] : evaluation.metrics) {
        MARU_TRY(rooms_.registry->set_version_tag(
            request.model, evaluation.version,
            {fmt::format("maru.evaluation.{}", std::string_view(name)), to_json(value)}));
        batch.metrics.push_back({.key = fmt::format("holdout_{}", std::string_view(name)),
                                 .value = value.to_number<double>(),
                                 .timestamp_ms = now_ms});
      }
      if (!evaluation.run_id.empty() && !batch.metrics.empty())
        MARU_TRY(rooms_.tracking->runs().log_batch(evaluation.run_id, std::move(batch)));
    }
    return {};
  }

  Result<JsonObject> announce(const StepContext& context, const Request& request,
                              const std::vector<VersionEvaluation>& candidates,
                              const std::optional<VersionEvaluation>& champion) const {
    const std::string evaluation_id = new_id();
    JsonArray all;
    for (const auto& candidate : candidates) all.push_back(candidate.json());
    const Json champion_json = champion ? Json(champion->json()) : Json(nullptr);
    const JsonObject on{{"dataset", request.data.dataset},
                        {"version", request.data.version},
                        {"from", format_time(request.data.holdout_from_ms)},
                        {"to", format_time(request.data.to_ms)},
                        {"rows", request.data.holdout_rows}};
    for (const auto& candidate : candidates) {
      JsonObject payload = candidate.json();
      payload["model"] = request.model;
      payload["evaluation_id"] = evaluation_id;
      payload["on"] = on;
      payload["champion"] = champion_json;
      payload["candidates"] = all;
      MARU_ASSIGN(const auto id, rooms_.events->append(
                                     {.type = "version.evaluated",
                                      .subject = fmt::format("model/{}/{}", request.model, candidate.version),
                                      .project = context.pipeline.project,
                                      .actor = fmt::format("pipeline_run/{}", context.run_id),
                                      .payload = std::move(payload),
                                      .cause = context.cause}));
      (void)id;
    }
    return JsonObject{{"model", request.model},
                      {"evaluation_id", evaluation_id},
                      {"candidates", std::move(all)},
                      {"champion", champion_json},
                      {"on", on}};
  }

  Rooms& rooms_;
  std::vector<std::unique_ptr<serving::Runtime>> runtimes_;
};

}  // namespace

std::shared_ptr<automation::StepKind> make_evaluate_step(Rooms& rooms) {
  return std::make_shared<EvaluateStep>(rooms);
}

}  // namespace maru::app
