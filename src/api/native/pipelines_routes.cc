#include "api/native/pipelines_routes.h"

#include <algorithm>

#include "api/native/query.h"

namespace maru::api {
namespace {

using automation::PipelineRun;
using automation::Pipelines;
using automation::PipelineSpec;
using net::Request;
using net::Response;

constexpr std::int64_t kRunsShown = 20;
constexpr std::int64_t kListLimit = 1'000;
constexpr std::int64_t kLogPieceBytes = 1 << 20;
constexpr std::int64_t kFarOffset = std::int64_t{1} << 40;
constexpr std::string_view kActor = "user/api";  // until callers have names

JsonObject without_steps(const PipelineRun& run) {
  JsonObject out = automation::to_json_object(run);
  out.erase("steps");
  return out;
}

JsonArray runs_json(const std::vector<PipelineRun>& runs) {
  JsonArray out;
  for (const auto& run : runs) out.push_back(without_steps(run));
  return out;
}

Result<JsonObject> summary(const Pipelines& pipelines, const PipelineSpec& spec) {
  MARU_ASSIGN(const auto last, pipelines.runs(spec.name, 1));
  return JsonObject{{"name", spec.name},
                    {"project", spec.project},
                    {"steps", spec.steps.size()},
                    {"last_run", last.empty() ? Json(nullptr) : Json(without_steps(last[0]))}};
}

Result<Response> list(const Pipelines& pipelines) {
  MARU_ASSIGN(const auto specs, pipelines.list());
  JsonArray out;
  for (const auto& spec : specs) {
    MARU_ASSIGN(JsonObject item, summary(pipelines, spec));
    out.push_back(std::move(item));
  }
  return Response::json(JsonObject{{"pipelines", std::move(out)}});
}

Result<Response> get(const Pipelines& pipelines, const Request& request) {
  MARU_ASSIGN(const PipelineSpec spec, pipelines.get(request.param("name")));
  MARU_ASSIGN(const auto runs, pipelines.runs(spec.name, kRunsShown));
  JsonObject out = automation::to_json_object(spec);
  out["runs"] = runs_json(runs);
  return Response::json(out);
}

Result<Response> list_runs(const Pipelines& pipelines, const Request& request) {
  MARU_ASSIGN(const auto limit, number_in(request, "limit", 1, kListLimit));
  MARU_ASSIGN(const auto before, number_in(request, "before", 1, std::numeric_limits<std::int64_t>::max()));
  const auto name = request.param("name");
  if (!name.empty()) MARU_TRY(pipelines.get(name));
  MARU_ASSIGN(const auto runs,
              pipelines.runs(name, static_cast<std::size_t>(limit.value_or(kRunsShown)), before));
  return Response::json(JsonObject{{"runs", runs_json(runs)}});
}

Result<Response> start(Pipelines& pipelines, const Request& request) {
  automation::StartRequest asked{.pipeline = std::string(request.param("name")),
                                 .params = {},
                                 .actor = std::string(kActor),
                                 .cause = {},
                                 .key = {}};
  if (!request.body.empty()) {
    MARU_ASSIGN(const Json body, request.json());
    const JsonReader reader(body);
    MARU_TRY(reader.only({"params", "key"}));
    if (const auto params = reader.find("params")) {
      MARU_ASSIGN(asked.params, params->object());
    }
    MARU_ASSIGN(asked.key, reader.text_or("key", ""));
  }
  MARU_ASSIGN(const std::int64_t id, pipelines.start(asked));
  MARU_ASSIGN(const PipelineRun run, pipelines.run(id));
  return Response::json(automation::to_json_object(run), 201);
}

Result<Response> get_run(const Pipelines& pipelines, const Request& request) {
  MARU_ASSIGN(const std::int64_t id, id_in(request));
  MARU_ASSIGN(const PipelineRun run, pipelines.run(id));
  return Response::json(automation::to_json_object(run));
}

Result<Response> cancel(Pipelines& pipelines, const Request& request) {
  MARU_ASSIGN(const std::int64_t id, id_in(request));
  MARU_TRY(pipelines.cancel(id, kActor));
  return get_run(pipelines, request);
}

Result<Response> step_log(const Pipelines& pipelines, const Request& request) {
  MARU_ASSIGN(const std::int64_t id, id_in(request));
  MARU_ASSIGN(const auto offset, number_in(request, "offset", 0, kFarOffset));
  MARU_ASSIGN(const auto tail, number_in(request, "tail", 1, kLogPieceBytes));
  MARU_ASSIGN(const auto limit, number_in(request, "limit", 1, kLogPieceBytes));
  const auto step = request.param("step");
  MARU_ASSIGN(const auto file, pipelines.log_file(id, step));
  // The state first: a step that had ended by now has written all of its log by the time we read it.
  MARU_ASSIGN(const PipelineRun run, pipelines.run(id));
  const auto found = std::ranges::find(run.steps, step, &automation::StepRun::name);
  const bool complete = found != run.steps.end() && automation::is_final(found->state);
  auto piece = automation::read_log(file,
                                    offset ? *offset
                                    : tail ? -*tail
                                           : 0,
                                    static_cast<std::size_t>(limit.value_or(kLogPieceBytes)));
  if (!piece && piece.error().code != Code::not_found) return piece.error();
  if (!piece) piece = automation::LogPiece{};  // not begun yet
  return Response::text(std::move(piece->text))
      .with_header("x-next-offset", std::to_string(piece->next_offset))
      .with_header("x-log-complete", complete ? "true" : "false");
}

}  // namespace

void add_pipelines_routes(net::Router& router, Pipelines& pipelines) {
  router.add(net::Method::get, "/api/v1/pipelines", [&](Request&) { return list(pipelines); });
  router.add(net::Method::get, "/api/v1/pipelines/{name}",
             [&](Request& request) { return get(pipelines, request); });
  router.add(net::Method::get, "/api/v1/pipelines/{name}/runs",
             [&](Request& request) { return list_runs(pipelines, request); });
  router.add(net::Method::post, "/api/v1/pipelines/{name}/runs",
             [&](Request& request) { return start(pipelines, request); });
  router.add(net::Method::get, "/api/v1/pipeline-runs",
             [&](Request& request) { return list_runs(pipelines, request); });
  router.add(net::Method::get, "/api/v1/pipeline-runs/{id}",
             [&](Request& request) { return get_run(pipelines, request); });
  router.add(net::Method::post, "/api/v1/pipeline-runs/{id}/cancel",
             [&](Request& request) { return cancel(pipelines, request); });
  router.add(net::Method::get, "/api/v1/pipeline-runs/{id}/steps/{step}/log",
             [&](Request& request) { return step_log(pipelines, request); });
}

}  // namespace maru::api
