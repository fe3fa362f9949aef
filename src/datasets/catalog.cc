#include "datasets/catalog.h"

#include <atomic>
#include <fstream>
#include <mutex>

#include "base/file.h"
#include "base/ids.h"
#include "datasets/internal/rows.h"
#include "datasets/lineage.h"
#include "datasets/statements.h"
#include "events/log.h"
#include "store/database.h"

namespace maru::datasets {
namespace {

Result<void> check_name(std::string_view name) {
  if (is_plain_name(name)) return {};
  return invalid(
      "\"{}\": a data set's name is 1 to 128 letters, digits, '.', '_' or '-' and begins with a letter, "
      "digit or '_'",
      name);
}

Result<void> check_columns(const Table& table) {
  if (table.columns().empty()) return invalid("a data set needs at least one column");
  return {};
}

std::vector<ColumnSchema> schema_of(const Table& table) {
  std::vector<ColumnSchema> schema;
  for (const Column& column : table.columns())
    schema.push_back({column.name(), column.type(), column.null_count() > 0});
  return schema;
}

// Types to hold new files to. Whole numbers are left out: a column of them may become one of fractions.
store::LakeSchema types_of(const std::optional<DatasetVersion>& before) {
  store::LakeSchema types;
  if (!before) return types;
  for (const auto& column : before->schema)
    if (column.type != ColumnType::int64) types.emplace_back(column.name, column.type);
  return types;
}

std::string_view extension_of(store::FileFormat format) {
  switch (format) {
    case store::FileFormat::csv:
      return ".csv";
    case store::FileFormat::csv_gz:
      return ".csv.gz";
    case store::FileFormat::parquet:
      return ".parquet";
    case store::FileFormat::jsonl:
      return ".jsonl";
  }
  return "";
}

JsonObject version_payload(const DatasetVersion& version, std::uint64_t rows_before) {
  const CheckCounts counts = count_checks(version.checks);
  return {{"dataset", version.name},
          {"version", version.version},
          {"rows", version.rows},
          {"new", {{"rows", version.rows > rows_before ? version.rows - rows_before : 0}}},
          {"content_hash", version.content_hash},
          {"checks", {{"passed", counts.passed}, {"failed", counts.failed}, {"warned", counts.warned}}}};
}

Json member(const JsonObject& object, std::string_view name) {
  const Json* found = object.if_contains(name);
  return found == nullptr ? Json(nullptr) : *found;
}

bool has_failed(const Json& check) { return check.is_object() && count_checks({check}).failed == 1; }

class DatabaseCatalog final : public Catalog {
 public:
  DatabaseCatalog(CatalogOptions options, Parts parts)
      : options_(std::move(options)), parts_(std::move(parts)) {}

  Result<void> declare(const Declaration& declaration) override {
    MARU_TRY(check_name(declaration.name));
    return parts_.database.write([&](store::Transaction& transaction) {
      return rows::upsert_dataset(transaction, declaration, parts_.clock.now_ms());
    });
  }

  Result<Registered> register_file(std::string_view name, const std::filesystem::path& path,
                                   const RegisterOptions& options) override {
    MARU_TRY(check_name(name));
    MARU_ASSIGN(const store::FileFormat format, store::file_format_of(path));
    MARU_ASSIGN(const Table table, read(name, path, format, options).at(path.filename().string()));
    return register_table(name, table, {{"kind", "file"}, {"path", path.string()}}, {}, options);
  }

  Result<Registered> register_upload(std::string_view name, store::FileFormat format, std::string_view bytes,
                                     const RegisterOptions& options) override {
    MARU_TRY(check_name(name));
    if (bytes.size() > options_.upload_limit_bytes)
      return make_error(Code::payload_too_large, "the upload has {} bytes, at most {} are taken",
                        bytes.size(), options_.upload_limit_bytes);
    const std::filesystem::path file =
        options_.folder / "incoming" / (new_id() + std::string(extension_of(format)));
    MARU_TRY(make_folders(file.parent_path()));
    MARU_TRY(write_file_atomically(file, bytes));
    auto table = read(name, file, format, options);
    MARU_TRY(remove_tree(file));
    if (!table.has_value()) return std::move(table.error()).at("upload");
    return register_table(name, *table,
                          {{"kind", "upload"}, {"format", store::name_of(format)}, {"bytes", bytes.size()}},
                          {}, options);
  }

  Result<Registered> register_sql(std::string_view name, std::string_view sql,
                                  const RegisterOptions& options) override {
    MARU_TRY(check_name(name));
    std::vector<DatasetRef> parents;
    MARU_ASSIGN(const Table table, query(sql, &parents));
    return register_table(name, table, {{"kind", "sql"}, {"sql", sql}}, parents, options);
  }

