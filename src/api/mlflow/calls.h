#pragma once
// Every call of the API: decode, one domain call, encode. Only for this folder.

#include "net/router.h"
#include "registry/store.h"
#include "tracking/store.h"

namespace maru::api::mlflow {

struct Api {
  tracking::Store& tracking;
  registry::Store& registry;
};

using Call = Result<net::Response> (*)(const Api&, net::Request&);
using AsyncCall = void (*)(const Api&, const net::RequestPtr&, net::Responder);

// experiments.cc
Result<net::Response> create_experiment(const Api&, net::Request&);
Result<net::Response> get_experiment(const Api&, net::Request&);
Result<net::Response> get_experiment_by_name(const Api&, net::Request&);
Result<net::Response> search_experiments(const Api&, net::Request&);
Result<net::Response> update_experiment(const Api&, net::Request&);
Result<net::Response> delete_experiment(const Api&, net::Request&);
Result<net::Response> restore_experiment(const Api&, net::Request&);
Result<net::Response> set_experiment_tag(const Api&, net::Request&);
Result<net::Response> delete_experiment_tag(const Api&, net::Request&);
Result<net::Response> search_datasets(const Api&, net::Request&);

// runs.cc
Result<net::Response> create_run(const Api&, net::Request&);
Result<net::Response> get_run(const Api&, net::Request&);
Result<net::Response> update_run(const Api&, net::Request&);
Result<net::Response> search_runs(const Api&, net::Request&);
Result<net::Response> delete_run(const Api&, net::Request&);
Result<net::Response> restore_run(const Api&, net::Request&);
Result<net::Response> log_parameter(const Api&, net::Request&);
Result<net::Response> set_tag(const Api&, net::Request&);
Result<net::Response> delete_tag(const Api&, net::Request&);
Result<net::Response> log_inputs(const Api&, net::Request&);
Result<net::Response> log_outputs(const Api&, net::Request&);
Result<net::Response> log_model(const Api&, net::Request&);

// log_batch.cc
void log_batch(const Api&, const net::RequestPtr&, net::Responder);
void log_metric(const Api&, const net::RequestPtr&, net::Responder);

// metrics.cc
Result<net::Response> get_history(const Api&, net::Request&);
Result<net::Response> get_history_bulk(const Api&, net::Request&);
Result<net::Response> get_history_bulk_interval(const Api&, net::Request&);

// artifacts.cc
Result<net::Response> list_artifacts(const Api&, net::Request&);
Result<net::Response> download_artifact(const Api&, net::Request&);
Result<net::Response> upload_artifact(const Api&, net::Request&);
Result<net::Response> delete_artifact(const Api&, net::Request&);
Result<net::Response> list_run_artifacts(const Api&, net::Request&);
Result<net::Response> get_run_artifact(const Api&, net::Request&);
Result<net::Response> upload_run_artifact(const Api&, net::Request&);
Result<net::Response> list_model_artifacts(const Api&, net::Request&);
Result<net::Response> get_model_artifact(const Api&, net::Request&);
Result<net::Response> get_version_artifact(const Api&, net::Request&);

// logged_models.cc
Result<net::Response> create_logged_model(const Api&, net::Request&);
Result<net::Response> get_logged_model(const Api&, net::Request&);
Result<net::Response> finalize_logged_model(const Api&, net::Request&);
Result<net::Response> delete_logged_model(const Api&, net::Request&);
Result<net::Response> search_logged_models(const Api&, net::Request&);
Result<net::Response> log_logged_model_params(const Api&, net::Request&);
Result<net::Response> set_logged_model_tags(const Api&, net::Request&);
Result<net::Response> delete_logged_model_tag(const Api&, net::Request&);

// registered_models.cc
Result<net::Response> create_registered_model(const Api&, net::Request&);
Result<net::Response> get_registered_model(const Api&, net::Request&);
Result<net::Response> search_registered_models(const Api&, net::Request&);
Result<net::Response> update_registered_model(const Api&, net::Request&);
Result<net::Response> rename_registered_model(const Api&, net::Request&);
Result<net::Response> delete_registered_model(const Api&, net::Request&);
Result<net::Response> set_registered_model_tag(const Api&, net::Request&);
Result<net::Response> delete_registered_model_tag(const Api&, net::Request&);
Result<net::Response> set_alias(const Api&, net::Request&);
Result<net::Response> get_by_alias(const Api&, net::Request&);
Result<net::Response> delete_alias(const Api&, net::Request&);
Result<net::Response> get_latest_versions(const Api&, net::Request&);

// model_versions.cc
Result<net::Response> create_model_version(const Api&, net::Request&);
Result<net::Response> get_model_version(const Api&, net::Request&);
Result<net::Response> search_model_versions(const Api&, net::Request&);
Result<net::Response> update_model_version(const Api&, net::Request&);
Result<net::Response> delete_model_version(const Api&, net::Request&);
Result<net::Response> set_model_version_tag(const Api&, net::Request&);
Result<net::Response> delete_model_version_tag(const Api&, net::Request&);
Result<net::Response> transition_stage(const Api&, net::Request&);
Result<net::Response> get_download_uri(const Api&, net::Request&);

// server_info.cc
Result<net::Response> version(const Api&, net::Request&);
Result<net::Response> server_info(const Api&, net::Request&);

}  // namespace maru::api::mlflow
