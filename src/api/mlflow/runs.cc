#include "api/mlflow/calls.h"
#include "api/mlflow/encode.h"
#include "api/mlflow/fields.h"
#include "api/mlflow/views.h"

namespace maru::api::mlflow {
namespace {

constexpr std::array<std::string_view, 5> kStatuses = {"RUNNING", "SCHEDULED", "FINISHED", "FAILED",
                                                       "KILLED"};

Result<tracking::DatasetInput> dataset_of(const Fields& fields) {
  tracking::DatasetInput input;
  MARU_ASSIGN(input.tags, fields.pairs("tags"));
  MARU_ASSIGN(auto dataset, fields.object("dataset"));
  MARU_ASSIGN(input.dataset.name, dataset.text_or("name"));
  MARU_ASSIGN(input.dataset.digest, dataset.text_or("digest"));
  MARU_ASSIGN(input.dataset.source_type, dataset.text_or("source_type"));
  MARU_ASSIGN(input.dataset.source, dataset.text_or("source"));
  MARU_ASSIGN(input.dataset.schema, dataset.optional_text("schema"));
  MARU_ASSIGN(input.dataset.profile, dataset.optional_text("profile"));
  return input;
}

}  // namespace

Result<net::Response> create_run(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  tracking::NewRun run;
  MARU_ASSIGN(run.experiment_id, fields.text_or("experiment_id"));
  MARU_ASSIGN(run.name, fields.text_or("run_name"));
  MARU_ASSIGN(run.user_id, fields.text_or("user_id"));
  MARU_ASSIGN(run.started_ms, fields.integer_or("start_time", 0));
  MARU_ASSIGN(run.tags, fields.pairs("tags"));
  MARU_ASSIGN(auto made, api.tracking.runs().create(std::move(run), kOrigin));
  return answer("run", made);
}

Result<net::Response> get_run(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.run_id());
  MARU_ASSIGN(auto run, api.tracking.runs().get(id));
  return answer("run", run);
}

Result<net::Response> update_run(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.run_id());
  tracking::RunChange change;
  if (fields.has("status")) {
    MARU_ASSIGN(auto name, fields.enumerator_or("status", kStatuses, 1, ""));
    MARU_ASSIGN(change.status, tracking::run_status(name));
  }
  MARU_ASSIGN(change.ended_ms, fields.optional_integer("end_time"));
  MARU_ASSIGN(change.name, fields.optional_text("run_name"));
  MARU_ASSIGN(auto info, api.tracking.runs().update(id, change, kOrigin));
  return answer("run_info", info);
}

Result<net::Response> search_runs(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  tracking::RunSearch search;
  MARU_ASSIGN(search.experiment_ids, fields.texts("experiment_ids"));
  MARU_ASSIGN(search.filter, fields.text_or("filter"));
  MARU_ASSIGN(search.order_by, fields.texts("order_by"));
  MARU_ASSIGN(search.view, view_type(fields, "run_view_type"));
  MARU_ASSIGN(search.max_results, fields.integer_or("max_results", search.max_results));
  MARU_ASSIGN(search.page_token, fields.text_or("page_token"));
  MARU_ASSIGN(auto page, api.tracking.runs().search(search));
  return answer_page("runs", page.items, page.next_page_token);
}

Result<net::Response> delete_run(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.text("run_id"));
  MARU_TRY(api.tracking.runs().remove(id));
  return answer_nothing();
}

Result<net::Response> restore_run(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.text("run_id"));
  MARU_TRY(api.tracking.runs().restore(id));
  return answer_nothing();
}

Result<net::Response> log_parameter(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.run_id());
  tracking::Param param;
  MARU_ASSIGN(param.key, fields.text("key"));
  MARU_ASSIGN(param.value, fields.text_or("value"));
  MARU_TRY(api.tracking.runs().log_param(id, param));
  return answer_nothing();
}

Result<net::Response> set_tag(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.run_id());
  tracking::Tag tag;
  MARU_ASSIGN(tag.key, fields.text("key"));
  MARU_ASSIGN(tag.value, fields.text_or("value"));
  MARU_TRY(api.tracking.runs().set_tag(id, tag));
  return answer_nothing();
}

Result<net::Response> delete_tag(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.text("run_id"));
  MARU_ASSIGN(auto key, fields.text("key"));
  MARU_TRY(api.tracking.runs().delete_tag(id, key));
  return answer_nothing();
}

Result<net::Response> log_inputs(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.text("run_id"));
  std::vector<tracking::DatasetInput> datasets;
  MARU_ASSIGN(auto dataset_fields, fields.objects("datasets"));
  for (const auto& one : dataset_fields) {
    MARU_ASSIGN(datasets.emplace_back(), dataset_of(one));
  }
  std::vector<tracking::ModelInput> models;
  MARU_ASSIGN(auto model_fields, fields.objects("models"));
  for (const auto& one : model_fields) {
    MARU_ASSIGN(models.emplace_back().model_id, one.text("model_id"));
  }
  MARU_TRY(api.tracking.runs().log_inputs(id, std::move(datasets), std::move(models)));
  return answer_nothing();
}

Result<net::Response> log_outputs(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.text("run_id"));
  std::vector<tracking::ModelOutput> models;
  MARU_ASSIGN(auto model_fields, fields.objects("models"));
  for (const auto& one : model_fields) {
    auto& model = models.emplace_back();
    MARU_ASSIGN(model.model_id, one.text("model_id"));
    MARU_ASSIGN(model.step, one.integer_or("step", 0));
  }
  MARU_TRY(api.tracking.runs().log_outputs(id, std::move(models)));
  return answer_nothing();
}

Result<net::Response> log_model(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.text("run_id"));
  MARU_ASSIGN(auto text, fields.text("model_json"));
  auto model = parse_json_object(text);
  if (!model) return invalid("Malformed model info. \n {} \n is not a valid JSON.", text);
  MARU_TRY(api.tracking.runs().record_model(id, std::move(*model)));
  return answer_nothing();
}

}  // namespace maru::api::mlflow
