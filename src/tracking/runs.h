#pragma once
// Runs and what is logged to them. Thread-safe; every call but log_batch_async blocks on the store.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "tracking/types.h"

namespace maru::tracking {

struct Context;

struct NewRun {
  std::string experiment_id;
  std::string name;  // "" = tag mlflow.runName, or a made-up one such as "calm-heron-412"
  std::string user_id;
  TimeMs started_ms = 0;  // 0 = now
  std::vector<Tag> tags;
};

struct RunChange {
  std::optional<RunStatus> status;
  std::optional<TimeMs> ended_ms;
  std::optional<std::string> name;
};

// All of it is stored, or none.
struct Batch {
  std::vector<Metric> metrics;
  std::vector<Param> params;
  std::vector<Tag> tags;
};

struct RunSearch {
  std::vector<std::string> experiment_ids;
  std::string filter;
  std::vector<std::string> order_by;
  ViewType view = ViewType::active_only;
  std::int64_t max_results = 1000;
  std::string page_token;
};

class Runs {
 public:
  explicit Runs(Context& context) : context_(context) {}

  // not_found: no such experiment; failed_precondition: it is deleted. Appends run.started.
  Result<Run> create(NewRun run, const Origin& origin = {});
  Result<Run> get(std::string_view run_id) const;
  // Reaching a terminal status appends run.finished or run.failed.
  Result<RunInfo> update(std::string_view run_id, const RunChange& change, const Origin& origin = {});
  Result<RunInfo> set_terminated(std::string_view run_id, RunStatus status, const Origin& origin = {});
  Result<void> remove(std::string_view run_id);
  Result<void> restore(std::string_view run_id);

  // invalid_argument names the first bad item as MLflow does; a param may not change its value once set.
  // Durable when it returns; many callers share one commit. Appends metrics.logged at most once a second for
  // a run.
  Result<void> log_batch(std::string_view run_id, Batch batch, const Origin& origin = {});
  // The same without a thread waiting: `done` runs on the store's writer thread and must be quick.
  void log_batch_async(std::string run_id, Batch batch, std::move_only_function<void(Result<void>)> done);
  Result<void> log_param(std::string_view run_id, const Param& param);
  Result<void> set_tag(std::string_view run_id, const Tag& tag);
  // not_found when the run has no such tag.
  Result<void> delete_tag(std::string_view run_id, std::string_view key);
  Result<void> log_inputs(std::string_view run_id, std::vector<DatasetInput> datasets,
                          std::vector<ModelInput> models);
  Result<void> log_outputs(std::string_view run_id, std::vector<ModelOutput> models);
  // MLflow 2's way to say that a model was logged: its description joins the list in tag
  // mlflow.log-model.history.
  Result<void> record_model(std::string_view run_id, JsonObject model);

  Result<Page<Run>> search(const RunSearch& search) const;

  struct HistoryQuery {
    std::string run_id;
    std::string key;
    std::int64_t max_results = 0;  // 0 = all
    std::string page_token;
  };
  // In order of (timestamp, step, value), as MLflow answers.
  Result<Page<Metric>> history(const HistoryQuery& query) const;
  // (run id, metric) over several runs in order of (run, timestamp, step, value).
  Result<std::vector<std::pair<std::string, Metric>>> history_bulk(std::span<const std::string> run_ids,
                                                                   std::string_view key,
                                                                   std::int64_t max_results) const;
  // A sample of steps between start and end that keeps each run's first and last: at most `max_results` steps
  // a run.
  struct IntervalQuery {
    std::vector<std::string> run_ids;
    std::string key;
    std::optional<std::int64_t> start_step;
    std::optional<std::int64_t> end_step;
    std::int64_t max_results = 2500;
  };
  Result<std::vector<std::pair<std::string, Metric>>> history_interval(const IntervalQuery& query) const;

  // The data sets used by runs of these experiments, for the UI's filter: name, digest, context.
  struct DatasetSummary {
    std::string experiment_id, name, digest, context;
  };
  Result<std::vector<DatasetSummary>> datasets_of(std::span<const std::string> experiment_ids) const;

 private:
  Context& context_;
};

}  // namespace maru::tracking
