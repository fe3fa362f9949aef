#include "tracking/logged_models.h"

#include "base/ids.h"
#include "tracking/context.h"
#include "tracking/experiment_rows.h"
#include "tracking/limits.h"
#include "tracking/logged_model_rows.h"
#include "tracking/random_name.h"
#include "tracking/run_rows.h"
#include "tracking/statements.h"

namespace maru::tracking {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO logged_models (model_id, experiment_id, name, type, source_run_id, artifact_uri, status, "
    "status_message, "
    "lifecycle, created_ms, updated_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '', 'active', ?8, ?8)";
constexpr std::string_view kById =
    "SELECT l.model_id, l.experiment_id, l.name, l.type, l.source_run_id, l.artifact_uri, l.status, "
    "l.status_message, "
    "l.lifecycle, l.created_ms, l.updated_ms FROM logged_models l WHERE l.model_id = ?1";
constexpr std::string_view kSetStatus =
    "UPDATE logged_models SET status = ?2, updated_ms = ?3 WHERE model_id = ?1";
constexpr std::string_view kDelete =
    "UPDATE logged_models SET lifecycle = 'deleted', updated_ms = ?2 WHERE model_id = ?1";
constexpr std::string_view kSetTag =
    "INSERT INTO logged_model_tags (model_id, key, value) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (model_id, key) DO UPDATE SET value = excluded.value";
constexpr std::string_view kDeleteTag = "DELETE FROM logged_model_tags WHERE model_id = ?1 AND key = ?2";
constexpr std::string_view kInsertParam =
    "INSERT INTO logged_model_params (model_id, key, value) VALUES (?1, ?2, ?3)";
constexpr std::string_view kParams =
    "SELECT key, value FROM logged_model_params WHERE model_id = ?1 ORDER BY key";
constexpr std::string_view kTags =
    "SELECT key, value FROM logged_model_tags WHERE model_id = ?1 ORDER BY key";
constexpr std::string_view kMetrics =
    "SELECT key, value, is_nan, timestamp_ms, step, run_id, dataset_name, dataset_digest FROM "
    "logged_model_metrics "
    "WHERE model_id = ?1 ORDER BY key, timestamp_ms, step";

constexpr store::NamedStatement kStatements[] = {{"tracking.insert_logged_model", kInsert},
                                                 {"tracking.logged_model_by_id", kById},
                                                 {"tracking.set_logged_model_status", kSetStatus},
                                                 {"tracking.delete_logged_model", kDelete},
                                                 {"tracking.set_logged_model_tag", kSetTag},
                                                 {"tracking.delete_logged_model_tag", kDeleteTag},
                                                 {"tracking.insert_logged_model_param", kInsertParam},
                                                 {"tracking.logged_model_params", kParams},
                                                 {"tracking.logged_model_tags", kTags},
                                                 {"tracking.logged_model_metrics", kMetrics}};

KeyValue pair_of(const store::Row& row) { return {row.string(0), row.string(1)}; }

// Deleted ones too: a client may still tag or finalize what it is about to lose.
Result<LoggedModel> find_any(store::Reader& reader, std::string_view model_id) {
  MARU_ASSIGN(auto model, reader.first(kById, {model_id}, logged_model_of));
  if (!model) return not_found("Logged model with ID '{}' not found.", model_id);
  return std::move(*model);
}

Result<void> write_param(store::Transaction& tx, std::string_view model_id, const Param& param) {
  auto inserted = tx.execute(kInsertParam, {model_id, param.key, param.value});
  if (inserted) return {};
  if (inserted.error().code != Code::already_exists) return inserted.error();
  return invalid("Param with key='{}' was already logged for model ID='{}'.", param.key, model_id);
}

}  // namespace

std::span<const store::NamedStatement> logged_model_statements() { return kStatements; }

LoggedModel logged_model_of(const store::Row& row) {
  LoggedModel model;
  model.id = row.string(0);
  model.experiment_id = std::to_string(row.int64(1));
  model.name = row.string(2);
  model.type = row.string(3);
  model.source_run_id = row.string(4);
  model.artifact_uri = row.string(5);
  model.status = static_cast<ModelStatus>(std::clamp<std::int64_t>(row.int64(6), 0, 3));
  model.status_message = row.string(7);
  model.lifecycle = row.text(8) == "active" ? Lifecycle::active : Lifecycle::deleted;
  model.created_ms = row.int64(9);
  model.updated_ms = row.int64(10);
  return model;
}

Result<void> load_details(store::Reader& reader, LoggedModel& model) {
  MARU_ASSIGN(model.params, reader.all(kParams, {model.id}, pair_of));
  MARU_ASSIGN(model.tags, reader.all(kTags, {model.id}, pair_of));
  return reader.query(kMetrics, {model.id}, [&](const store::Row& row) {
    model.metrics.push_back({.key = row.string(0),
                             .value = metric_value(row.number(1), row.boolean(2)),
                             .timestamp_ms = row.int64(3),
                             .step = row.int64(4),
                             .model_id = model.id,
                             .run_id = row.string(5),
                             .dataset_name = row.string(6),
                             .dataset_digest = row.string(7)});
  });
}

Result<LoggedModel> LoggedModels::create(NewLoggedModel model, const Origin&) {
  MARU_TRY(check_logged_model_name(model.name));
  return context_.database.write([&](store::Transaction& tx) -> Result<LoggedModel> {
    MARU_ASSIGN(auto experiment, find_active_experiment(tx, model.experiment_id));
    const auto id = "m-" + new_id();
    const auto name = model.name.empty() ? random_name() : model.name;
    const auto uri = fmt::format("{}/models/{}/artifacts", experiment.artifact_location, id);
    MARU_TRY(tx.execute(kInsert, {id, std::stoll(experiment.id), name, model.type, model.source_run_id, uri,
                                  static_cast<int>(ModelStatus::pending), context_.clock.now_ms()}));
    for (const auto& param : model.params) MARU_TRY(write_param(tx, id, param));
    for (const auto& tag : model.tags) MARU_TRY(tx.execute(kSetTag, {id, tag.key, tag.value}));
    MARU_ASSIGN(auto made, find_any(tx, id));
    MARU_TRY(load_details(tx, made));
    return made;
  });
}

Result<LoggedModel> LoggedModels::get(std::string_view model_id, Deleted deleted) const {
  return context_.database.read([&](store::Reader& reader) -> Result<LoggedModel> {
    MARU_ASSIGN(auto model, find_any(reader, model_id));
    if (model.lifecycle == Lifecycle::deleted && deleted == Deleted::refuse) {
      return not_found("Logged model with ID '{}' not found.", model_id);
    }
    MARU_TRY(load_details(reader, model));
    return model;
  });
}

Result<LoggedModel> LoggedModels::finalize(std::string_view model_id, ModelStatus status) {
  return context_.database.write([&](store::Transaction& tx) -> Result<LoggedModel> {
    MARU_ASSIGN(auto model, find_any(tx, model_id));
    model.status = status;
    model.updated_ms = context_.clock.now_ms();
    MARU_TRY(tx.execute(kSetStatus, {model_id, static_cast<int>(status), model.updated_ms}));
    MARU_TRY(load_details(tx, model));
    return model;
  });
}

Result<void> LoggedModels::remove(std::string_view model_id) {
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto model, find_any(tx, model_id));
    MARU_TRY(tx.execute(kDelete, {model.id, context_.clock.now_ms()}));
    return {};
  });
}

Result<void> LoggedModels::set_tags(std::string_view model_id, std::span<const Tag> tags) {
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto model, find_any(tx, model_id));
    for (const auto& tag : tags) MARU_TRY(tx.execute(kSetTag, {model.id, tag.key, tag.value}));
    return {};
  });
}

Result<void> LoggedModels::delete_tag(std::string_view model_id, std::string_view key) {
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto model, find_any(tx, model_id));
    MARU_ASSIGN(const auto deleted, tx.execute(kDeleteTag, {model.id, key}));
    if (deleted == 0) return not_found("No tag with key '{}' found for model with ID '{}'.", key, model_id);
    return {};
  });
}

Result<void> LoggedModels::log_params(std::string_view model_id, std::span<const Param> params) {
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto model, find_any(tx, model_id));
    for (const auto& param : params) MARU_TRY(write_param(tx, model.id, param));
    return {};
  });
}

}  // namespace maru::tracking
