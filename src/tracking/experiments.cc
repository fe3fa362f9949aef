#include "tracking/experiments.h"

#include "tracking/context.h"
#include "tracking/experiment_rows.h"
#include "tracking/limits.h"
#include "tracking/statements.h"

namespace maru::tracking {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO experiments (name, artifact_location, lifecycle, created_ms, updated_ms) VALUES (?1, ?2, "
    "'active', ?3, ?3)";
constexpr std::string_view kSetLocation = "UPDATE experiments SET artifact_location = ?2 WHERE id = ?1";
constexpr std::string_view kById =
    "SELECT id, name, artifact_location, lifecycle, created_ms, updated_ms FROM experiments WHERE id = ?1";
constexpr std::string_view kByName =
    "SELECT id, name, artifact_location, lifecycle, created_ms, updated_ms FROM experiments WHERE name = ?1";
constexpr std::string_view kTags =
    "SELECT key, value FROM experiment_tags WHERE experiment_id = ?1 ORDER BY key";
constexpr std::string_view kRename = "UPDATE experiments SET name = ?2, updated_ms = ?3 WHERE id = ?1";
constexpr std::string_view kSetLifecycle =
    "UPDATE experiments SET lifecycle = ?2, updated_ms = ?3 WHERE id = ?1";
constexpr std::string_view kDeleteRuns =
    "UPDATE runs SET lifecycle = 'deleted', deleted_ms = ?2 WHERE experiment_id = ?1 AND lifecycle = "
    "'active'";
constexpr std::string_view kRestoreRuns =
    "UPDATE runs SET lifecycle = 'active', deleted_ms = NULL WHERE experiment_id = ?1 AND lifecycle = "
    "'deleted'";
constexpr std::string_view kSetTag =
    "INSERT INTO experiment_tags (experiment_id, key, value) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (experiment_id, key) DO UPDATE SET value = excluded.value";
constexpr std::string_view kDeleteTag = "DELETE FROM experiment_tags WHERE experiment_id = ?1 AND key = ?2";

constexpr store::NamedStatement kStatements[] = {{"tracking.insert_experiment", kInsert},
                                                 {"tracking.set_experiment_location", kSetLocation},
                                                 {"tracking.experiment_by_id", kById},
                                                 {"tracking.experiment_by_name", kByName},
                                                 {"tracking.experiment_tags", kTags},
                                                 {"tracking.rename_experiment", kRename},
                                                 {"tracking.set_lifecycle", kSetLifecycle},
                                                 {"tracking.delete_experiment_runs", kDeleteRuns},
                                                 {"tracking.restore_experiment_runs", kRestoreRuns},
                                                 {"tracking.set_experiment_tag", kSetTag},
                                                 {"tracking.delete_experiment_tag", kDeleteTag}};

}  // namespace

std::span<const store::NamedStatement> experiment_statements() { return kStatements; }

Experiment experiment_of(const store::Row& row) {
  return {.id = std::to_string(row.int64(0)),
          .name = row.string(1),
          .artifact_location = row.string(2),
          .lifecycle = row.text(3) == "active" ? Lifecycle::active : Lifecycle::deleted,
          .created_ms = row.int64(4),
          .updated_ms = row.int64(5),
          .tags = {}};
}

Result<void> load_tags(store::Reader& reader, Experiment& experiment) {
  MARU_ASSIGN(experiment.tags, reader.all(kTags, {std::stoll(experiment.id)}, [](const store::Row& row) {
    return Tag{row.string(0), row.string(1)};
  }));
  return {};
}

Result<Experiment> find_experiment(store::Reader& reader, std::string_view id) {
  MARU_ASSIGN(const auto number, parse_experiment_id(id.empty() ? "0" : id));
  MARU_ASSIGN(auto experiment, reader.first(kById, {number}, experiment_of));
  if (!experiment) return not_found("No Experiment with id={} exists", number);
  MARU_TRY(load_tags(reader, *experiment));
  return std::move(*experiment);
}

Result<Experiment> find_active_experiment(store::Reader& reader, std::string_view id) {
  MARU_ASSIGN(auto experiment, find_experiment(reader, id));
  if (experiment.lifecycle == Lifecycle::active) return experiment;
  return invalid("The experiment {} must be in the 'active' state. Current state is {}.", experiment.id,
                 name_of(experiment.lifecycle));
}

Result<std::string> Experiments::create(NewExperiment experiment, const Origin&) {
  MARU_TRY(check_experiment_name(experiment.name));
  for (const auto& tag : experiment.tags) MARU_TRY(check_experiment_tag(tag));
  return context_.database.write([&](store::Transaction& tx) -> Result<std::string> {
    auto inserted =
        tx.execute(kInsert, {experiment.name, experiment.artifact_location, context_.clock.now_ms()});
    if (!inserted) {
      if (inserted.error().code != Code::already_exists) return inserted.error();
      return make_error(Code::already_exists, "Experiment(name={}) already exists.", experiment.name);
    }
    const auto id = tx.last_insert_id();
    if (experiment.artifact_location.empty()) {
      MARU_TRY(tx.execute(kSetLocation, {id, fmt::format("mlflow-artifacts:/{}", id)}));
    }
    for (const auto& tag : experiment.tags) MARU_TRY(tx.execute(kSetTag, {id, tag.key, tag.value}));
    return std::to_string(id);
  });
}

Result<std::string> Experiments::get_or_create(std::string_view name, const Origin& origin) {
  auto found = get_by_name(name);
  if (found) return std::move(found->id);
  if (found.error().code != Code::not_found) return found.error();
  auto created = create({.name = std::string(name), .artifact_location = {}, .tags = {}}, origin);
  if (created || created.error().code != Code::already_exists) return created;
  MARU_ASSIGN(auto raced, get_by_name(name));  // someone else was quicker
  return std::move(raced.id);
}

Result<Experiment> Experiments::get(std::string_view id) const {
  return context_.database.read([&](store::Reader& reader) { return find_experiment(reader, id); });
}

Result<Experiment> Experiments::get_by_name(std::string_view name) const {
  return context_.database.read([&](store::Reader& reader) -> Result<Experiment> {
    MARU_ASSIGN(auto experiment, reader.first(kByName, {name}, experiment_of));
    if (!experiment) return not_found("Could not find experiment with name '{}'", name);
    MARU_TRY(load_tags(reader, *experiment));
    return std::move(*experiment);
  });
}

Result<void> Experiments::rename(std::string_view id, std::string_view name) {
  MARU_TRY(check_experiment_name(name));
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto experiment, find_experiment(tx, id));
    if (experiment.lifecycle != Lifecycle::active) {
      return make_error(Code::failed_precondition, "Cannot rename a non-active experiment.");
    }
    auto renamed = tx.execute(kRename, {std::stoll(experiment.id), name, context_.clock.now_ms()});
    if (renamed) return {};
    if (renamed.error().code != Code::already_exists) return renamed.error();
    return make_error(Code::already_exists, "Experiment(name={}) already exists.", name);
  });
}

