#include "automation/pipelines.h"

#include <algorithm>
#include <shared_mutex>

#include "automation/internal/engine.h"
#include "automation/internal/run_table.h"
#include "base/ids.h"
#include "base/log.h"

namespace maru::automation {
namespace {

constexpr std::int64_t kRestartLimit =
    3;  // how often a server's end may cut one step short before it counts as the culprit
constexpr std::string_view kCancelledBy = "cancelled by ";

Json optional_time(const std::optional<TimeMs>& time_ms) { return time_ms ? Json(*time_ms) : Json(nullptr); }

// What a step that an earlier server left running becomes.
void pick_up(StepRun& step, const StepSpec& spec, const StepKind* kind, TimeMs now_ms) {
  if (step.state != StepState::running) return;
  step.state = StepState::waiting;
  std::string problem;
  if (kind == nullptr) problem = fmt::format("this server has no steps of the kind \"{}\"", spec.kind);
  if (kind != nullptr && kind->repeatable() == Repeatable::no)
    problem = fmt::format("a {} step cannot be repeated", spec.kind);
  if (step.attempt >= spec.retry.attempts + kRestartLimit)
    problem = fmt::format("this was its attempt {}", step.attempt);
  if (problem.empty()) return;
  step.state = StepState::failed;
  step.error = "the server ended while this step ran, and " + problem;
  step.finished_ms = now_ms;
}

}  // namespace

class Pipelines::Impl {
 public:
  Impl(store::Database& database_in, events::Log& log_in, const Clock& clock_in,
       std::vector<std::shared_ptr<StepKind>> kinds, PipelinesOptions options)
      : database(database_in),
        log(log_in),
        clock(clock_in),
        queue_limit(options.queue_limit),
        engine(database_in, log_in, clock_in, std::move(kinds), std::move(options)) {}

  Result<void> check(const PipelineSpec& spec) const {
    if (!is_plain_name(spec.name))
      return invalid("\"{}\": a pipeline's name is letters, digits, '.', '_' and '-'", spec.name);
    MARU_TRY(check_graph(spec.steps));
    for (const auto& step : spec.steps) {
      const StepKind* kind = engine.kind(step.kind);
      std::vector<std::string> names;
      for (const auto& each : engine.kinds()) names.emplace_back(each->name());
      if (kind == nullptr)
        return invalid("steps.{}: unknown kind \"{}\"{}", step.name, step.kind,
                       did_you_mean(step.kind, names));
      MARU_TRY(kind->check(step, spec).at(fmt::format("steps.{}", step.name)));
    }
    return {};
  }

  Result<void> resume_run(std::int64_t id) {
    MARU_ASSIGN(auto stored,
                database.read([&](store::Reader& reader) { return table::find_run(reader, id); }));
    if (!stored) return {};
    PipelineRun& run = stored->run;
    for (std::size_t i = 0; i < run.steps.size(); ++i) {
      pick_up(run.steps[i], stored->spec.steps[i], engine.kind(stored->spec.steps[i].kind), clock.now_ms());
      if (run.steps[i].state != StepState::failed) continue;
      MARU_TRY(database.write([&](store::Transaction& transaction) {
        return table::update_step(transaction, id, i, run.steps[i], {});
      }));
    }
    log_info("automation", "going on with a pipeline run of an earlier server",
             {{"pipeline", run.pipeline}, {"run", id}});
    const bool cancelled = run.reason.starts_with(kCancelledBy);
    auto active = std::make_shared<ActiveRun>(std::move(run), std::move(stored->spec));
    active->cancelled = cancelled;
    engine.add(std::move(active));
    return {};
  }

