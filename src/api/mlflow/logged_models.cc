#include "api/mlflow/calls.h"
#include "api/mlflow/encode.h"
#include "api/mlflow/fields.h"
#include "api/mlflow/views.h"

namespace maru::api::mlflow {
namespace {

constexpr std::array<std::string_view, 4> kStatuses = {"LOGGED_MODEL_STATUS_UNSPECIFIED",
                                                       "LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY",
                                                       "LOGGED_MODEL_UPLOAD_FAILED"};

}  // namespace

Result<net::Response> create_logged_model(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  tracking::NewLoggedModel model;
  MARU_ASSIGN(model.experiment_id, fields.text("experiment_id"));
  MARU_ASSIGN(model.name, fields.text_or("name"));
  MARU_ASSIGN(model.type, fields.text_or("model_type"));
  MARU_ASSIGN(model.source_run_id, fields.text_or("source_run_id"));
  MARU_ASSIGN(model.params, fields.pairs("params"));
  MARU_ASSIGN(model.tags, fields.pairs("tags"));
  MARU_ASSIGN(auto made, api.tracking.models().create(std::move(model), kOrigin));
  return answer("model", made);
}

Result<net::Response> get_logged_model(const Api& api, net::Request& request) {
  using Deleted = tracking::LoggedModels::Deleted;
  const bool allow = request.query("allow_deleted").value_or("") == "true";
  MARU_ASSIGN(auto model,
              api.tracking.models().get(request.param("model_id"), allow ? Deleted::allow : Deleted::refuse));
  return answer("model", model);
}

Result<net::Response> finalize_logged_model(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  if (!fields.has("status")) return missing_field("status");
  MARU_ASSIGN(auto name, fields.enumerator_or("status", kStatuses, 0, ""));
  MARU_ASSIGN(auto status, tracking::model_status(name));
  MARU_ASSIGN(auto model, api.tracking.models().finalize(request.param("model_id"), status));
  return answer("model", model);
}

Result<net::Response> delete_logged_model(const Api& api, net::Request& request) {
  MARU_TRY(api.tracking.models().remove(request.param("model_id")));
  return answer_nothing();
}

Result<net::Response> search_logged_models(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  tracking::LoggedModelSearch search;
  MARU_ASSIGN(search.experiment_ids, fields.texts("experiment_ids"));
  if (search.experiment_ids.empty()) return missing_field("experiment_ids");
  MARU_ASSIGN(search.filter, fields.text_or("filter"));
  MARU_ASSIGN(search.max_results, fields.integer_or("max_results", search.max_results));
  MARU_ASSIGN(search.page_token, fields.text_or("page_token"));
  MARU_ASSIGN(auto datasets, fields.objects("datasets"));
  for (const auto& dataset : datasets) {
    auto& [name, digest] = search.datasets.emplace_back();
    MARU_ASSIGN(name, dataset.text_or("dataset_name"));
    MARU_ASSIGN(digest, dataset.text_or("dataset_digest"));
  }
  MARU_ASSIGN(auto terms, fields.objects("order_by"));
  for (const auto& term : terms) {
    auto& order = search.order_by.emplace_back();
    MARU_ASSIGN(order.field, term.text("field_name"));
    MARU_ASSIGN(order.ascending, term.boolean_or("ascending", true));
    MARU_ASSIGN(order.dataset_name, term.text_or("dataset_name"));
    MARU_ASSIGN(order.dataset_digest, term.text_or("dataset_digest"));
  }
  MARU_ASSIGN(auto page, api.tracking.models().search(search));
  return answer_page("models", page.items, page.next_page_token);
}

Result<net::Response> log_logged_model_params(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto params, fields.pairs("params"));
  MARU_TRY(api.tracking.models().log_params(request.param("model_id"), params));
  return answer_nothing();
}

Result<net::Response> set_logged_model_tags(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto tags, fields.pairs("tags"));
  MARU_TRY(api.tracking.models().set_tags(request.param("model_id"), tags));
  return answer_nothing();
}

Result<net::Response> delete_logged_model_tag(const Api& api, net::Request& request) {
  MARU_TRY(api.tracking.models().delete_tag(request.param("model_id"), request.param("key")));
  return answer_nothing();
}

}  // namespace maru::api::mlflow