Result<void> Experiments::remove(std::string_view id) {
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto experiment, find_experiment(tx, id));
    if (experiment.lifecycle != Lifecycle::active)
      return not_found("No Experiment with id={} exists", experiment.id);
    const auto number = std::stoll(experiment.id);
    const auto now_ms = context_.clock.now_ms();
    MARU_TRY(tx.execute(kSetLifecycle, {number, "deleted", now_ms}));
    MARU_TRY(tx.execute(kDeleteRuns, {number, now_ms}));
    context_.run_cache.clear();
    return {};
  });
}

Result<void> Experiments::restore(std::string_view id) {
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto experiment, find_experiment(tx, id));
    if (experiment.lifecycle != Lifecycle::deleted)
      return not_found("No Experiment with id={} exists", experiment.id);
    const auto number = std::stoll(experiment.id);
    MARU_TRY(tx.execute(kSetLifecycle, {number, "active", context_.clock.now_ms()}));
    MARU_TRY(tx.execute(kRestoreRuns, {number}));
    return {};
  });
}

Result<void> Experiments::set_tag(std::string_view id, const Tag& tag) {
  MARU_TRY(check_experiment_tag(tag));
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto experiment, find_active_experiment(tx, id));
    MARU_TRY(tx.execute(kSetTag, {std::stoll(experiment.id), tag.key, tag.value}));
    return {};
  });
}

Result<void> Experiments::delete_tag(std::string_view id, std::string_view key) {
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto experiment, find_active_experiment(tx, id));
    MARU_ASSIGN(const auto deleted, tx.execute(kDeleteTag, {std::stoll(experiment.id), key}));
    if (deleted == 0) return not_found("No tag with name: {} in experiment with id {}", key, id);
    return {};
  });
}

}  // namespace maru::tracking