  store::Database& database;
  events::Log& log;
  const Clock& clock;
  const std::size_t queue_limit;
  mutable std::shared_mutex mutex;
  std::map<std::string, PipelineSpec, std::less<>> specs;
  Engine engine;
};

Pipelines::Pipelines(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Pipelines::~Pipelines() = default;

Result<std::unique_ptr<Pipelines>> Pipelines::open(store::Database& database, events::Log& log,
                                                   const Clock& clock,
                                                   std::vector<std::shared_ptr<StepKind>> kinds,
                                                   PipelinesOptions options) {
  auto impl = std::make_unique<Impl>(database, log, clock, std::move(kinds), std::move(options));
  MARU_ASSIGN(auto specs, database.read([](store::Reader& reader) { return table::pipelines(reader); }));
  for (auto& spec : specs) impl->specs.emplace(spec.name, std::move(spec));
  return std::unique_ptr<Pipelines>(new Pipelines(std::move(impl)));
}

StepKinds Pipelines::kinds() const {
  StepKinds out;
  for (const auto& kind : impl_->engine.kinds()) {
    out.names.emplace_back(kind->name());
    if (kind->gates() == Gates::yes) out.gates.emplace_back(kind->name());
  }
  return out;
}

Result<void> Pipelines::define(const PipelineSpec& spec) {
  MARU_TRY(impl_->check(spec));
  MARU_TRY(impl_->database.write([&](store::Transaction& transaction) {
    return table::put_pipeline(transaction, spec, impl_->clock.now_ms());
  }));
  const std::unique_lock lock(impl_->mutex);
  impl_->specs.insert_or_assign(spec.name, spec);
  return {};
}

Result<void> Pipelines::remove(std::string_view name) {
  MARU_TRY(get(name));
  MARU_TRY(impl_->database.write(
      [&](store::Transaction& transaction) { return table::remove_pipeline(transaction, name); }));
  const std::unique_lock lock(impl_->mutex);
  if (const auto found = impl_->specs.find(name); found != impl_->specs.end()) impl_->specs.erase(found);
  return {};
}

Result<PipelineSpec> Pipelines::get(std::string_view name) const {
  const std::shared_lock lock(impl_->mutex);
  if (const auto found = impl_->specs.find(name); found != impl_->specs.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, spec] : impl_->specs) names.push_back(known);
  return not_found("no pipeline \"{}\"{}", name, did_you_mean(name, names));
}

Result<std::vector<PipelineSpec>> Pipelines::list() const {
  const std::shared_lock lock(impl_->mutex);
  std::vector<PipelineSpec> out;
  for (const auto& [name, spec] : impl_->specs) out.push_back(spec);
  return out;
}

Result<std::int64_t> Pipelines::start(const StartRequest& request) {
  MARU_ASSIGN(PipelineSpec spec, get(request.pipeline));
  if (impl_->engine.waiting(spec.name) >= impl_->queue_limit) {
    return make_error(Code::resource_exhausted, "{} runs of pipeline \"{}\" are waiting already",
                      impl_->queue_limit, spec.name);
  }
  PipelineRun run{.pipeline = spec.name,
                  .project = spec.project,
                  .reason = {},
                  .params = request.params,
                  .actor = request.actor,
                  .cause = request.cause,
                  .created_ms = impl_->clock.now_ms(),
                  .started_ms = {},
                  .finished_ms = {},
                  .steps = {}};
  bool known = false;
  MARU_TRY(impl_->database.write([&](store::Transaction& transaction) -> Result<void> {
    if (!request.key.empty()) {
      MARU_ASSIGN(const auto earlier, table::find_by_key(transaction, request.key));
      known = earlier.has_value();
      run.id = earlier.value_or(0);
      if (known) return {};
    }
    MARU_ASSIGN(run.id, table::insert_run(transaction, run, spec, request.key));
    MARU_ASSIGN(run.started_event,
                impl_->log.append(transaction, {.type = "pipeline.started",
                                                .subject = fmt::format("pipeline_run/{}", run.id),
                                                .project = run.project,
                                                .actor = run.actor,
                                                .payload = {{"pipeline", run.pipeline},
                                                            {"run", run.id},
                                                            {"state", "queued"},
                                                            {"params", run.params}},
                                                .cause = run.cause}));
    return table::set_started_event(transaction, run.id, run.started_event);
  }));
  if (known) return run.id;
  for (const auto& step : spec.steps)
    run.steps.push_back({.name = step.name, .kind = step.kind, .after = step.after});
  const std::int64_t id = run.id;
  impl_->engine.add(std::make_shared<ActiveRun>(std::move(run), std::move(spec)));
  return id;
}

Result<void> Pipelines::cancel(std::int64_t run_id, std::string_view actor) {
  const ActiveRunPtr active = impl_->engine.find(run_id);
  if (active == nullptr) {
    MARU_ASSIGN(const PipelineRun ended, run(run_id));
    return make_error(Code::failed_precondition, "pipeline run {} has {} already", run_id,
                      name_of(ended.state));
  }
  auto snapshot = impl_->engine.snapshot(run_id);
  if (!snapshot) return make_error(Code::failed_precondition, "pipeline run {} has just ended", run_id);
  const std::string reason = fmt::format("{}{}", kCancelledBy, actor);
  MARU_TRY(impl_->database.write(
      [&](store::Transaction& transaction) { return table::set_reason(transaction, run_id, reason); }));
  impl_->engine.cancel(active, reason);
  return {};
}

Result<PipelineRun> Pipelines::run(std::int64_t run_id) const {
  if (auto active = impl_->engine.snapshot(run_id)) return std::move(*active);
  MARU_ASSIGN(auto stored,
              impl_->database.read([&](store::Reader& reader) { return table::find_run(reader, run_id); }));
  if (!stored) return not_found("no pipeline run {}", run_id);
  return std::move(stored->run);
}

Result<std::vector<PipelineRun>> Pipelines::runs(std::string_view pipeline, std::size_t limit,
                                                 std::optional<std::int64_t> before) const {
  return impl_->database.read(
      [&](store::Reader& reader) { return table::runs(reader, pipeline, limit, before); });
}

Result<PipelineRun> Pipelines::wait(std::int64_t run_id, DurationMs timeout_ms) const {
  impl_->engine.wait_until_gone(run_id, timeout_ms);
  return run(run_id);
}

Result<std::filesystem::path> Pipelines::log_file(std::int64_t run_id, std::string_view step) const {
  MARU_ASSIGN(const PipelineRun found, run(run_id));
  std::vector<std::string> names;
  for (const auto& each : found.steps) names.push_back(each.name);
  if (std::ranges::find(names, step) == names.end())
    return not_found("pipeline run {} has no step \"{}\"{}", run_id, step, did_you_mean(step, names));
  return impl_->engine.log_file(run_id, step);
}

Result<void> Pipelines::resume() {
  MARU_ASSIGN(const auto ids,
              impl_->database.read([](store::Reader& reader) { return table::unfinished(reader); }));
  for (const std::int64_t id : ids) {
    if (impl_->engine.find(id) == nullptr) MARU_TRY(impl_->resume_run(id));
  }
  return {};
}

void Pipelines::stop() { impl_->engine.stop(); }

JsonObject to_json_object(const StepRun& step) {
  return {{"name", step.name},
          {"kind", step.kind},
          {"after", boost::json::value_from(step.after)},
          {"state", name_of(step.state)},
          {"attempt", step.attempt},
          {"cached", step.cached},
          {"progress", step.progress},
          {"progress_text", step.progress_text},
          {"started_ms", optional_time(step.started_ms)},
          {"finished_ms", optional_time(step.finished_ms)},
          {"output", step.output},
          {"error", step.error}};
}

JsonObject to_json_object(const PipelineRun& run) {
  JsonArray steps;
  for (const auto& step : run.steps) steps.push_back(to_json_object(step));
  return {{"id", run.id},
          {"pipeline", run.pipeline},
          {"project", run.project},
          {"state", name_of(run.state)},
          {"reason", run.reason},
          {"params", run.params},
          {"actor", run.actor},
          {"cause", run.cause ? Json(*run.cause) : Json(nullptr)},
          {"started_event", run.started_event},
          {"created_ms", run.created_ms},
          {"started_ms", optional_time(run.started_ms)},
          {"finished_ms", optional_time(run.finished_ms)},
          {"steps", std::move(steps)}};
}

}  // namespace maru::automation
