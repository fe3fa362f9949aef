#include "api/mlflow/encode.h"

namespace maru::api::mlflow {

std::string& ObjectWriter::begin(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  out_ += '"';
  out_ += name;  // ours: needs no escapes
  out_ += "\":";
  return out_;
}

void ObjectWriter::text(std::string_view name, std::string_view value) {
  append_json_string(begin(name), value);
}
void ObjectWriter::integer(std::string_view name, std::int64_t value) {
  fmt::format_to(std::back_inserter(begin(name)), "{}", value);
}
void ObjectWriter::number(std::string_view name, double value) { append_json_number(begin(name), value); }
void ObjectWriter::boolean(std::string_view name, bool value) { begin(name) += value ? "true" : "false"; }

void append(std::string& out, const tracking::KeyValue& pair) {
  ObjectWriter object(out);
  object.text("key", pair.key);
  object.text("value", pair.value);
}

void append(std::string& out, const tracking::Experiment& experiment) {
  ObjectWriter object(out);
  object.text("experiment_id", experiment.id);
  object.text("name", experiment.name);
  object.text("artifact_location", experiment.artifact_location);
  object.text("lifecycle_stage", name_of(experiment.lifecycle));
  object.integer("last_update_time", experiment.updated_ms);
  object.integer("creation_time", experiment.created_ms);
  object.list("tags", experiment.tags, Appender());
}

void append(std::string& out, const tracking::RunInfo& info) {
  ObjectWriter object(out);
  object.text("run_uuid", info.id);
  object.text("experiment_id", info.experiment_id);
  object.text("run_name", info.name);
  object.text("user_id", info.user_id);
  object.text("status", name_of(info.status));
  object.integer("start_time", info.started_ms);
  if (info.ended_ms) object.integer("end_time", *info.ended_ms);
  object.text("artifact_uri", info.artifact_uri);
  object.text("lifecycle_stage", name_of(info.lifecycle));
  object.text("run_id", info.id);
}

void append(std::string& out, const tracking::Metric& metric) {
  ObjectWriter object(out);
  object.text("key", metric.key);
  object.number("value", metric.value);
  object.integer("timestamp", metric.timestamp_ms);
  object.integer("step", metric.step);
  object.text_if_any("dataset_name", metric.dataset_name);
  object.text_if_any("dataset_digest", metric.dataset_digest);
  object.text_if_any("model_id", metric.model_id);
  object.text_if_any("run_id", metric.run_id);
}

namespace {

void append_dataset(std::string& out, const tracking::DatasetInput& input) {
  ObjectWriter object(out);
  object.list("tags", input.tags, Appender());
  ObjectWriter dataset(object.begin("dataset"));
  dataset.text("name", input.dataset.name);
  dataset.text("digest", input.dataset.digest);
  dataset.text("source_type", input.dataset.source_type);
  dataset.text("source", input.dataset.source);
  dataset.text_if_any("schema", input.dataset.schema.value_or(""));
  dataset.text_if_any("profile", input.dataset.profile.value_or(""));
}

void append_model_input(std::string& out, const tracking::ModelInput& input) {
  ObjectWriter(out).text("model_id", input.model_id);
}

void append_model_output(std::string& out, const tracking::ModelOutput& output) {
  ObjectWriter object(out);
  object.text("model_id", output.model_id);
  object.integer("step", output.step);
}

}  // namespace

void append(std::string& out, const tracking::Run& run) {
  ObjectWriter object(out);
  append(object.begin("info"), run.info);
  {
    ObjectWriter data(object.begin("data"));
    data.list("metrics", run.metrics, Appender());
    data.list("params", run.params, Appender());
    data.list("tags", run.tags, Appender());
  }
  {
    ObjectWriter inputs(object.begin("inputs"));
    inputs.list("dataset_inputs", run.datasets, append_dataset);
    inputs.list("model_inputs", run.model_inputs, append_model_input);
  }
  ObjectWriter outputs(object.begin("outputs"));
  outputs.list("model_outputs", run.model_outputs, append_model_output);
}

void append(std::string& out, const tracking::LoggedModel& model) {
  ObjectWriter object(out);
  {
    ObjectWriter info(object.begin("info"));
    info.text("model_id", model.id);
    info.text("experiment_id", model.experiment_id);
    info.text("name", model.name);
    info.integer("creation_timestamp_ms", model.created_ms);
    info.integer("last_updated_timestamp_ms", model.updated_ms);
    info.text("artifact_uri", model.artifact_uri);
    info.text("status", name_of(model.status));
    info.text("model_type", model.type);
    info.text("source_run_id", model.source_run_id);
    info.text_if_any("status_message", model.status_message);
    info.list("tags", model.tags, Appender());
  }
  ObjectWriter data(object.begin("data"));
  data.list("params", model.params, Appender());
  data.list("metrics", model.metrics, Appender());
}

void append(std::string& out, const tracking::ArtifactEntry& entry) {
  ObjectWriter object(out);
  object.text("path", entry.path);
  object.boolean("is_dir", entry.is_folder);
  if (!entry.is_folder) object.integer("file_size", static_cast<std::int64_t>(entry.size_bytes));
}

namespace {

void append_tag(std::string& out, const registry::Tag& tag) {
  ObjectWriter object(out);
  object.text("key", tag.key);
  object.text("value", tag.value);
}

void append_alias(std::string& out, const registry::Alias& alias) {
  ObjectWriter object(out);
  object.text("alias", alias.alias);
  object.text("version", std::to_string(alias.version));
}

}  // namespace

void append(std::string& out, const registry::ModelVersion& version) {
  ObjectWriter object(out);
  object.text("name", version.model);
  object.text("version", std::to_string(version.version));
  object.integer("creation_timestamp", version.created_ms);
  object.integer("last_updated_timestamp", version.updated_ms);
  object.text_if_any("user_id", version.user_id);
  object.text("current_stage", version.stage);
  object.text("description", version.description);
  object.text("source", version.source);
  object.text("run_id", version.run_id);
  object.text("status", name_of(version.status));
  object.text_if_any("status_message", version.status_message);
  object.list("tags", version.tags, append_tag);
  object.text("run_link", version.run_link);
  object.list("aliases", version.aliases,
              [](std::string& to, const std::string& alias) { append_json_string(to, alias); });
  object.text_if_any("model_id", version.model_id);
}

void append(std::string& out, const registry::RegisteredModel& model) {
  ObjectWriter object(out);
  object.text("name", model.name);
  object.integer("creation_timestamp", model.created_ms);
  object.integer("last_updated_timestamp", model.updated_ms);
  object.text_if_any("description", model.description);
  object.list("latest_versions", model.latest_versions, Appender());
  object.list("tags", model.tags, append_tag);
  object.list("aliases", model.aliases, append_alias);
}

net::Response encode_error(const Error& error, const net::Request&) {
  std::string out;
  {
    ObjectWriter object(out);
    object.text("error_code", mapping_of(error.code).mlflow_error);
    object.text("message", error.message);
  }
  return net::Response::json(std::move(out), mapping_of(error.code).http_status);
}

}  // namespace maru::api::mlflow
