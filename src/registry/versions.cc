// Model versions: what was registered under a name, in order.

#include "registry/names.h"
#include "registry/source.h"
#include "registry/state.h"
#include "registry/statements.h"

namespace maru::registry {
namespace {

constexpr std::string_view kNextVersion =
    "UPDATE models SET last_version = last_version + 1, updated_ms = ?2 WHERE number = ?1";
constexpr std::string_view kLastVersion = "SELECT last_version FROM models WHERE number = ?1";
constexpr std::string_view kInsert =
    "INSERT INTO model_versions (model, version, stage, description, user_id, source, storage_location, "
    "run_id, run_link, "
    "model_id, status, status_message, created_ms, updated_ms) "
    "VALUES (?1, ?2, 'None', ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, '', ?10, ?10)";
constexpr std::string_view kSetTag =
    "INSERT INTO model_version_tags (model, version, key, value) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (model, version, key) DO UPDATE SET value = excluded.value";
constexpr std::string_view kDeleteTag =
    "DELETE FROM model_version_tags WHERE model = ?1 AND version = ?2 AND key = ?3";
constexpr std::string_view kDescribe =
    "UPDATE model_versions SET description = ?3, updated_ms = ?4 WHERE model = ?1 AND version = ?2";
constexpr std::string_view kSetStage =
    "UPDATE model_versions SET stage = ?3, updated_ms = ?4 WHERE model = ?1 AND version = ?2";
constexpr std::string_view kArchiveOthers =
    "UPDATE model_versions SET stage = 'Archived', updated_ms = ?4 WHERE model = ?1 AND version <> ?2 AND "
    "stage = ?3";
constexpr std::string_view kDeleteTags = "DELETE FROM model_version_tags WHERE model = ?1 AND version = ?2";
constexpr std::string_view kDelete = "DELETE FROM model_versions WHERE model = ?1 AND version = ?2";
constexpr std::string_view kAll =
    "SELECT m.name, v.model, v.version, v.stage, v.description, v.user_id, v.source, v.storage_location, "
    "v.run_id, "
    "v.run_link, v.model_id, v.status, v.status_message, v.created_ms, v.updated_ms "
    "FROM models m JOIN model_versions v ON v.model = m.number WHERE m.number = ?1 ORDER BY v.version DESC";

constexpr store::NamedStatement kStatements[] = {{"registry.next_version", kNextVersion},
                                                 {"registry.last_version", kLastVersion},
                                                 {"registry.insert_version", kInsert},
                                                 {"registry.set_version_tag", kSetTag},
                                                 {"registry.delete_version_tag", kDeleteTag},
                                                 {"registry.describe_version", kDescribe},
                                                 {"registry.set_stage", kSetStage},
                                                 {"registry.archive_others", kArchiveOthers},
                                                 {"registry.delete_version_tags", kDeleteTags},
                                                 {"registry.delete_version", kDelete},
                                                 {"registry.versions", kAll}};

bool is_prompt(std::span<const Tag> tags) {
  return std::ranges::any_of(tags, [](const Tag& tag) { return tag.key == kPromptTag; });
}

}  // namespace

std::span<const store::NamedStatement> version_statements() { return kStatements; }

Result<ResolvedSource> Store::locate(const NewVersion& version) const {
  if (is_prompt(version.tags)) return ResolvedSource{"", version.run_id, version.model_id};
  MARU_TRY(check_source(version.source));
  ResolvedSource found;
  if (auto reference = version_reference(version.source)) {
    MARU_ASSIGN(auto original, resolve(reference->model, reference->alias_or_version));
    found = {original.storage_location, original.run_id, original.model_id};
  } else if (version.source.starts_with("runs:/") || version.source.starts_with("models:/")) {
    MARU_ASSIGN(found, state_->resolver.resolve(version.source));
  } else {
    found.uri = version.source;
  }
  if (!version.model_id.empty() && found.run_id.empty() && version.run_id.empty()) {
    MARU_ASSIGN(auto logged, state_->resolver.resolve("models:/" + version.model_id));
    found.run_id = logged.run_id;
  }
  if (!version.run_id.empty()) found.run_id = version.run_id;
  if (!version.model_id.empty()) found.model_id = version.model_id;
  return found;
}

Result<ModelVersion> Store::create_version(NewVersion version, const Origin& origin) {
  MARU_TRY(check_model_name(version.model));
  for (const auto& tag : version.tags) MARU_TRY(check_tag(tag));
  MARU_ASSIGN(auto where, locate(version));
  return state_->database.write([&](store::Transaction& tx) -> Result<ModelVersion> {
    MARU_ASSIGN(auto model, find_model(tx, version.model));
    const auto now_ms = state_->clock.now_ms();
    MARU_TRY(tx.execute(kNextVersion, {model.number, now_ms}));
    MARU_ASSIGN(auto last,
                tx.first(kLastVersion, {model.number}, [](const store::Row& row) { return row.int64(0); }));
    const auto number = last.value_or(1);
    MARU_TRY(tx.execute(kInsert, {model.number, number, version.description, version.user_id, version.source,
                                  where.uri, where.run_id, version.run_link, where.model_id, now_ms}));
    for (const auto& tag : version.tags)
      MARU_TRY(tx.execute(kSetTag, {model.number, number, tag.key, tag.value}));
    JsonObject payload = {
        {"model", version.model}, {"version", number}, {"run_id", where.run_id}, {"source", version.source}};
    MARU_TRY(state_->events.append(tx, make_event("version.created", version_subject(version.model, number),
                                                  origin, std::move(payload))));
    MARU_ASSIGN(auto made, find_version(tx, version.model, number));
    MARU_TRY(load_details(tx, made));
    return std::move(made.version);
  });
}

Result<ModelVersion> Store::get_version(std::string_view model, std::int64_t version) const {
  return state_->database.read([&](store::Reader& reader) -> Result<ModelVersion> {
    MARU_ASSIGN(auto found, find_version(reader, model, version));
    MARU_TRY(load_details(reader, found));
    return std::move(found.version);
  });
}

Result<std::vector<ModelVersion>> Store::versions(std::string_view model) const {
  return state_->database.read([&](store::Reader& reader) -> Result<std::vector<ModelVersion>> {
    MARU_ASSIGN(auto found, find_model(reader, model));
    MARU_ASSIGN(auto all, reader.all(kAll, {found.number}, version_of));
    std::vector<ModelVersion> out;
    for (auto& version : all) {
      MARU_TRY(load_details(reader, version));
      out.push_back(std::move(version.version));
    }
    return out;
  });
}

Result<ModelVersion> Store::describe_version(std::string_view model, std::int64_t version,
                                             std::string_view description) {
  return state_->database.write([&](store::Transaction& tx) -> Result<ModelVersion> {
    MARU_ASSIGN(auto found, find_version(tx, model, version));
    found.version.description = description;
    found.version.updated_ms = state_->clock.now_ms();
    MARU_TRY(tx.execute(kDescribe, {found.model, version, description, found.version.updated_ms}));
    MARU_TRY(load_details(tx, found));
    return std::move(found.version);
  });
}

Result<void> Store::delete_version(std::string_view model, std::int64_t version, const Origin& origin) {
  return state_->database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto found, find_version(tx, model, version));
    const auto now_ms = state_->clock.now_ms();
    MARU_TRY(load_details(tx, found));
    MARU_TRY(drop_aliases(tx, state_->events, found, origin, now_ms));
    MARU_TRY(tx.execute(kDeleteTags, {found.model, version}));
    MARU_TRY(tx.execute(kDelete, {found.model, version}));
    return touch_model(tx, found.model, now_ms);
  });
}

