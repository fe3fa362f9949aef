#include "api/mlflow/calls.h"
#include "api/mlflow/encode.h"
#include "api/mlflow/fields.h"
#include "api/mlflow/views.h"

namespace maru::api::mlflow {
namespace {

constexpr std::size_t kExperimentsPerDatasetSearch = 20;

}  // namespace

Result<net::Response> create_experiment(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  tracking::NewExperiment experiment;
  MARU_ASSIGN(experiment.name, fields.text("name"));
  MARU_ASSIGN(experiment.artifact_location, fields.text_or("artifact_location"));
  MARU_ASSIGN(experiment.tags, fields.pairs("tags"));
  MARU_ASSIGN(auto id, api.tracking.experiments().create(std::move(experiment), kOrigin));
  std::string out;
  ObjectWriter(out).text("experiment_id", id);
  return net::Response::json(std::move(out));
}

Result<net::Response> get_experiment(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.text("experiment_id"));
  MARU_ASSIGN(auto experiment, api.tracking.experiments().get(id));
  return answer("experiment", experiment);
}

Result<net::Response> get_experiment_by_name(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto name, fields.text("experiment_name"));
  MARU_ASSIGN(auto experiment, api.tracking.experiments().get_by_name(name));
  return answer("experiment", experiment);
}

Result<net::Response> search_experiments(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  tracking::ExperimentSearch search;
  MARU_ASSIGN(search.filter, fields.text_or("filter"));
  MARU_ASSIGN(search.order_by, fields.texts("order_by"));
  MARU_ASSIGN(search.view, view_type(fields, "view_type"));
  MARU_ASSIGN(search.max_results, fields.integer_or("max_results", search.max_results));
  MARU_ASSIGN(search.page_token, fields.text_or("page_token"));
  MARU_ASSIGN(auto page, api.tracking.experiments().search(search));
  return answer_page("experiments", page.items, page.next_page_token);
}

Result<net::Response> update_experiment(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.text("experiment_id"));
  MARU_ASSIGN(auto name, fields.text("new_name"));
  MARU_TRY(api.tracking.experiments().rename(id, name));
  return answer_nothing();
}

Result<net::Response> delete_experiment(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.text("experiment_id"));
  MARU_TRY(api.tracking.experiments().remove(id));
  return answer_nothing();
}

Result<net::Response> restore_experiment(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.text("experiment_id"));
  MARU_TRY(api.tracking.experiments().restore(id));
  return answer_nothing();
}

Result<net::Response> set_experiment_tag(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.text("experiment_id"));
  tracking::Tag tag;
  MARU_ASSIGN(tag.key, fields.text("key"));
  MARU_ASSIGN(tag.value, fields.text_or("value"));
  MARU_TRY(api.tracking.experiments().set_tag(id, tag));
  return answer_nothing();
}

Result<net::Response> delete_experiment_tag(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto id, fields.text("experiment_id"));
  MARU_ASSIGN(auto key, fields.text("key"));
  MARU_TRY(api.tracking.experiments().delete_tag(id, key));
  return answer_nothing();
}

Result<net::Response> search_datasets(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto ids, fields.texts("experiment_ids"));
  if (ids.empty()) return invalid("SearchDatasets request must specify at least one experiment_id.");
  if (ids.size() > kExperimentsPerDatasetSearch) {
    return invalid(
        "SearchDatasets request cannot specify more than {} experiment_ids. Received {} experiment_ids.",
        kExperimentsPerDatasetSearch, ids.size());
  }
  MARU_ASSIGN(auto found, api.tracking.runs().datasets_of(ids));
  std::string out;
  {
    ObjectWriter object(out);
    object.list("dataset_summaries", found,
                [](std::string& to, const tracking::Runs::DatasetSummary& summary) {
                  ObjectWriter one(to);
                  one.text("experiment_id", summary.experiment_id);
                  one.text("name", summary.name);
                  one.text("digest", summary.digest);
                  one.text_if_any("context", summary.context);
                });
  }
  return net::Response::json(std::move(out));
}

}  // namespace maru::api::mlflow
