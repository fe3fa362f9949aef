#include "features/feature_store.h"

#include <set>
#include <shared_mutex>

#include "base/file.h"
#include "base/ids.h"
#include "base/log.h"
#include "datasets/lineage.h"
#include "events/log.h"
#include "features/internal/materializer.h"
#include "features/internal/offline.h"
#include "features/internal/online.h"
#include "features/internal/segments.h"
#include "features/internal/tables.h"

namespace maru::features {
namespace {

constexpr std::uint64_t kPruneBatchRows = 10'000;

// One snapshot at a time; readers copy the pointer.
class SnapshotHolder {
 public:
  std::shared_ptr<const Snapshot> get() const {
    const std::shared_lock lock(mutex_);
    return snapshot_;
  }
  void set(std::shared_ptr<const Snapshot> snapshot) {
    const std::unique_lock lock(mutex_);
    snapshot_.swap(snapshot);
  }

 private:
  mutable std::shared_mutex mutex_;
  std::shared_ptr<const Snapshot> snapshot_ =
      std::make_shared<const Snapshot>(Snapshot{std::make_unique<Model>(), {}});
};

class LocalFeatureStore final : public FeatureStore {
 public:
  LocalFeatureStore(FeatureStoreOptions options, Parts parts)
      : options_(std::move(options)),
        parts_(parts),
        segments_(options_.folder, parts.database, parts.online, parts.lake, parts.clock),
        offline_(parts.lake, parts.catalog, segments_, schemas_, parts.clock) {}

  // What a project whose data is gone would define is left out, and said so: the server starts all the same.
  Result<void> load() {
    MARU_ASSIGN(const auto stored,
                parts_.database.read([](store::Reader& reader) { return tables::all_definitions(reader); }));
    for (const Definitions& project : stored) {
      auto with = projects_;
      with.push_back(project);
      MARU_ASSIGN(const Definitions all, merged(with));
      const auto snapshot = Snapshot::build(all, finder());
      if (!snapshot.has_value()) {
        log_error("features", "a project's features are not available",
                  {{"project", project.project}, {"reason", snapshot.error().message}});
        continue;
      }
      projects_ = std::move(with);
      snapshot_.set(*snapshot);
    }
    return {};
  }

  Result<void> define(const Definitions& definitions) override {
    const std::lock_guard lock(define_mutex_);
    auto projects = projects_;
    std::erase_if(projects, [&](const Definitions& each) { return each.project == definitions.project; });
    projects.push_back(definitions);
    MARU_ASSIGN(const Definitions all, merged(projects));
    MARU_ASSIGN(auto snapshot, Snapshot::build(all, finder()));
    MARU_TRY(parts_.database.write([&](store::Transaction& transaction) {
      return tables::put_definitions(transaction, definitions, parts_.clock.now_ms());
    }));
    projects_ = std::move(projects);
    snapshot_.set(std::move(snapshot));
    return {};
  }

  Definitions definitions(std::string_view project) const override {
    const std::lock_guard lock(define_mutex_);
    for (const Definitions& each : projects_)
      if (each.project == project) return each;
    if (!project.empty()) return {};
    return snapshot_.get()->model->definitions;
  }

  Result<TrainingSet> training_set(const TrainingSetRequest& request) override {
    MARU_TRY(refresh());
    const auto snapshot = snapshot_.get();
    return offline_.training_set(*snapshot, request);
  }

  Result<MaterializeReport> materialize(std::span<const std::string> views, std::optional<TimeMs> from_ms,
                                        std::optional<TimeMs> to_ms, const Progress& progress,
                                        store::Lake::Cancel cancel) override {
    MARU_TRY(refresh());
    const std::lock_guard lock(materialize_mutex_);
    const auto snapshot = snapshot_.get();
    MARU_ASSIGN(const auto wanted, views_named(*snapshot->model, views));
    MaterializeReport out;
    std::set<std::size_t> done;
    for (const ViewModel* view : wanted) {
      if (done.insert(view->row_set).second) {
        MARU_ASSIGN(const auto report,
                    materialize_rows(
                        {parts_.lake, parts_.online, offline_, schemas_, options_.materialize_batch_rows},
                        *snapshot->model, *view, {from_ms, to_ms}, progress, cancel));
        out.rows += report.rows;
        out.to_ms = std::max(out.to_ms, report.to_ms);
        out.resumed |= report.resumed;
      }
      MARU_TRY(tell_materialized(*snapshot->model, *view));
    }
    return out;
  }

