#pragma once
// The moving part of Pipelines: which runs are under way, and the threads that take them on. All decisions
// are next_steps(), should_retry() and backoff_before() (pipeline.h); here they are carried out.
//
// A transition is written to the database first, with its event, and only then seen in memory; no lock is
// held meanwhile.

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "automation/pipelines.h"

namespace maru::automation {

// A queued or running run. `run`, `begun` and `finishing` are guarded by the engine's mutex, the rest is
// constant or atomic.
struct ActiveRun {
  PipelineRun run;
  const PipelineSpec spec;
  std::atomic<bool> cancelled{false};
  bool begun = false;      // its beginning is recorded: steps may start
  bool finishing = false;  // somebody is writing its end

  ActiveRun(PipelineRun first, PipelineSpec definition)
      : run(std::move(first)), spec(std::move(definition)), begun(run.state == RunState::running) {}
};
using ActiveRunPtr = std::shared_ptr<ActiveRun>;

class Engine {
 public:
  Engine(store::Database& database, events::Log& log, const Clock& clock,
         std::vector<std::shared_ptr<StepKind>> kinds, PipelinesOptions options);
  ~Engine();

  void add(ActiveRunPtr run);  // in the database already, as queued or running
  // Null when it is not under way.
  ActiveRunPtr find(std::int64_t run_id) const;
  std::optional<PipelineRun> snapshot(std::int64_t run_id) const;
  std::size_t waiting(std::string_view pipeline) const;
  void cancel(const ActiveRunPtr& run, const std::string& reason);
  // False after `timeout_ms` when it is under way still.
  bool wait_until_gone(std::int64_t run_id, DurationMs timeout_ms) const;
  void stop();

  const StepKind* kind(std::string_view name) const;
  const std::vector<std::shared_ptr<StepKind>>& kinds() const { return kinds_; }
  std::filesystem::path log_file(std::int64_t run_id, std::string_view step) const;

 private:
  enum class What { begin, step, finish };
  struct Task {
    What what;
    ActiveRunPtr run;
    std::size_t step = 0;
    std::int64_t not_before_ns = 0;  // on clock_.steady_ns(): a retry's backoff
  };

  void work();
  std::optional<Task> take();
  void begin_next(std::string_view pipeline);  // mutex held
  void schedule(const ActiveRunPtr& run);      // mutex held
  void push(Task task);                        // mutex held
  void begin(const ActiveRunPtr& run);
  void run_step(const ActiveRunPtr& run, std::size_t position);
  void finish(const ActiveRunPtr& run);
  void remove_old_folders(const std::string& pipeline);

  // attempt.cc
  struct Outcome {
    StepRun step;
    std::string fingerprint;
    std::optional<DurationMs> retry_in_ms;
    bool cut_short = false;  // by the server's end: nothing is recorded, the next server goes on
  };
  StepContext context_of(ActiveRun& run, std::size_t position, const StepRun& step, StepLog& log) const;
  Outcome attempt(ActiveRun& run, std::size_t position, StepRun step);
  Result<JsonObject> execute(ActiveRun& run, std::size_t position, StepRun& step, std::string& fingerprint);
  void set_progress(ActiveRun& run, std::size_t position, double fraction, std::string_view text);
  StopReason stop_reason(const ActiveRun& run, std::int64_t deadline_ns) const;
  Result<void> record(ActiveRun& run, std::size_t position, const StepRun& step,
                      const std::string& fingerprint);

  store::Database& database_;
  events::Log& log_;
  const Clock& clock_;
  const std::vector<std::shared_ptr<StepKind>> kinds_;
  const PipelinesOptions options_;

  mutable std::mutex mutex_;
  mutable std::condition_variable work_, change_;
  std::map<std::int64_t, ActiveRunPtr> active_;  // by id: in the order they were asked for
  std::deque<Task> tasks_;
  std::atomic<bool> stopping_{false};
  std::vector<std::jthread> threads_;
};

}  // namespace maru::automation