  Result<Registered> register_table(std::string_view name, const Table& table, JsonObject source,
                                    std::span<const DatasetRef> parents,
                                    const RegisterOptions& options) override {
    MARU_TRY(check_name(name));
    MARU_TRY(check_columns(table));
    DatasetVersion version;
    version.name = name;
    version.content_hash = content_hash(table);
    MARU_ASSIGN(const auto latest, this->latest(name));
    if (latest && latest->content_hash == version.content_hash) return Registered{*latest, false};
    version.rows = table.rows();
    version.schema = schema_of(table);
    version.source = std::move(source);
    version.parents.assign(parents.begin(), parents.end());
    version.created_by = options.created_by;
    version.parquet_file = rows::parquet_path(options_.folder, version.content_hash);
    if (parts_.profiler) {
      MARU_ASSIGN(version.profile, parts_.profiler(table));
    }
    if (parts_.checker) {
      MARU_ASSIGN(version.checks, check(name, table));
    }
    MARU_TRY(keep_file(table, version.parquet_file));
    return publish(std::move(version), options);
  }

  Result<std::vector<Dataset>> list(std::string_view project) override {
    return parts_.database.read([&](store::Reader& reader) { return rows::list_datasets(reader, project); });
  }
  Result<Dataset> get(std::string_view name) override {
    return parts_.database.read([&](store::Reader& reader) { return rows::get_dataset(reader, name); });
  }
  Result<std::vector<DatasetVersion>> versions(std::string_view name) override {
    return parts_.database.read([&](store::Reader& reader) -> Result<std::vector<DatasetVersion>> {
      MARU_TRY(rows::get_dataset(reader, name));
      return rows::list_versions(reader, name, options_.folder);
    });
  }
  Result<DatasetVersion> version(std::string_view name, std::optional<std::int64_t> number) override {
    return parts_.database.read([&](store::Reader& reader) -> Result<DatasetVersion> {
      if (number) return rows::get_version(reader, {std::string(name), *number}, options_.folder);
      MARU_TRY(rows::get_dataset(reader, name));
      MARU_ASSIGN(auto latest, rows::latest_version(reader, name, options_.folder));
      if (!latest)
        return not_found("data set \"{}\" is declared, but no version of it was registered yet", name);
      return std::move(*latest);
    });
  }

  Result<Table> load(const DatasetRef& ref, std::span<const std::string> columns) override {
    MARU_ASSIGN(const DatasetVersion found, version(ref.name, ref.version));
    std::string selected;
    std::vector<std::string> known;
    for (const auto& column : found.schema) known.push_back(column.name);
    for (const auto& column : columns) {
      if (found.find(column) == nullptr)
        return not_found("data set {} has no column \"{}\"{}", ref.text(), column,
                         did_you_mean(column, known));
      selected += (selected.empty() ? "" : ", ") + store::sql_identifier(column);
    }
    const store::LakeSource data{.name = "data", .parquet_files = {found.parquet_file}, .table = nullptr};
    return parts_.lake
        .query(fmt::format("SELECT {} FROM data", selected.empty() ? "*" : selected), std::span(&data, 1))
        .at(ref.text());
  }

  Result<Table> rows(const DatasetRef& ref, std::uint64_t offset, std::uint64_t limit) override {
    MARU_ASSIGN(const store::LakeSource data, source(ref, "data"));
    const store::LakeValue parameters[] = {static_cast<std::int64_t>(limit),
                                           static_cast<std::int64_t>(offset)};
    return parts_.lake.query("SELECT * FROM data LIMIT $1 OFFSET $2", std::span(&data, 1), parameters)
        .at(ref.text());
  }

  Result<store::LakeSource> source(const DatasetRef& ref, std::string_view as) override {
    MARU_ASSIGN(const DatasetVersion found, version(ref.name, ref.version));
    return store::LakeSource{.name = std::string(as.empty() ? found.name : as),
                             .parquet_files = {found.parquet_file},
                             .table = nullptr};
  }

  Result<Table> query(std::string_view sql, std::vector<DatasetRef>* read) override {
    std::vector<DatasetRef> refs;
    const auto find = [&](std::string_view name) -> Result<std::optional<store::LakeSource>> {
      const auto at = name.find('@');
      MARU_ASSIGN(const DatasetRef ref, at == name.npos ? latest_ref(name) : DatasetRef::parse(name));
      MARU_ASSIGN(auto found, source(ref, name));
      refs.push_back(ref);
      return found;
    };
    MARU_ASSIGN(const auto sources, store::sources_of(parts_.lake, sql, find));
    if (read != nullptr) *read = std::move(refs);
    return parts_.lake.query(sql, sources);
  }

