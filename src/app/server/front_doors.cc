#include "app/server/front_doors.h"

#include "api/inference/grpc_service.h"
#include "api/inference/routes.h"
#include "api/inference/v2_routes.h"
#include "api/metrics/routes.h"
#include "api/mlflow/routes.h"
#include "api/native/datasets_routes.h"
#include "api/native/endpoints_routes.h"
#include "api/native/events_routes.h"
#include "api/native/features_routes.h"
#include "api/native/monitoring_routes.h"
#include "api/native/pipelines_routes.h"
#include "api/native/rules_routes.h"
#include "app/project/project_store.h"
#include "app/server/locations.h"
#include "app/server/rooms.h"
#include "app/version.h"
#include "base/log.h"
#include "net/static_files.h"

namespace maru::app {
namespace {

constexpr std::string_view kNoUi =
    "Maru answers, but its web UI is not built.\nBuild it with: make web\nThe REST API is below /api/v1, "
    "MLflow's below /api/2.0, inference below /v2.\n";

// Which run made a model version and which data trained it, for "what answered this request?".
Result<JsonObject> origin_of(Rooms& rooms, std::string_view model, std::int64_t version) {
  JsonObject origin;
  MARU_ASSIGN(const auto found, rooms.registry->get_version(model, version));
  origin["run_id"] = found.run_id;
  MARU_ASSIGN(
      const auto trained_on,
      rooms.lineage->ancestors({"model_version", fmt::format("{}/{}", model, version)}, "dataset_version"));
  JsonArray list;
  for (const auto& node : trained_on) {
    MARU_ASSIGN(const auto ref, datasets::DatasetRef::parse(node.id));
    list.push_back(JsonObject{{"dataset", ref.name}, {"version", ref.version}});
  }
  origin["trained_on"] = std::move(list);
  return origin;
}

api::inference::InferenceOptions inference_options() {
  api::inference::InferenceOptions options;
  options.version = kVersion;
  return options;
}

// A path that a client names must be below the folder of a project that was applied: its owner let Maru read
// there.
Result<std::filesystem::path> readable_path(Rooms& rooms, std::string_view path) {
  std::error_code code;
  const auto real = std::filesystem::weakly_canonical(std::filesystem::path(path), code);
  if (code || !std::filesystem::path(path).is_absolute())
    return invalid("path: expected an absolute path, got \"{}\"", path);
  MARU_ASSIGN(const auto projects, ProjectStore(*rooms.database).list());
  for (const auto& project : projects) {
    const auto base = std::filesystem::weakly_canonical(project.root, code);
    const auto relative = real.lexically_relative(base);
    if (!code && !relative.empty() && *relative.begin() != "..") return real;
  }
  return make_error(Code::permission_denied,
                    "path: {} is not below the folder of an applied project; upload the file instead",
                    real.string());
}

}  // namespace

void add_room_routes(net::Router& router, Rooms& rooms, const Config& config) {
  api::add_datasets_routes(router, *rooms.catalog, *rooms.lineage,
                           [&rooms](std::string_view path) { return readable_path(rooms, path); });
  api::add_features_routes(router, *rooms.features, *rooms.catalog, *rooms.workers);
  api::add_endpoints_routes(router, *rooms.endpoints);
  api::add_monitoring_routes(
      router, *rooms.monitors, *rooms.predictions,
      [&rooms](std::string_view model, std::int64_t version) { return origin_of(rooms, model, version); });
  api::add_pipelines_routes(router, *rooms.pipelines);
  api::add_rules_routes(router, *rooms.rules, *rooms.events);
  api::add_events_routes(router, *rooms.events);
  api::mlflow::add_mlflow_routes(router, *rooms.tracking, *rooms.registry);
  api::inference::add_inference_routes(router, *rooms.endpoints, inference_options());
  api::metrics::add_metrics_routes(router, [&rooms]() -> Result<void> {
    if (api::inference::is_ready(*rooms.endpoints)) return {};
    return make_error(Code::unavailable, "some endpoints are still loading their first version");
  });
  if (const auto web = web_folder(config)) {
    router.set_fallback(net::static_files({.root = *web}));
  } else {
    router.add(net::Method::get, "/", [](net::Request&) -> Result<net::Response> {
      return net::Response::text(std::string(kNoUi));
    });
  }
}

Result<std::unique_ptr<net::GrpcHost>> open_grpc(Rooms& rooms, const Config& config) {
  const std::string listen = config.text("server.grpc_listen");
  if (listen == "off") return std::unique_ptr<net::GrpcHost>();
  net::GrpcOptions options;
  options.listen = listen;
  return net::GrpcHost::start(
      options, {api::inference::make_inference_service(*rooms.endpoints, inference_options())});
}

}  // namespace maru::app