  Result<std::uint64_t> push(std::string_view source, const Table& rows) override {
    const auto snapshot = snapshot_.get();
    MARU_ASSIGN(const SourceModel* found, snapshot->model->source(source));
    if (rows.rows() > options_.push_rows_limit)
      return make_error(Code::payload_too_large, "a push takes at most {} rows, got {}",
                        options_.push_rows_limit, rows.rows());
    MARU_ASSIGN(const Table conformed, conform(rows, found->relation, parts_.clock.now_ms()));
    MARU_TRY(push_rows(parts_.online, schemas_, *snapshot->model, *found, conformed));
    return static_cast<std::uint64_t>(rows.rows());
  }

  Result<Table> rows_from_json(std::string_view source, const JsonReader& rows) const override {
    const auto snapshot = snapshot_.get();
    MARU_ASSIGN(const SourceModel* found, snapshot->model->source(source));
    return table_from_json(rows, found->relation.columns, options_.push_rows_limit);
  }

  Result<OnlineRows> read_online(const OnlineRequest& request) const override {
    const auto snapshot = snapshot_.get();
    if (request.entities.rows() == 0) return invalid("entities: expected at least one");
    if (request.entities.rows() > options_.read_entities_limit)
      return make_error(Code::payload_too_large, "entities: at most {} in one read, got {}",
                        options_.read_entities_limit, request.entities.rows());
    const TimeMs at_ms = request.at_ms.value_or(parts_.clock.now_ms());
    if (!request.service.empty()) {
      if (!request.features.empty()) return invalid("give `service` or `features`, not both");
      MARU_ASSIGN(const CompiledService* service, snapshot->service(request.service));
      return read_service(parts_.online, schemas_, *snapshot->model, *service, request.entities, at_ms);
    }
    if (request.features.empty()) return invalid("expected a `service` or `features`");
    MARU_ASSIGN(auto resolved, resolve_parts(*snapshot->model, "", request.features));
    const CompiledService service(std::move(resolved));
    return read_service(parts_.online, schemas_, *snapshot->model, service, request.entities, at_ms);
  }

  Result<Table> entities_from_json(const JsonReader& entities) const override {
    MARU_ASSIGN(const auto items, entities.items());
    if (items.size() > options_.read_entities_limit)
      return make_error(Code::payload_too_large, "{}: at most {}, got {}", entities.path(),
                        options_.read_entities_limit, items.size());
    store::LakeSchema schema;
    for (const JsonReader& item : items) {
      MARU_ASSIGN(const auto fields, item.fields());
      for (const auto& [name, value] : fields) {
        const bool known = std::any_of(schema.begin(), schema.end(),
                                       [&](const auto& column) { return column.first == name; });
        if (!known) schema.emplace_back(name, type_of_json(value.value()));
      }
    }
    return table_from_json(entities, schema, options_.read_entities_limit);
  }

  Result<JsonObject> describe() const override;

  Result<std::uint64_t> flush() override {
    const auto snapshot = snapshot_.get();
    std::uint64_t rows = 0;
    for (const auto& [name, source] : snapshot->model->sources) {
      MARU_ASSIGN(const auto flushed, segments_.flush(source, schemas_));
      rows += flushed;
    }
    return rows;
  }

  Result<std::uint64_t> prune() override {
    const auto snapshot = snapshot_.get();
    std::uint64_t total = 0;
    for (const RowSet& set : snapshot->model->row_sets) {
      if (set.retention_ms == 0) continue;
      std::string from;
      do {
        const std::string start = from;
        MARU_ASSIGN(const auto removed, parts_.online.write([&](store::KeyValueWriter& writer) {
          from = start;  // the function may run again
          return prune_rows(writer, set, parts_.clock.now_ms() - set.retention_ms, kPruneBatchRows, from);
        }));
        total += removed;
      } while (!from.empty());
    }
    return total;
  }

 private:
  static ColumnType type_of_json(const Json& value) {
    if (value.is_bool()) return ColumnType::boolean;
    if (value.is_double()) return ColumnType::float64;
    if (value.is_number()) return ColumnType::int64;
    return ColumnType::text;
  }

