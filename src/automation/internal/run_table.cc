#include "automation/internal/run_table.h"

#include <array>

namespace maru::automation {
namespace {

#define RUN_COLUMNS                                                                                     \
  "id, pipeline, project, state, reason, params, actor, cause, started_event, created_ms, started_ms, " \
  "finished_ms"

constexpr store::NamedStatement kPutPipeline{
    "automation.put_pipeline",
    "INSERT INTO pipelines (name, project, spec, defined_ms) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (name) DO UPDATE SET project = excluded.project, spec = excluded.spec"};
constexpr store::NamedStatement kRemovePipeline{"automation.remove_pipeline",
                                                "DELETE FROM pipelines WHERE name = ?1"};
constexpr store::NamedStatement kPipelines{"automation.pipelines",
                                           "SELECT name, spec FROM pipelines ORDER BY name"};
constexpr store::NamedStatement kInsertRun{
    "automation.insert_run",
    "INSERT INTO pipeline_runs (pipeline, project, state, reason, params, spec, actor, cause, started_event, "
    "request_key, created_ms) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10)"};
constexpr store::NamedStatement kSetStartedEvent{"automation.set_started_event",
                                                 "UPDATE pipeline_runs SET started_event = ?2 WHERE id = ?1"};
constexpr store::NamedStatement kSetReason{
    "automation.set_run_reason",
    "UPDATE pipeline_runs SET reason = ?2 WHERE id = ?1 AND finished_ms IS NULL"};
constexpr store::NamedStatement kFindByKey{"automation.find_run_by_key",
                                           "SELECT id FROM pipeline_runs WHERE request_key = ?1"};
constexpr store::NamedStatement kUpdateRun{
    "automation.update_run",
    "UPDATE pipeline_runs SET state = ?2, reason = ?3, started_ms = ?4, finished_ms = ?5 WHERE id = ?1"};
constexpr store::NamedStatement kFindRun{"automation.find_run",
                                         "SELECT " RUN_COLUMNS ", spec FROM pipeline_runs WHERE id = ?1"};
constexpr store::NamedStatement kRuns{
    "automation.runs",
    "SELECT " RUN_COLUMNS " FROM pipeline_runs WHERE pipeline = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3"};
constexpr store::NamedStatement kAllRuns{"automation.all_runs",
                                         "SELECT " RUN_COLUMNS
                                         " FROM pipeline_runs WHERE id < ?1 ORDER BY id DESC LIMIT ?2"};
constexpr store::NamedStatement kUnfinished{
    "automation.unfinished_runs",
    "SELECT id FROM pipeline_runs WHERE state IN ('queued', 'running') ORDER BY id"};
constexpr store::NamedStatement kOldRuns{
    "automation.old_runs",
    "SELECT id FROM pipeline_runs WHERE pipeline = ?1 ORDER BY id DESC LIMIT 20 OFFSET ?2"};
constexpr store::NamedStatement kInsertStep{
    "automation.insert_step",
    "INSERT INTO pipeline_steps (run_id, position, name, state, attempt, cached, fingerprint, output, error) "
    "VALUES (?1, ?2, ?3, ?4, 0, 0, '', '{}', '')"};
constexpr store::NamedStatement kUpdateStep{"automation.update_step",
                                            "UPDATE pipeline_steps SET state = ?3, attempt = ?4, cached = "
                                            "?5, fingerprint = ?6, output = ?7, error = ?8, started_ms = ?9, "
                                            "finished_ms = ?10 WHERE run_id = ?1 AND position = ?2"};
constexpr store::NamedStatement kSteps{"automation.steps",
                                       "SELECT position, state, attempt, cached, output, error, started_ms, "
                                       "finished_ms FROM pipeline_steps WHERE run_id = ?1 ORDER BY position"};
constexpr store::NamedStatement kCached{"automation.cached_output",
                                        "SELECT output FROM step_cache WHERE fingerprint = ?1"};
constexpr store::NamedStatement kCache{
    "automation.cache_output",
    "INSERT INTO step_cache (fingerprint, output, run_id, stored_ms) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (fingerprint) DO UPDATE SET output = excluded.output, run_id = excluded.run_id, stored_ms = "
    "excluded.stored_ms"};
constexpr store::NamedStatement kTrimCache{"automation.trim_cache",
                                           "DELETE FROM step_cache WHERE fingerprint IN (SELECT fingerprint "
                                           "FROM step_cache ORDER BY stored_ms DESC LIMIT 100 OFFSET ?1)"};
#undef RUN_COLUMNS

constexpr std::size_t kCacheLimit = 10'000;  // outputs

constexpr std::array kStatements{kPutPipeline, kRemovePipeline, kPipelines, kInsertRun,  kSetStartedEvent,
                                 kSetReason,   kFindByKey,      kUpdateRun, kFindRun,    kRuns,
                                 kAllRuns,     kUnfinished,     kOldRuns,   kInsertStep, kUpdateStep,
                                 kSteps,       kCached,         kCache,     kTrimCache};

Result<PipelineRun> run_of(const store::Row& row) {
  PipelineRun run;
  run.id = row.int64(0);
  run.pipeline = row.string(1);
  run.project = row.string(2);
  const auto state = run_state_of(row.text(3));
  if (!state)
    return make_error(Code::data_loss, "pipeline run {} has the unknown state \"{}\"", run.id, row.text(3));
  run.state = *state;
  run.reason = row.string(4);
  MARU_ASSIGN(run.params, parse_json_object(row.text(5)));
  run.actor = row.string(6);
  run.cause = row.optional_int64(7);
  run.started_event = row.int64(8);
  run.created_ms = row.int64(9);
  run.started_ms = row.optional_int64(10);
  run.finished_ms = row.optional_int64(11);
  return run;
}

Result<PipelineSpec> spec_of(std::string_view text) {
  MARU_ASSIGN(const Json value, parse_json(text));
  return pipeline_from_json(JsonReader(value, "spec"));
}

Result<void> load_steps(store::Reader& reader, table::StoredRun& stored) {
  for (const auto& step : stored.spec.steps)
    stored.run.steps.push_back({.name = step.name, .kind = step.kind, .after = step.after});
  return reader.query(kSteps.sql, {stored.run.id}, [&](const store::Row& row) -> Result<void> {
    const auto position = static_cast<std::size_t>(row.int64(0));
    const auto state = step_state_of(row.text(1));
    if (position >= stored.run.steps.size() || !state)
      return make_error(Code::data_loss, "step {} of pipeline run {} is broken", position, stored.run.id);
    StepRun& step = stored.run.steps[position];
    step.state = *state;
    step.attempt = row.int64(2);
    step.cached = row.boolean(3);
    MARU_ASSIGN(step.output, parse_json_object(row.text(4)));
    step.error = row.string(5);
    step.started_ms = row.optional_int64(6);
    step.finished_ms = row.optional_int64(7);
    step.progress = step.state == StepState::succeeded ? 1 : 0;
    return {};
  });
}

}  // namespace

std::span<const store::NamedStatement> pipeline_statements() { return kStatements; }

namespace table {

Result<void> put_pipeline(store::Transaction& transaction, const PipelineSpec& spec, TimeMs now_ms) {
  MARU_TRY(transaction.execute(kPutPipeline.sql,
                               {spec.name, spec.project, to_json(to_json_object(spec)), now_ms}));
  return {};
}

Result<bool> remove_pipeline(store::Transaction& transaction, std::string_view name) {
  MARU_ASSIGN(const std::int64_t removed, transaction.execute(kRemovePipeline.sql, {name}));
  return removed > 0;
}

Result<std::vector<PipelineSpec>> pipelines(store::Reader& reader) {
  return reader.all(kPipelines.sql, {},
                    [](const store::Row& row) { return spec_of(row.text(1)).at(row.text(0)); });
}

Result<std::int64_t> insert_run(store::Transaction& transaction, const PipelineRun& run,
                                const PipelineSpec& spec, const std::string& key) {
  MARU_TRY(transaction.execute(
      kInsertRun.sql, {run.pipeline, run.project, name_of(run.state), run.reason, to_json(run.params),
                       to_json(to_json_object(spec)), run.actor, run.cause,
                       key.empty() ? store::Value() : store::Value(key), run.created_ms}));
  const std::int64_t id = transaction.last_insert_id();
  for (std::size_t i = 0; i < spec.steps.size(); ++i) {
    MARU_TRY(transaction.execute(kInsertStep.sql, {id, i, spec.steps[i].name, name_of(StepState::waiting)}));
  }
  return id;
}

Result<void> set_started_event(store::Transaction& transaction, std::int64_t run_id, std::int64_t event_id) {
  MARU_TRY(transaction.execute(kSetStartedEvent.sql, {run_id, event_id}));
  return {};
}

Result<std::optional<std::int64_t>> find_by_key(store::Reader& reader, const std::string& key) {
  return reader.first(kFindByKey.sql, {key}, [](const store::Row& row) { return row.int64(0); });
}

Result<void> set_reason(store::Transaction& transaction, std::int64_t run_id, std::string_view reason) {
  MARU_TRY(transaction.execute(kSetReason.sql, {run_id, reason}));
  return {};
}

Result<void> update_run(store::Transaction& transaction, const PipelineRun& run) {
  MARU_TRY(transaction.execute(kUpdateRun.sql,
                               {run.id, name_of(run.state), run.reason, run.started_ms, run.finished_ms}));
  return {};
}

Result<void> update_step(store::Transaction& transaction, std::int64_t run_id, std::size_t position,
                         const StepRun& step, const std::string& fingerprint) {
  MARU_TRY(transaction.execute(kUpdateStep.sql,
                               {run_id, position, name_of(step.state), step.attempt, step.cached, fingerprint,
                                to_json(step.output), step.error, step.started_ms, step.finished_ms}));
  return {};
}

Result<std::optional<StoredRun>> find_run(store::Reader& reader, std::int64_t run_id) {
  MARU_ASSIGN(auto stored,
              reader.first(kFindRun.sql, {run_id}, [](const store::Row& row) -> Result<StoredRun> {
                StoredRun out;
                MARU_ASSIGN(out.run, run_of(row));
                MARU_ASSIGN(out.spec, spec_of(row.text(12)));
                return out;
              }));
  if (stored) MARU_TRY(load_steps(reader, *stored));
  return stored;
}

Result<std::vector<PipelineRun>> runs(store::Reader& reader, std::string_view pipeline, std::size_t limit,
                                      std::optional<std::int64_t> before) {
  const std::int64_t below = before.value_or(std::numeric_limits<std::int64_t>::max());
  if (pipeline.empty()) return reader.all(kAllRuns.sql, {below, limit}, run_of);
  return reader.all(kRuns.sql, {pipeline, below, limit}, run_of);
}

Result<std::vector<std::int64_t>> unfinished(store::Reader& reader) {
  return reader.all(kUnfinished.sql, {}, [](const store::Row& row) { return row.int64(0); });
}

Result<std::vector<std::int64_t>> old_runs(store::Reader& reader, std::string_view pipeline,
                                           std::size_t keep) {
  return reader.all(kOldRuns.sql, {pipeline, keep}, [](const store::Row& row) { return row.int64(0); });
}

Result<std::optional<JsonObject>> cached_output(store::Reader& reader, const std::string& fingerprint) {
  return reader.first(kCached.sql, {fingerprint},
                      [](const store::Row& row) { return parse_json_object(row.text(0)); });
}

Result<void> cache_output(store::Transaction& transaction, const std::string& fingerprint,
                          const JsonObject& output, std::int64_t run_id, TimeMs now_ms) {
  MARU_TRY(transaction.execute(kCache.sql, {fingerprint, to_json(output), run_id, now_ms}));
  MARU_TRY(transaction.execute(kTrimCache.sql, {kCacheLimit}));
  return {};
}

}  // namespace table
}  // namespace maru::automation