Result<void> Store::set_version_tag(std::string_view model, std::int64_t version, const Tag& tag) {
  MARU_TRY(check_tag(tag));
  return state_->database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto found, find_version(tx, model, version));
    MARU_TRY(tx.execute(kSetTag, {found.model, version, tag.key, tag.value}));
    return {};
  });
}

Result<void> Store::delete_version_tag(std::string_view model, std::int64_t version, std::string_view key) {
  return state_->database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto found, find_version(tx, model, version));
    MARU_TRY(tx.execute(kDeleteTag, {found.model, version, key}));
    return {};
  });
}

Result<std::vector<ModelVersion>> Store::latest_versions(std::string_view model,
                                                         std::span<const std::string> stages) const {
  std::vector<std::string> wanted;
  for (const auto& stage : stages) {
    MARU_ASSIGN(wanted.emplace_back(), canonical_stage(stage));
  }
  MARU_ASSIGN(auto found, get_model(model));
  std::erase_if(found.latest_versions, [&](const ModelVersion& version) {
    return !wanted.empty() && std::ranges::find(wanted, version.stage) == wanted.end();
  });
  return std::move(found.latest_versions);
}

Result<ModelVersion> Store::transition_stage(std::string_view model, std::int64_t version,
                                             std::string_view stage, Existing existing, const Origin&) {
  MARU_ASSIGN(const auto target, canonical_stage(stage));
  if (existing == Existing::archive && target != "Staging" && target != "Production") {
    return invalid(
        "Model version transition cannot archive existing model versions because '{}' is not an Active "
        "stage. Valid stages "
        "are ['Staging', 'Production']",
        stage);
  }
  return state_->database.write([&](store::Transaction& tx) -> Result<ModelVersion> {
    MARU_ASSIGN(auto found, find_version(tx, model, version));
    const auto now_ms = state_->clock.now_ms();
    if (existing == Existing::archive)
      MARU_TRY(tx.execute(kArchiveOthers, {found.model, version, target, now_ms}));
    MARU_TRY(tx.execute(kSetStage, {found.model, version, target, now_ms}));
    MARU_TRY(touch_model(tx, found.model, now_ms));
    found.version.stage = target;
    found.version.updated_ms = now_ms;
    MARU_TRY(load_details(tx, found));
    return std::move(found.version);
  });
}

}  // namespace maru::registry