  SchemaFinder finder() {
    return {
        .dataset = [this](std::string_view name) { return parts_.catalog.version(name); },
        .sql = [this](std::string_view sql, const Model& model) { return describe_sql(sql, model); },
    };
  }

  Result<SchemaFinder::SqlAnswer> describe_sql(std::string_view sql, const Model& model) {
    std::vector<std::shared_ptr<Table>> tables;
    SchemaFinder::SqlAnswer answer;
    const auto find = [&](std::string_view name) -> Result<std::optional<store::LakeSource>> {
      const auto found = model.sources.find(name);
      if (found == model.sources.end()) return std::optional<store::LakeSource>{};
      auto table = std::make_shared<Table>();
      for (const auto& [column, type] : found->second.relation.columns) table->add(Column(column, type));
      tables.push_back(table);
      answer.sources.emplace_back(name);
      return std::optional(
          store::LakeSource{.name = std::string(name), .parquet_files = {}, .table = table.get()});
    };
    MARU_ASSIGN(const auto sources, store::sources_of(parts_.lake, sql, find));
    if (answer.sources.empty()) return invalid("the query reads no source");
    MARU_ASSIGN(answer.columns, parts_.lake.describe(sql, sources));
    return answer;
  }

  // Takes up newer versions of data sets, whose columns may have changed.
  Result<void> refresh() {
    const std::lock_guard lock(define_mutex_);
    const auto snapshot = snapshot_.get();
    bool changed = false;
    for (const auto& [name, source] : snapshot->model->sources) {
      if (source.source.dataset.empty()) continue;
      const auto latest = parts_.catalog.version(source.source.dataset);
      if (!latest.has_value() && latest.error().code != Code::not_found) return latest.error();
      if (latest.has_value() && (!source.dataset || source.dataset->version != latest->version))
        changed = true;
    }
    if (!changed) return {};
    MARU_ASSIGN(const Definitions all, merged(projects_));
    MARU_ASSIGN(auto renewed, Snapshot::build(all, finder()));
    snapshot_.set(std::move(renewed));
    return {};
  }

  static Result<std::vector<const ViewModel*>> views_named(const Model& model,
                                                           std::span<const std::string> names) {
    std::vector<const ViewModel*> out;
    std::vector<std::string> known;
    for (const auto& view : model.views) {
      known.push_back(view->view.name);
      if (names.empty()) out.push_back(view.get());
    }
    for (const auto& name : names) {
      out.push_back(model.view(name));
      if (out.back() == nullptr)
        return not_found("no feature view \"{}\"{}", name, did_you_mean(name, known));
    }
    return out;
  }

  Result<void> tell_materialized(const Model& model, const ViewModel& view) {
    MARU_ASSIGN(const RowSetStats stats, parts_.online.read([&](store::KeyValueReader& reader) {
      return read_stats(reader, model.row_sets[view.row_set].id);
    }));
    std::string project;
    for (const Definitions& each : projects_of(view.view.name)) project = each.project;
    return parts_.database.write([&](store::Transaction& transaction) -> Result<void> {
      for (const auto& source : view.sources) {
        const auto& dataset = model.sources.find(source)->second.dataset;
        if (dataset)
          MARU_TRY(parts_.lineage.link(transaction, {"dataset_version", dataset->text()},
                                       {"feature_view", view.view.name}, "feeds"));
      }
      MARU_TRY(parts_.events.append(
          transaction,
          {"feature.materialized",
           "feature_view/" + view.view.name,
           project,
           "server",
           JsonObject{{"view", view.view.name}, {"rows", stats.rows}, {"to_ms", stats.newest_ms}},
           {}}));
      return {};
    });
  }

  std::vector<Definitions> projects_of(std::string_view view) const {
    const std::lock_guard lock(define_mutex_);
    std::vector<Definitions> out;
    for (const Definitions& each : projects_)
      if (each.view(view) != nullptr) out.push_back(each);
    return out;
  }

