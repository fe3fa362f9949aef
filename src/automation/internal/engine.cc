#include "automation/internal/engine.h"

#include <algorithm>

#include "automation/internal/run_table.h"
#include "base/file.h"
#include "base/log.h"

namespace maru::automation {
namespace {

constexpr std::chrono::milliseconds kTaskPoll{100};  // a backoff's end is seen this late at most
constexpr std::size_t kReasonBytes = 500;            // of a step's error in the run's reason and in events

// Cut at a character's beginning.
std::string shortened(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  if (text.size() <= kReasonBytes) return std::string(text);
  std::size_t end = kReasonBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string failure_reason(const PipelineRun& run) {
  for (const auto& step : run.steps) {
    if (step.state == StepState::failed)
      return fmt::format("step \"{}\" failed: {}", step.name, shortened(step.error));
  }
  return {};
}

events::NewEvent run_event(std::string type, const PipelineRun& run, JsonObject more) {
  JsonObject payload{{"pipeline", run.pipeline}, {"run", run.id}};
  for (auto& [key, value] : more) payload[key] = std::move(value);
  return {.type = std::move(type),
          .subject = fmt::format("pipeline_run/{}", run.id),
          .project = run.project,
          .actor = "pipeline/" + run.pipeline,
          .payload = std::move(payload),
          .cause = run.started_event};
}

}  // namespace

Engine::Engine(store::Database& database, events::Log& log, const Clock& clock,
               std::vector<std::shared_ptr<StepKind>> kinds, PipelinesOptions options)
    : database_(database), log_(log), clock_(clock), kinds_(std::move(kinds)), options_(std::move(options)) {
  for (std::size_t i = 0; i < std::max<std::size_t>(1, options_.step_threads); ++i)
    threads_.emplace_back([this] { work(); });
}

Engine::~Engine() { stop(); }

void Engine::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  change_.notify_all();
  threads_.clear();
}

const StepKind* Engine::kind(std::string_view name) const {
  const auto found = std::ranges::find_if(kinds_, [&](const auto& each) { return each->name() == name; });
  return found == kinds_.end() ? nullptr : found->get();
}

std::filesystem::path Engine::log_file(std::int64_t run_id, std::string_view step) const {
  return options_.folder / std::to_string(run_id) / fmt::format("{}.log", step);
}

void Engine::add(ActiveRunPtr run) {
  const std::lock_guard lock(mutex_);
  const std::string pipeline = run->spec.name;
  const bool running = run->run.state == RunState::running;
  active_.emplace(run->run.id, run);
  if (running) {
    schedule(run);
  } else {
    begin_next(pipeline);
  }
}

ActiveRunPtr Engine::find(std::int64_t run_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = active_.find(run_id);
  return found == active_.end() ? nullptr : found->second;
}

std::optional<PipelineRun> Engine::snapshot(std::int64_t run_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = active_.find(run_id);
  return found == active_.end() ? std::nullopt : std::optional(found->second->run);
}

std::size_t Engine::waiting(std::string_view pipeline) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count_if(active_, [&](const auto& item) {
    return item.second->spec.name == pipeline && item.second->run.state == RunState::queued;
  }));
}

void Engine::cancel(const ActiveRunPtr& run, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  run->run.reason = reason;
  run->cancelled = true;
  schedule(run);
  work_.notify_all();
}

bool Engine::wait_until_gone(std::int64_t run_id, DurationMs timeout_ms) const {
  std::unique_lock lock(mutex_);
  return change_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] {
    return stopping_ || !active_.contains(run_id);
  }) && !active_.contains(run_id);
}

void Engine::work() {
  while (auto task = take()) {
    switch (task->what) {
      case What::begin:
        begin(task->run);
        break;
      case What::step:
        run_step(task->run, task->step);
        break;
      case What::finish:
        finish(task->run);
        break;
    }
  }
}

// The first task whose time has come; empty when the server stops.
std::optional<Engine::Task> Engine::take() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (stopping_) return std::nullopt;
    const std::int64_t now_ns = clock_.steady_ns();
    const auto ready = std::ranges::find_if(
        tasks_, [&](const Task& task) { return task.not_before_ns <= now_ns || task.run->cancelled; });
    if (ready != tasks_.end()) {
      Task task = std::move(*ready);
      tasks_.erase(ready);
      return task;
    }
    if (tasks_.empty()) {
      work_.wait(lock);
    } else {
      work_.wait_for(lock, kTaskPoll);
    }
  }
}

void Engine::push(Task task) {
  tasks_.push_back(std::move(task));
  work_.notify_one();
}

// One run of a pipeline at a time, in the order they were asked for.
void Engine::begin_next(std::string_view pipeline) {
  ActiveRunPtr first;
  for (const auto& [id, run] : active_) {
    if (run->spec.name != pipeline || run->finishing) continue;
    if (run->run.state == RunState::running) return;
    if (first == nullptr) first = run;
  }
  if (first == nullptr) return;
  first->run.state = RunState::running;
  first->run.started_ms = clock_.now_ms();
  push({What::begin, first});
}