  Result<void> set_checks(const DatasetRef& ref, const JsonArray& checks) override {
    return parts_.database.write(
        [&](store::Transaction& transaction) { return rows::update_checks(transaction, ref, checks); });
  }

 private:
  Result<std::optional<DatasetVersion>> latest(std::string_view name) {
    return parts_.database.read(
        [&](store::Reader& reader) { return rows::latest_version(reader, name, options_.folder); });
  }

  Result<DatasetRef> latest_ref(std::string_view name) {
    MARU_ASSIGN(const DatasetVersion found, version(name, {}));
    return DatasetRef{found.name, found.version};
  }

  Result<Table> read(std::string_view name, const std::filesystem::path& file, store::FileFormat format,
                     const RegisterOptions& options) {
    store::ReadFileOptions reading{.types = options.types, .columns = options.columns};
    if (reading.types.empty() && format != store::FileFormat::parquet) {
      MARU_ASSIGN(const auto before, latest(name));
      reading.types = types_of(before);
    }
    return parts_.lake.read_file(file, format, reading);
  }

  Result<JsonArray> check(std::string_view name, const Table& table) {
    const auto declared = get(name);
    if (declared.has_value() && !declared->expectations.empty())
      return parts_.checker(table, declared->expectations);
    if (!declared.has_value() && declared.error().code != Code::not_found) return declared.error();
    return JsonArray{};
  }

  // Before the version is visible; a file left by a crash is found again under the same name.
  Result<void> keep_file(const Table& table, const std::filesystem::path& file) {
    std::error_code error;
    if (std::filesystem::exists(file, error)) return {};
    MARU_TRY(parts_.lake.write_parquet(table, file));
    return {};
  }

  Result<Registered> publish(DatasetVersion version, const RegisterOptions& options) {
    return parts_.database.write([&](store::Transaction& transaction) -> Result<Registered> {
      MARU_ASSIGN(auto before, rows::latest_version(transaction, version.name, options_.folder));
      if (before && before->content_hash == version.content_hash)
        return Registered{std::move(*before), false};
      version.version = before ? before->version + 1 : 1;
      version.created_ms = parts_.clock.now_ms();
      MARU_TRY(rows::ensure_dataset(transaction, version.name, version.created_ms));
      MARU_TRY(rows::insert_version(transaction, version));
      const Node node{"dataset_version", DatasetRef{version.name, version.version}.text()};
      for (const auto& parent : version.parents)
        MARU_TRY(parts_.lineage.link(transaction, {"dataset_version", parent.text()}, node, "made"));
      MARU_TRY(tell(transaction, version, before ? before->rows : 0, options));
      return Registered{version, true};
    });
  }

  Result<void> tell(store::Transaction& transaction, const DatasetVersion& version, std::uint64_t rows_before,
                    const RegisterOptions& options) {
    MARU_ASSIGN(const Dataset dataset, rows::get_dataset(transaction, version.name));
    const std::string subject = fmt::format("dataset/{}/{}", version.name, version.version);
    const std::string actor = options.created_by.empty() ? "server" : options.created_by;
    MARU_ASSIGN(const auto id,
                parts_.events.append(transaction, {"dataset.version", subject, dataset.project, actor,
                                                   version_payload(version, rows_before), options.cause}));
    for (const Json& each : version.checks) {
      if (!has_failed(each)) continue;
      const JsonObject& failed = each.get_object();
      JsonObject payload{{"dataset", version.name},
                         {"version", version.version},
                         {"expectation", member(failed, "expect")},
                         {"observed", member(failed, "observed")},
                         {"message", member(failed, "message")}};
      MARU_TRY(parts_.events.append(
          transaction, {"expectation.failed", subject, dataset.project, actor, std::move(payload), id}));
    }
    return {};
  }

  CatalogOptions options_;
  Parts parts_;
};

}  // namespace

Result<std::unique_ptr<Catalog>> Catalog::open(CatalogOptions options, Parts parts) {
  MARU_TRY(make_folders(options.folder));
  MARU_TRY(remove_tree(options.folder / "incoming"));  // uploads that a killed server was reading
  return std::make_unique<DatabaseCatalog>(std::move(options), std::move(parts));
}

std::span<const store::NamedStatement> catalog_statements() { return rows::statements(); }

}  // namespace maru::datasets
