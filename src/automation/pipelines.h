#pragma once
// The pipeline engine: runs a pipeline's steps, in parallel where independent, remembers every transition in
// the database with its event, and goes on after a restart.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "automation/pipeline.h"
#include "automation/step_kind.h"
#include "automation/step_log.h"
#include "events/log.h"
#include "store/database.h"
#include "store/statement_list.h"

namespace maru::automation {

struct PipelinesOptions {
  std::filesystem::path folder;   // step folders and logs: FOLDER/<run>/<step>/, FOLDER/<run>/<step>.log
  std::size_t step_threads = 4;   // steps running at once
  std::size_t queue_limit = 100;  // runs of one pipeline waiting for their turn
  std::size_t keep_runs = 200;    // of a pipeline, folders of older ones are removed
  StepLogLimits log;
};

struct StepRun {
  std::string name, kind;
  std::vector<std::string> after;
  StepState state = StepState::waiting;
  std::int64_t attempt = 0;  // 0 before the first
  bool cached = false;
  double progress = 0;  // 0 … 1
  std::string progress_text{};
  std::optional<TimeMs> started_ms{}, finished_ms{};
  JsonObject output{};
  std::string error{};  // of the last failed attempt
};

struct PipelineRun {
  std::int64_t id = 0;
  std::string pipeline, project;
  RunState state = RunState::queued;
  std::string reason;  // why it failed or was cancelled
  JsonObject params;
  std::string actor;                  // "rule/retrain", "user/…"
  std::optional<std::int64_t> cause;  // the event that asked for it
  std::int64_t started_event = 0;     // its own pipeline.started
  TimeMs created_ms = 0;
  std::optional<TimeMs> started_ms, finished_ms;
  std::vector<StepRun> steps;  // empty in lists
};
JsonObject to_json_object(const StepRun& step);
JsonObject to_json_object(const PipelineRun& run);  // the API's shape

struct StartRequest {
  std::string pipeline;
  JsonObject params;
  std::string actor = "server";
  std::optional<std::int64_t> cause;
  std::string key;  // two requests with the same non-empty key are one run
};

// Thread-safe. One run of a pipeline at a time; further ones are queued in order. The database, log and clock
// outlive it.
class Pipelines {
 public:
  // Loads the pipelines; the runs that an earlier server left are gone on with by resume().
  static Result<std::unique_ptr<Pipelines>> open(store::Database& database, events::Log& log,
                                                 const Clock& clock,
                                                 std::vector<std::shared_ptr<StepKind>> kinds,
                                                 PipelinesOptions options);
  // Stops as stop() does.
  ~Pipelines();

  // Adds or replaces; runs under way keep the definition they began with. invalid_argument: check_graph(), an
  // unknown kind, what the kind's check() says.
  Result<void> define(const PipelineSpec& spec);
  Result<void> remove(std::string_view name);             // not_found; its runs stay
  Result<PipelineSpec> get(std::string_view name) const;  // not_found, with the nearest name
  Result<std::vector<PipelineSpec>> list() const;
  StepKinds kinds() const;  // for read_pipeline()

  // The run's id; it is durable when this returns. not_found; resource_exhausted: queue_limit.
  Result<std::int64_t> start(const StartRequest& request);
  // Asks the running steps to end and skips the rest; returns before they have. failed_precondition: already
  // final.
  Result<void> cancel(std::int64_t run_id, std::string_view actor);
  Result<PipelineRun> run(std::int64_t run_id) const;  // not_found
  // Newest first, without steps; "" = of every pipeline.
  Result<std::vector<PipelineRun>> runs(std::string_view pipeline, std::size_t limit,
                                        std::optional<std::int64_t> before = {}) const;
  // Returns when the run is final or `timeout_ms` of real time passed: its state then.
  Result<PipelineRun> wait(std::int64_t run_id, DurationMs timeout_ms) const;
  // not_found when there is no such run or step; the file may not exist yet.
  Result<std::filesystem::path> log_file(std::int64_t run_id, std::string_view step) const;

  // Goes on with what an earlier server left, once every kind works: finished steps keep their output, a step
  // that was cut short runs again if its kind is repeatable, otherwise the run fails and says why.
  Result<void> resume();
  // Asks running steps to end (StopReason::shutdown) and joins; their runs go on at the next start.
  void stop();

 private:
  class Impl;
  explicit Pipelines(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

std::span<const store::NamedStatement> pipeline_statements();

}  // namespace maru::automation