  FeatureStoreOptions options_;
  Parts parts_;
  SchemaBook schemas_;
  Segments segments_;
  Offline offline_;
  SnapshotHolder snapshot_;
  mutable std::mutex define_mutex_;
  std::mutex materialize_mutex_;
  std::vector<Definitions> projects_;  // guarded by define_mutex_
};

JsonObject describe_view(const ViewModel& view, const RowSetStats& stats,
                         const std::optional<MaterializeState>& state) {
  JsonArray features;
  for (std::size_t i = 0; i < view.features.size(); ++i) {
    const std::string definition = view.view.kind == ViewKind::aggregate
                                       ? view.view.aggregates[i].second.text()
                                       : view.relation->columns[view.columns[i]].first;
    features.push_back(JsonObject{{"name", view.features[i].first},
                                  {"type", name_of(view.features[i].second)},
                                  {"definition", definition}});
  }
  JsonObject online{{"rows", stats.rows},
                    {"newest_ms", stats.rows == 0 ? Json(nullptr) : Json(stats.newest_ms)}};
  online["materialized_to_ms"] = state ? Json(state->done_ms) : Json(nullptr);
  online["complete"] = state && state->is_complete;
  JsonObject out{
      {"name", view.view.name},      {"entity", view.view.entity},
      {"source", view.view.source},  {"kind", name_of(view.view.kind)},
      {"ttl_ms", view.view.ttl_ms},  {"features", std::move(features)},
      {"online", std::move(online)}, {"sources", JsonArray(view.sources.begin(), view.sources.end())}};
  if (view.view.kind == ViewKind::sql) out["sql"] = view.view.sql;
  return out;
}

JsonObject describe_source(const SourceModel& source) {
  JsonObject columns;
  for (const auto& [name, type] : source.relation.columns) columns[name] = name_of(type);
  return {{"name", source.source.name},
          {"dataset", source.dataset ? Json(source.dataset->text()) : Json(nullptr)},
          {"path", source.source.path},
          {"timestamp", source.source.timestamp},
          {"created", source.source.created},
          {"columns", std::move(columns)}};
}

Result<JsonObject> LocalFeatureStore::describe() const {
  const auto snapshot = snapshot_.get();
  const Model& model = *snapshot->model;
  JsonArray sources, entities, views, groups, services;
  for (const auto& [name, source] : model.sources) sources.push_back(describe_source(source));
  for (const auto& entity : model.definitions.entities)
    entities.push_back(
        JsonObject{{"name", entity.name}, {"keys", JsonArray(entity.keys.begin(), entity.keys.end())}});
  for (const auto& view : model.views) {
    const std::string& id = model.row_sets[view->row_set].id;
    MARU_ASSIGN(const auto stats,
                parts_.online.read([&](store::KeyValueReader& reader) { return read_stats(reader, id); }));
    MARU_ASSIGN(const auto state, MaterializeState::read(parts_.online, id));
    views.push_back(describe_view(*view, stats, state));
  }
  for (const auto& group : model.definitions.on_demand) {
    JsonArray features;
    for (const auto& [name, expression] : group.features)
      features.push_back(JsonObject{{"name", name}, {"definition", expression.text()}});
    groups.push_back(JsonObject{{"name", group.name}, {"features", std::move(features)}});
  }
  for (const auto& service : model.definitions.services) {
    JsonArray features;
    for (const auto& feature : snapshot->services.find(service.name)->second->service.features)
      if (!feature.is_hidden)
        features.push_back(JsonObject{{"name", feature.name}, {"type", name_of(feature.type)}});
    services.push_back(JsonObject{{"name", service.name},
                                  {"views", JsonArray(service.parts.begin(), service.parts.end())},
                                  {"features", std::move(features)}});
  }
  return JsonObject{{"sources", std::move(sources)},
                    {"entities", std::move(entities)},
                    {"views", std::move(views)},
                    {"on_demand", std::move(groups)},
                    {"services", std::move(services)}};
}

}  // namespace

Result<std::unique_ptr<FeatureStore>> FeatureStore::open(FeatureStoreOptions options, Parts parts) {
  MARU_TRY(make_folders(options.folder));
  auto store = std::make_unique<LocalFeatureStore>(std::move(options), parts);
  MARU_TRY(store->load());
  return store;
}

std::string_view name_of(ValueStatus status) {
  switch (status) {
    case ValueStatus::present:
      return "PRESENT";
    case ValueStatus::null_value:
      return "NULL_VALUE";
    case ValueStatus::not_found:
      return "NOT_FOUND";
    case ValueStatus::outside_ttl:
      return "OUTSIDE_MAX_AGE";
  }
  return "INVALID";
}

}  // namespace maru::features
