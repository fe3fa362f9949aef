#pragma once
// What the tracking room keeps, as plain values. Names and meanings are MLflow's, so that its clients see
// their own world; ids are text everywhere because MLflow's are.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace maru::tracking {

// Who asked for a change, and the event that led to it: recorded on every event that the change appends.
struct Origin {
  std::string actor;                  // "mlflow", "user:ann", "rule:champion"
  std::string project;                // "" when none
  std::optional<std::int64_t> cause;  // id of the event this follows from
};

enum class Lifecycle : std::uint8_t { active, deleted };
std::string_view name_of(Lifecycle stage);  // "active", "deleted"

enum class RunStatus : std::uint8_t { running, scheduled, finished, failed, killed };
std::string_view name_of(RunStatus status);  // "RUNNING", …
Result<RunStatus> run_status(std::string_view name);
bool is_terminal(RunStatus status);

enum class ViewType : std::uint8_t { active_only, deleted_only, all };

struct KeyValue {
  std::string key;
  std::string value;
  bool operator==(const KeyValue&) const = default;
};
using Tag = KeyValue;
using Param = KeyValue;

struct Metric {
  std::string key;
  double value = 0;  // may be NaN or infinite
  TimeMs timestamp_ms = 0;
  std::int64_t step = 0;
  // Set when the value was measured for a logged model or on a data set; run_id only when read back from a
  // logged model.
  std::string model_id;
  std::string run_id;
  std::string dataset_name;
  std::string dataset_digest;
};

struct Experiment {
  std::string id;  // decimal digits
  std::string name;
  std::string artifact_location;
  Lifecycle lifecycle = Lifecycle::active;
  TimeMs created_ms = 0;
  TimeMs updated_ms = 0;
  std::vector<Tag> tags;
};

struct RunInfo {
  std::string id;
  std::string experiment_id;
  std::string name;
  std::string user_id;
  RunStatus status = RunStatus::running;
  Lifecycle lifecycle = Lifecycle::active;
  TimeMs started_ms = 0;
  std::optional<TimeMs> ended_ms;
  std::string artifact_uri;
};

struct Dataset {
  std::string name;
  std::string digest;
  std::string source_type;
  std::string source;
  std::optional<std::string> schema;
  std::optional<std::string> profile;
};
struct DatasetInput {
  Dataset dataset;
  std::vector<Tag> tags;  // "mlflow.data.context" says training, validation, …
};
struct ModelInput {
  std::string model_id;
};
struct ModelOutput {
  std::string model_id;
  std::int64_t step = 0;
};

struct Run {
  RunInfo info;
  std::vector<Metric> metrics;  // the latest of each key
  std::vector<Param> params;
  std::vector<Tag> tags;
  std::vector<DatasetInput> datasets;
  std::vector<ModelInput> model_inputs;
  std::vector<ModelOutput> model_outputs;
};

enum class ModelStatus : std::uint8_t { unspecified, pending, ready, upload_failed };
std::string_view name_of(ModelStatus status);  // "LOGGED_MODEL_PENDING", …
Result<ModelStatus> model_status(std::string_view name);

struct LoggedModel {
  std::string id;  // "m-" and 32 hex digits
  std::string experiment_id;
  std::string name;
  std::string type;
  std::string source_run_id;
  std::string artifact_uri;
  std::string status_message;
  ModelStatus status = ModelStatus::pending;
  Lifecycle lifecycle = Lifecycle::active;
  TimeMs created_ms = 0;
  TimeMs updated_ms = 0;
  std::vector<Tag> tags;
  std::vector<Param> params;
  std::vector<Metric> metrics;  // every one, with the run that logged it
};

// One page of a listing; `next_page_token` is empty on the last.
template <class T>
struct Page {
  std::vector<T> items;
  std::string next_page_token;
};

}  // namespace maru::tracking