void Engine::schedule(const ActiveRunPtr& run) {
  if (run->finishing) return;
  if (run->run.state == RunState::queued ? !run->cancelled : !run->begun) return;
  std::vector<StepState> states;
  for (const auto& step : run->run.steps) states.push_back(step.state);
  const NextSteps next = next_steps(run->spec, states, run->cancelled ? Cancelled::yes : Cancelled::no);
  for (const std::size_t i : next.skip) run->run.steps[i].state = StepState::skipped;
  for (const std::size_t i : next.start) {
    run->run.steps[i].state = StepState::running;
    push({What::step, run, i});
  }
  if (!next.finished) return;
  run->finishing = true;
  push({What::finish, run});
}

void Engine::begin(const ActiveRunPtr& run) {
  PipelineRun begun;
  {
    const std::lock_guard lock(mutex_);
    begun = run->run;
  }
  const auto written =
      database_.write([&](store::Transaction& transaction) { return table::update_run(transaction, begun); });
  if (!written)
    log_error("automation", "the beginning of a pipeline run could not be recorded",
              {{"run", begun.id}, {"error", written.error().message}});
  const std::lock_guard lock(mutex_);
  run->begun = true;
  schedule(run);
}

void Engine::run_step(const ActiveRunPtr& run, std::size_t position) {
  StepRun before;
  {
    const std::lock_guard lock(mutex_);
    before = run->run.steps[position];
  }
  const Outcome outcome = attempt(*run, position, std::move(before));
  if (outcome.cut_short) return;
  const std::lock_guard lock(mutex_);
  run->run.steps[position] = outcome.step;
  if (outcome.retry_in_ms) {
    push({What::step, run, position, clock_.steady_ns() + *outcome.retry_in_ms * 1'000'000});
  } else {
    schedule(run);
  }
  change_.notify_all();
}

Result<void> Engine::record(ActiveRun& run, std::size_t position, const StepRun& step,
                            const std::string& fingerprint) {
  PipelineRun about;
  {
    const std::lock_guard lock(mutex_);
    about = run.run;
  }
  return database_.write([&](store::Transaction& transaction) -> Result<void> {
    MARU_TRY(table::update_step(transaction, about.id, position, step, fingerprint));
    if (step.state == StepState::succeeded && !step.cached && !fingerprint.empty()) {
      MARU_TRY(table::cache_output(transaction, fingerprint, step.output, about.id, clock_.now_ms()));
    }
    JsonObject payload{{"step", step.name}, {"state", name_of(step.state)}, {"attempt", step.attempt}};
    if (step.cached) payload["cached"] = true;
    if (!step.error.empty()) payload["reason"] = shortened(step.error);
    MARU_TRY(log_.append(transaction, run_event("pipeline.step", about, std::move(payload))));
    return {};
  });
}

void Engine::finish(const ActiveRunPtr& run) {
  PipelineRun ended;
  {
    const std::lock_guard lock(mutex_);
    std::vector<StepState> states;
    for (const auto& step : run->run.steps) states.push_back(step.state);
    ended = run->run;
    ended.state = next_steps(run->spec, states, run->cancelled ? Cancelled::yes : Cancelled::no)
                      .finished.value_or(RunState::failed);
  }
  ended.finished_ms = clock_.now_ms();
  if (ended.state == RunState::failed) ended.reason = failure_reason(ended);
  if (ended.state == RunState::succeeded) ended.reason.clear();
  const auto written = database_.write([&](store::Transaction& transaction) -> Result<void> {
    MARU_TRY(table::update_run(transaction, ended));
    for (std::size_t i = 0; i < ended.steps.size(); ++i) {
      if (ended.steps[i].state == StepState::skipped)
        MARU_TRY(table::update_step(transaction, ended.id, i, ended.steps[i], {}));
    }
    JsonObject payload{{"state", name_of(ended.state)}};
    if (!ended.reason.empty()) payload["reason"] = ended.reason;
    const bool failed = ended.state == RunState::failed;
    MARU_TRY(log_.append(
        transaction, run_event(failed ? "pipeline.failed" : "pipeline.finished", ended, std::move(payload))));
    return {};
  });
  // Not recorded, it is gone on with after the next start: better twice than lost.
  if (!written)
    log_error("automation", "the end of a pipeline run could not be recorded",
              {{"run", ended.id}, {"error", written.error().message}});
  {
    const std::lock_guard lock(mutex_);
    active_.erase(ended.id);
    begin_next(ended.pipeline);
  }
  change_.notify_all();
  remove_old_folders(ended.pipeline);
}

void Engine::remove_old_folders(const std::string& pipeline) {
  const auto old = database_.read(
      [&](store::Reader& reader) { return table::old_runs(reader, pipeline, options_.keep_runs); });
  if (!old) return;
  for (const std::int64_t id : *old) {
    if (const auto removed = remove_tree(options_.folder / std::to_string(id)); !removed) {
      log_warn("automation", "an old run's folder could not be removed",
               {{"run", id}, {"error", removed.error().message}});
    }
  }
}

}  // namespace maru::automation
