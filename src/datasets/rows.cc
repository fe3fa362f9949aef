#include "datasets/internal/rows.h"

#include "base/ids.h"

namespace maru::datasets::rows {
namespace {

using store::Row;

constexpr std::string_view kUpsert =
    "INSERT INTO datasets (name, project, description, timestamp_column, expectations, updated_ms) VALUES "
    "(?1, ?2, ?3, ?4, ?5, ?6) "
    "ON CONFLICT (name) DO UPDATE SET project = excluded.project, description = excluded.description, "
    "timestamp_column = excluded.timestamp_column, expectations = excluded.expectations";
constexpr std::string_view kEnsure =
    "INSERT INTO datasets (name, project, description, timestamp_column, expectations, updated_ms) VALUES "
    "(?1, '', '', '', '[]', ?2) "
    "ON CONFLICT (name) DO UPDATE SET updated_ms = excluded.updated_ms";
constexpr std::string_view kListDatasets =
    "SELECT d.name, d.project, d.description, d.timestamp_column, d.expectations, d.updated_ms, "
    "coalesce(v.version, 0), "
    "coalesce(v.row_count, 0), coalesce(v.column_schema, '[]') FROM datasets d LEFT JOIN dataset_versions v "
    "ON v.name = d.name AND v.version = "
    "(SELECT max(version) FROM dataset_versions WHERE name = d.name) WHERE (?1 = '' OR d.project = ?1) AND "
    "(?2 = '' OR d.name = ?2) ORDER BY d.name";
constexpr std::string_view kInsertVersion =
    "INSERT INTO dataset_versions (name, version, content_hash, row_count, column_schema, profile, checks, "
    "source, parents, created_ms, created_by) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
constexpr std::string_view kLatestVersion =
    "SELECT name, version, content_hash, row_count, column_schema, profile, checks, source, parents, "
    "created_ms, created_by "
    "FROM dataset_versions WHERE name = ?1 ORDER BY version DESC LIMIT 1";
constexpr std::string_view kGetVersion =
    "SELECT name, version, content_hash, row_count, column_schema, profile, checks, source, parents, "
    "created_ms, created_by "
    "FROM dataset_versions WHERE name = ?1 AND version = ?2";
constexpr std::string_view kListVersions =
    "SELECT name, version, content_hash, row_count, column_schema, profile, checks, source, parents, "
    "created_ms, created_by "
    "FROM dataset_versions WHERE name = ?1 ORDER BY version DESC";
constexpr std::string_view kUpdateChecks =
    "UPDATE dataset_versions SET checks = ?3 WHERE name = ?1 AND version = ?2";

constexpr store::NamedStatement kStatements[] = {
    {"datasets.upsert", kUpsert},         {"datasets.ensure", kEnsure},
    {"datasets.list", kListDatasets},     {"datasets.insert_version", kInsertVersion},
    {"datasets.latest", kLatestVersion},  {"datasets.get_version", kGetVersion},
    {"datasets.versions", kListVersions}, {"datasets.update_checks", kUpdateChecks},
};

std::string schema_text(const std::vector<ColumnSchema>& schema) {
  JsonArray out;
  for (const auto& column : schema)
    out.push_back(
        JsonObject{{"name", column.name}, {"type", name_of(column.type)}, {"nullable", column.nullable}});
  return to_json(out);
}

Result<JsonArray> array_from(std::string_view text) {
  MARU_ASSIGN(const Json json, parse_json(text));
  if (!json.is_array())
    return make_error(Code::data_loss, "expected a JSON array in the database, got {}", text);
  return json.get_array();
}

Result<std::vector<ColumnSchema>> schema_from(std::string_view text) {
  MARU_ASSIGN(const Json json, parse_json(text));
  MARU_ASSIGN(const auto items, JsonReader(json).items());
  std::vector<ColumnSchema> schema;
  for (const JsonReader& item : items) {
    MARU_ASSIGN(std::string name, item.text("name"));
    MARU_ASSIGN(const std::string type, item.text("type"));
    MARU_ASSIGN(const bool nullable, item.boolean("nullable"));
    MARU_ASSIGN(const ColumnType column, column_type(type));
    schema.push_back({std::move(name), column, nullable});
  }
  return schema;
}

Result<DatasetVersion> version_from(const Row& row, const std::filesystem::path& folder) {
  DatasetVersion out;
  out.name = row.string(0);
  out.version = row.int64(1);
  out.content_hash = row.string(2);
  out.rows = static_cast<std::uint64_t>(row.int64(3));
  MARU_ASSIGN(out.schema, schema_from(row.text(4)));
  MARU_ASSIGN(out.profile, parse_json_object(row.text(5)));
  MARU_ASSIGN(out.checks, array_from(row.text(6)));
  MARU_ASSIGN(out.source, parse_json_object(row.text(7)));
  MARU_ASSIGN(const Json parents, parse_json(row.text(8)));
  MARU_ASSIGN(const auto texts, JsonReader(parents).texts());
  for (const auto& text : texts) {
    MARU_ASSIGN(DatasetRef parent, DatasetRef::parse(text));
    out.parents.push_back(std::move(parent));
  }
  out.created_ms = row.int64(9);
  out.created_by = row.string(10);
  out.parquet_file = parquet_path(folder, out.content_hash);
  return out;
}

Result<Dataset> dataset_from(const Row& row) {
  Dataset out;
  out.name = row.string(0);
  out.project = row.string(1);
  out.description = row.string(2);
  out.timestamp_column = row.string(3);
  MARU_ASSIGN(out.expectations, array_from(row.text(4)));
  out.updated_ms = row.int64(5);
  out.latest_version = row.int64(6);
  out.rows = static_cast<std::uint64_t>(row.int64(7));
  MARU_ASSIGN(const auto schema, schema_from(row.text(8)));
  out.columns = schema.size();
  return out;
}

}  // namespace

std::filesystem::path parquet_path(const std::filesystem::path& folder, std::string_view content_hash) {
  return folder / content_hash.substr(0, 2) / fmt::format("{}.parquet", content_hash);
}

Result<void> upsert_dataset(store::Transaction& transaction, const Declaration& declaration, TimeMs now_ms) {
  MARU_TRY(transaction.execute(
      kUpsert, {declaration.name, declaration.project, declaration.description, declaration.timestamp_column,
                to_json(declaration.expectations), now_ms}));
  return {};
}

Result<void> ensure_dataset(store::Transaction& transaction, std::string_view name, TimeMs now_ms) {
  MARU_TRY(transaction.execute(kEnsure, {name, now_ms}));
  return {};
}

Result<std::vector<Dataset>> list_datasets(store::Reader& reader, std::string_view project) {
  return reader.all(kListDatasets, {project, ""}, dataset_from);
}

Result<Dataset> get_dataset(store::Reader& reader, std::string_view name) {
  if (!name.empty()) {
    MARU_ASSIGN(auto found, reader.first(kListDatasets, {"", name}, dataset_from));
    if (found) return std::move(*found);
  }
  MARU_ASSIGN(const auto all, list_datasets(reader, ""));
  std::vector<std::string> names;
  for (const auto& dataset : all) names.push_back(dataset.name);
  return not_found("no data set \"{}\"{}", name, did_you_mean(name, names));
}

Result<void> insert_version(store::Transaction& transaction, const DatasetVersion& version) {
  JsonArray parents;
  for (const auto& parent : version.parents) parents.emplace_back(parent.text());
  MARU_TRY(transaction.execute(
      kInsertVersion, {version.name, version.version, version.content_hash, version.rows,
                       schema_text(version.schema), to_json(version.profile), to_json(version.checks),
                       to_json(version.source), to_json(parents), version.created_ms, version.created_by}));
  return {};
}

Result<std::optional<DatasetVersion>> latest_version(store::Reader& reader, std::string_view name,
                                                     const std::filesystem::path& folder) {
  return reader.first(kLatestVersion, {name}, [&](const Row& row) { return version_from(row, folder); });
}

Result<DatasetVersion> get_version(store::Reader& reader, const DatasetRef& ref,
                                   const std::filesystem::path& folder) {
  MARU_ASSIGN(auto found, reader.first(kGetVersion, {ref.name, ref.version},
                                       [&](const Row& row) { return version_from(row, folder); }));
  if (found) return std::move(*found);
  MARU_ASSIGN(const Dataset dataset, get_dataset(reader, ref.name));
  return not_found("data set \"{}\" has no version {}: the latest is {}", ref.name, ref.version,
                   dataset.latest_version);
}

Result<std::vector<DatasetVersion>> list_versions(store::Reader& reader, std::string_view name,
                                                  const std::filesystem::path& folder) {
  return reader.all(kListVersions, {name}, [&](const Row& row) { return version_from(row, folder); });
}

Result<void> update_checks(store::Transaction& transaction, const DatasetRef& ref, const JsonArray& checks) {
  MARU_ASSIGN(const auto changed,
              transaction.execute(kUpdateChecks, {ref.name, ref.version, to_json(checks)}));
  if (changed == 0) return not_found("no data set version {}", ref.text());
  return {};
}

std::span<const store::NamedStatement> statements() { return kStatements; }

}  // namespace maru::datasets::rows
