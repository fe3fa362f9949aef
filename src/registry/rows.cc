#include "registry/rows.h"

#include "registry/names.h"
#include "registry/statements.h"

namespace maru::registry {
namespace {

constexpr std::string_view kModelByName =
    "SELECT m.number, m.name, m.description, m.created_ms, m.updated_ms FROM models m WHERE m.name = ?1";
constexpr std::string_view kVersion =
    "SELECT m.name, v.model, v.version, v.stage, v.description, v.user_id, v.source, v.storage_location, "
    "v.run_id, "
    "v.run_link, v.model_id, v.status, v.status_message, v.created_ms, v.updated_ms "
    "FROM models m JOIN model_versions v ON v.model = m.number WHERE m.name = ?1 AND v.version = ?2";
constexpr std::string_view kModelTags = "SELECT key, value FROM model_tags WHERE model = ?1 ORDER BY key";
constexpr std::string_view kModelAliases =
    "SELECT alias, version FROM model_aliases WHERE model = ?1 ORDER BY alias";
constexpr std::string_view kLatest =
    "SELECT m.name, v.model, v.version, v.stage, v.description, v.user_id, v.source, v.storage_location, "
    "v.run_id, "
    "v.run_link, v.model_id, v.status, v.status_message, v.created_ms, v.updated_ms "
    "FROM models m JOIN model_versions v ON v.model = m.number WHERE m.number = ?1 AND v.version = "
    "(SELECT max(w.version) FROM model_versions w WHERE w.model = v.model AND w.stage = v.stage) ORDER BY "
    "v.version";
constexpr std::string_view kVersionTags =
    "SELECT key, value FROM model_version_tags WHERE model = ?1 AND version = ?2 ORDER BY key";
constexpr std::string_view kVersionAliases =
    "SELECT alias FROM model_aliases WHERE model = ?1 AND version = ?2 ORDER BY alias";

constexpr store::NamedStatement kStatements[] = {
    {"registry.model_by_name", kModelByName},     {"registry.version", kVersion},
    {"registry.model_tags", kModelTags},          {"registry.model_aliases", kModelAliases},
    {"registry.latest_versions", kLatest},        {"registry.version_tags", kVersionTags},
    {"registry.version_aliases", kVersionAliases}};

Tag tag_of(const store::Row& row) { return {row.string(0), row.string(1)}; }

}  // namespace

std::span<const store::NamedStatement> row_statements() { return kStatements; }

NumberedModel model_of(const store::Row& row) {
  NumberedModel out;
  out.number = row.int64(0);
  out.model.name = row.string(1);
  out.model.description = row.string(2);
  out.model.created_ms = row.int64(3);
  out.model.updated_ms = row.int64(4);
  return out;
}

NumberedVersion version_of(const store::Row& row) {
  NumberedVersion out;
  auto& version = out.version;
  version.model = row.string(0);
  out.model = row.int64(1);
  version.version = row.int64(2);
  version.stage = row.string(3);
  version.description = row.string(4);
  version.user_id = row.string(5);
  version.source = row.string(6);
  version.storage_location = row.string(7);
  version.run_id = row.string(8);
  version.run_link = row.string(9);
  version.model_id = row.string(10);
  version.status = static_cast<VersionStatus>(std::clamp<std::int64_t>(row.int64(11), 0, 2));
  version.status_message = row.string(12);
  version.created_ms = row.int64(13);
  version.updated_ms = row.int64(14);
  return out;
}

Result<NumberedModel> find_model(store::Reader& reader, std::string_view name) {
  MARU_TRY(check_model_name(name));
  MARU_ASSIGN(auto model, reader.first(kModelByName, {name}, model_of));
  if (!model) return not_found("Registered Model with name={} not found", name);
  return std::move(*model);
}

Result<NumberedVersion> find_version(store::Reader& reader, std::string_view model, std::int64_t version) {
  MARU_TRY(check_model_name(model));
  MARU_ASSIGN(auto found, reader.first(kVersion, {model, version}, version_of));
  if (!found) return not_found("Model Version (name={}, version={}) not found", model, version);
  return std::move(*found);
}

Result<void> load_details(store::Reader& reader, NumberedModel& model) {
  MARU_ASSIGN(model.model.tags, reader.all(kModelTags, {model.number}, tag_of));
  MARU_ASSIGN(model.model.aliases, reader.all(kModelAliases, {model.number}, [](const store::Row& row) {
    return Alias{row.string(0), row.int64(1)};
  }));
  MARU_ASSIGN(auto latest, reader.all(kLatest, {model.number}, version_of));
  for (auto& version : latest) {
    MARU_TRY(load_details(reader, version));
    model.model.latest_versions.push_back(std::move(version.version));
  }
  return {};
}

Result<void> load_details(store::Reader& reader, NumberedVersion& version) {
  MARU_ASSIGN(version.version.tags,
              reader.all(kVersionTags, {version.model, version.version.version}, tag_of));
  MARU_ASSIGN(version.version.aliases, reader.all(kVersionAliases, {version.model, version.version.version},
                                                  [](const store::Row& row) { return row.string(0); }));
  return {};
}

}  // namespace maru::registry
