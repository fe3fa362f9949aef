#include "tracking/runs.h"

#include "base/ids.h"
#include "tracking/context.h"
#include "tracking/experiment_rows.h"
#include "tracking/limits.h"
#include "tracking/random_name.h"
#include "tracking/run_rows.h"
#include "tracking/statements.h"
#include "tracking/tags.h"

namespace maru::tracking {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO runs (run_id, experiment_id, name, user_id, status, lifecycle, started_ms, artifact_uri) "
    "VALUES (?1, ?2, ?3, ?4, 'RUNNING', 'active', ?5, ?6)";
constexpr std::string_view kUpdate =
    "UPDATE runs SET status = ?2, ended_ms = ?3, name = ?4 WHERE number = ?1";
constexpr std::string_view kSetLifecycle =
    "UPDATE runs SET lifecycle = ?2, deleted_ms = ?3 WHERE number = ?1";
constexpr std::string_view kSetTag =
    "INSERT INTO run_tags (run, key, value) VALUES (?1, ?2, ?3) ON CONFLICT (run, key) DO UPDATE SET value = "
    "excluded.value";
constexpr std::string_view kDeleteTag = "DELETE FROM run_tags WHERE run = ?1 AND key = ?2";
constexpr std::string_view kRename = "UPDATE runs SET name = ?2 WHERE number = ?1";

constexpr store::NamedStatement kStatements[] = {{"tracking.insert_run", kInsert},
                                                 {"tracking.update_run", kUpdate},
                                                 {"tracking.set_run_lifecycle", kSetLifecycle},
                                                 {"tracking.set_run_tag", kSetTag},
                                                 {"tracking.delete_run_tag", kDeleteTag},
                                                 {"tracking.rename_run", kRename}};

JsonObject run_payload(const RunInfo& info) {
  return {{"run_id", info.id},
          {"experiment_id", info.experiment_id},
          {"name", info.name},
          {"status", name_of(info.status)}};
}

const Tag* find_tag(std::span<const Tag> tags, std::string_view key) {
  auto found = std::ranges::find(tags, key, &Tag::key);
  return found == tags.end() ? nullptr : &*found;
}

// The name from the request, the tag or the air, with the tag set to it.
Result<std::string> settle_name(NewRun& run) {
  const auto* tag = find_tag(run.tags, kRunNameTag);
  if (tag != nullptr && !run.name.empty() && run.name != tag->value) {
    return invalid(
        "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values "
        "(run_name='{}', "
        "mlflow.runName='{}').",
        run.name, tag->value);
  }
  auto name = !run.name.empty() ? run.name : tag != nullptr ? tag->value : random_name();
  if (tag == nullptr) run.tags.push_back({std::string(kRunNameTag), name});
  return name;
}

}  // namespace

std::span<const store::NamedStatement> run_statements() { return kStatements; }

Result<void> write_tag(store::Transaction& tx, std::int64_t run, const Tag& tag) {
  MARU_TRY(tx.execute(kSetTag, {run, tag.key, tag.value}));
  if (tag.key == kRunNameTag && !tag.value.empty()) MARU_TRY(tx.execute(kRename, {run, tag.value}));
  return {};
}

Result<Run> Runs::create(NewRun run, const Origin& origin) {
  for (std::size_t i = 0; i < run.tags.size(); ++i)
    MARU_TRY(check_tag(run.tags[i], fmt::format("tags[{}]", i)));
  MARU_ASSIGN(auto name, settle_name(run));
  return context_.database.write([&](store::Transaction& tx) -> Result<Run> {
    MARU_ASSIGN(auto experiment, find_active_experiment(tx, run.experiment_id));
    Run made;
    made.info.id = new_id();
    made.info.experiment_id = experiment.id;
    made.info.name = name;
    made.info.user_id = run.user_id;
    made.info.started_ms = run.started_ms == 0 ? context_.clock.now_ms() : run.started_ms;
    made.info.artifact_uri = fmt::format("{}/{}/artifacts", experiment.artifact_location, made.info.id);
    MARU_TRY(tx.execute(kInsert, {made.info.id, std::stoll(experiment.id), name, run.user_id,
                                  made.info.started_ms, made.info.artifact_uri}));
    const auto number = tx.last_insert_id();
    for (const auto& tag : run.tags) MARU_TRY(tx.execute(kSetTag, {number, tag.key, tag.value}));
    made.tags = run.tags;
    MARU_TRY(context_.events.append(
        tx, make_event("run.started", "run/" + made.info.id, origin, run_payload(made.info))));
    return made;
  });
}

Result<Run> Runs::get(std::string_view run_id) const {
  return context_.database.read([&](store::Reader& reader) -> Result<Run> {
    MARU_ASSIGN(auto found, load_run(reader, run_id));
    MARU_TRY(load_details(reader, found));
    return std::move(found.run);
  });
}

Result<RunInfo> Runs::update(std::string_view run_id, const RunChange& change, const Origin& origin) {
  return context_.database.write([&](store::Transaction& tx) -> Result<RunInfo> {
    MARU_ASSIGN(auto found, load_run(tx, run_id));
    auto& info = found.run.info;
    if (info.lifecycle != Lifecycle::active) {
      return invalid("The run {} must be in the 'active' state. Current state is deleted.", run_id);
    }
    const bool was_terminal = is_terminal(info.status);
    if (change.status) info.status = *change.status;
    if (change.ended_ms) info.ended_ms = change.ended_ms;
    if (change.name && !change.name->empty()) {
      info.name = *change.name;
      MARU_TRY(tx.execute(kSetTag, {found.number, kRunNameTag, info.name}));
    }
    MARU_TRY(tx.execute(kUpdate, {found.number, name_of(info.status), info.ended_ms, info.name}));
    if (is_terminal(info.status) && !was_terminal) {
      const auto type = info.status == RunStatus::finished ? "run.finished" : "run.failed";
      MARU_TRY(context_.events.append(tx, make_event(type, "run/" + info.id, origin, run_payload(info))));
    }
    return info;
  });
}

Result<RunInfo> Runs::set_terminated(std::string_view run_id, RunStatus status, const Origin& origin) {
  return update(run_id, {.status = status, .ended_ms = context_.clock.now_ms(), .name = std::nullopt},
                origin);
}

Result<void> Runs::remove(std::string_view run_id) {
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto run, find_run(tx, run_id));
    MARU_TRY(tx.execute(kSetLifecycle, {run.number, "deleted", context_.clock.now_ms()}));
    context_.run_cache.forget(run_id);
    return {};
  });
}

Result<void> Runs::restore(std::string_view run_id) {
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto run, find_run(tx, run_id));
    MARU_TRY(tx.execute(kSetLifecycle, {run.number, "active", nullptr}));
    return {};
  });
}

Result<void> Runs::log_param(std::string_view run_id, const Param& param) {
  MARU_TRY(check_key(param.key, "key"));
  Batch batch;
  batch.params.push_back(param);
  return log_batch(run_id, std::move(batch));
}

Result<void> Runs::set_tag(std::string_view run_id, const Tag& tag) {
  Batch batch;
  batch.tags.push_back(tag);
  MARU_TRY(check_tag(tag, ""));
  return log_batch(run_id, std::move(batch));
}

Result<void> Runs::delete_tag(std::string_view run_id, std::string_view key) {
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto run, find_active_run(tx, run_id));
    MARU_ASSIGN(const auto deleted, tx.execute(kDeleteTag, {run.number, key}));
    if (deleted == 0) return not_found("No tag with name: {} in run with id {}", key, run_id);
    return {};
  });
}

}  // namespace maru::tracking
