#include "api/mlflow/routes.h"

#include "api/mlflow/calls.h"
#include "api/mlflow/encode.h"

namespace maru::api::mlflow {
namespace {

using enum net::Method;

struct Entry {
  net::Method method;
  std::string_view path;
  Call call;
};

// Below /api/2.0/mlflow/ and /ajax-api/2.0/mlflow/.
constexpr Entry kCalls[] = {
    {post, "experiments/create", create_experiment},
    {get, "experiments/get", get_experiment},
    {get, "experiments/get-by-name", get_experiment_by_name},
    {get, "experiments/search", search_experiments},
    {post, "experiments/search", search_experiments},
    {post, "experiments/update", update_experiment},
    {post, "experiments/delete", delete_experiment},
    {post, "experiments/restore", restore_experiment},
    {post, "experiments/set-experiment-tag", set_experiment_tag},
    {post, "experiments/delete-experiment-tag", delete_experiment_tag},
    {post, "experiments/search-datasets", search_datasets},

    {post, "runs/create", create_run},
    {get, "runs/get", get_run},
    {post, "runs/update", update_run},
    {post, "runs/search", search_runs},
    {post, "runs/delete", delete_run},
    {post, "runs/restore", restore_run},
    {post, "runs/log-parameter", log_parameter},
    {post, "runs/set-tag", set_tag},
    {post, "runs/delete-tag", delete_tag},
    {post, "runs/log-inputs", log_inputs},
    {post, "runs/outputs", log_outputs},
    {post, "runs/log-model", log_model},

    {get, "metrics/get-history", get_history},
    {get, "metrics/get-history-bulk", get_history_bulk},
    {get, "metrics/get-history-bulk-interval", get_history_bulk_interval},

    {get, "artifacts/list", list_run_artifacts},
    {post, "upload-artifact", upload_run_artifact},

    {post, "logged-models", create_logged_model},
    {post, "logged-models/search", search_logged_models},
    {get, "logged-models/{model_id}", get_logged_model},
    {patch, "logged-models/{model_id}", finalize_logged_model},
    {del, "logged-models/{model_id}", delete_logged_model},
    {post, "logged-models/{model_id}/params", log_logged_model_params},
    {patch, "logged-models/{model_id}/tags", set_logged_model_tags},
    {del, "logged-models/{model_id}/tags/{key}", delete_logged_model_tag},
    {get, "logged-models/{model_id}/artifacts/directories", list_model_artifacts},
    {get, "logged-models/{model_id}/artifacts/files", get_model_artifact},

    {post, "registered-models/create", create_registered_model},
    {get, "registered-models/get", get_registered_model},
    {get, "registered-models/search", search_registered_models},
    {patch, "registered-models/update", update_registered_model},
    {post, "registered-models/rename", rename_registered_model},
    {del, "registered-models/delete", delete_registered_model},
    {post, "registered-models/set-tag", set_registered_model_tag},
    {del, "registered-models/delete-tag", delete_registered_model_tag},
    {post, "registered-models/alias", set_alias},
    {get, "registered-models/alias", get_by_alias},
    {del, "registered-models/alias", delete_alias},
    {get, "registered-models/get-latest-versions", get_latest_versions},
    {post, "registered-models/get-latest-versions", get_latest_versions},

    {post, "model-versions/create", create_model_version},
    {get, "model-versions/get", get_model_version},
    {get, "model-versions/search", search_model_versions},
    {patch, "model-versions/update", update_model_version},
    {del, "model-versions/delete", delete_model_version},
    {post, "model-versions/set-tag", set_model_version_tag},
    {del, "model-versions/delete-tag", delete_model_version_tag},
    {post, "model-versions/transition-stage", transition_stage},
    {get, "model-versions/get-download-uri", get_download_uri},
};

void add(net::Router& router, const Api& api, net::Method method, std::string_view pattern, Call call,
         net::RouteOptions options = {}) {
  router.add(
      method, pattern, [api, call](net::Request& request) { return call(api, request); }, std::move(options));
}

void add_async(net::Router& router, const Api& api, std::string_view pattern, AsyncCall call) {
  router.add_async(post, pattern,
                   [api, call](const net::RequestPtr& request, net::Responder responder) {
                     call(api, request, std::move(responder));
                   },
                   {.run = net::Run::inline_on_io});
}

void add_proxy(net::Router& router, const Api& api, std::string_view base) {
  const auto root = fmt::format("{}/2.0/mlflow-artifacts/artifacts", base);
  const auto file = root + "/{path...}";
  add(router, api, get, root, list_artifacts);
  add(router, api, get, file, download_artifact);
  add(router, api, put, file, upload_artifact, {.body = net::BodyMode::streamed});
  add(router, api, del, file, delete_artifact);
}

}  // namespace

void add_mlflow_routes(net::Router& router, tracking::Store& tracking, registry::Store& registry) {
  const Api api{tracking, registry};
  for (const std::string_view base : {"/api", "/ajax-api"}) {
    for (const auto& entry : kCalls) {
      add(router, api, entry.method, fmt::format("{}/2.0/mlflow/{}", base, entry.path), entry.call);
    }
    add_async(router, api, fmt::format("{}/2.0/mlflow/runs/log-batch", base), log_batch);
    add_async(router, api, fmt::format("{}/2.0/mlflow/runs/log-metric", base), log_metric);
    add_proxy(router, api, base);
    add(router, api, get, fmt::format("{}/3.0/mlflow/server-info", base), server_info);
    for (const std::string_view version_of_api : {"2.0", "3.0"}) {
      router.set_error_encoder(fmt::format("{}/{}", base, version_of_api), encode_error);
    }
  }
  // The client of 3.x posts here: upstream's route lacks the slash.
  for (const std::string_view base : {"/api", "/ajax-api"}) {
    add(router, api, post, fmt::format("{}/2.0mlflow/experiments/search-datasets", base), search_datasets);
  }
  add(router, api, get, "/get-artifact", get_run_artifact);
  add(router, api, get, "/model-versions/get-artifact", get_version_artifact);
  add(router, api, get, "/version", version);
  for (const std::string_view path : {"/get-artifact", "/model-versions/get-artifact"}) {
    router.set_error_encoder(path, encode_error);
  }
}

}  // namespace maru::api::mlflow
