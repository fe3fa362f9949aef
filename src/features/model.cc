#include "features/internal/model.h"

#include "base/ids.h"

namespace maru::features {
namespace {

Result<std::size_t> column_of(const Relation& relation, std::string_view column, const std::string& path) {
  if (const auto found = relation.find(column)) return *found;
  return invalid("{}: {} has no column \"{}\"{}", path, relation.name, column,
                 did_you_mean(column, relation.names()));
}

Result<void> bind_times(Relation& relation, std::string_view timestamp, std::string_view created,
                        const std::string& path) {
  MARU_ASSIGN(relation.timestamp, column_of(relation, timestamp, path + ".timestamp"));
  if (relation.columns[relation.timestamp].second != ColumnType::timestamp)
    return invalid("{}.timestamp: expected a column of times, \"{}\" is {}", path, timestamp,
                   name_of(relation.columns[relation.timestamp].second));
  if (created.empty()) return {};
  MARU_ASSIGN(relation.created, column_of(relation, created, path + ".created"));
  if (relation.columns[*relation.created].second != ColumnType::timestamp)
    return invalid("{}.created: expected a column of times, \"{}\" is {}", path, created,
                   name_of(relation.columns[*relation.created].second));
  return {};
}

Result<SourceModel> resolve_source(const Source& source, const SchemaFinder& finder) {
  SourceModel out;
  out.source = source;
  out.relation.name = fmt::format("source \"{}\"", source.name);
  const std::string path = "sources." + source.name;
  if (!source.dataset.empty()) {
    const auto version = finder.dataset(source.dataset);
    if (!version.has_value() && version.error().code != Code::not_found) return version.error();
    if (!version.has_value() && source.columns.empty())
      return make_error(Code::failed_precondition,
                        "{}: {}; register it first, or declare the source's `columns`", path,
                        version.error().message);
    if (version.has_value()) {
      out.dataset = datasets::DatasetRef{version->name, version->version};
      for (const auto& column : version->schema) out.relation.columns.emplace_back(column.name, column.type);
    }
  }
  for (const auto& column : source.columns)
    if (!out.relation.find(column.first)) out.relation.columns.push_back(column);
  MARU_TRY(bind_times(out.relation, source.timestamp, source.created, path));
  return out;
}

// The first source's time columns that the answer of a view's SQL has, unless the view names its own.
Result<Relation> resolve_sql(const View& view, const Model& model, const SchemaFinder& finder,
                             std::vector<std::string>& sources) {
  const std::string path = "features." + view.name;
  Relation relation;
  relation.name = fmt::format("the answer of view \"{}\"", view.name);
  MARU_ASSIGN(auto answer, finder.sql(view.sql, model).at(path + ".sql"));
  relation.columns = std::move(answer.columns);
  sources = std::move(answer.sources);
  std::string timestamp = view.timestamp, created = view.created;
  for (const Source& source : model.definitions.sources) {
    if (timestamp.empty() && relation.find(source.timestamp)) timestamp = source.timestamp;
    if (created.empty() && !source.created.empty() && relation.find(source.created)) created = source.created;
  }
  if (timestamp.empty())
    return invalid(
        "{}.sql: the answer has no source's timestamp column; select it, or say which column it is in "
        "`timestamp`",
        path);
  MARU_TRY(bind_times(relation, timestamp, created, path));
  return relation;
}

bool is_number_like(ColumnType type) { return type != ColumnType::text; }

ColumnType type_of(Aggregate function, ColumnType column) {
  switch (function) {
    case Aggregate::last:
    case Aggregate::min:
    case Aggregate::max:
      return column;
    case Aggregate::count:
      return ColumnType::int64;
    case Aggregate::mean:
    case Aggregate::sum:
    case Aggregate::std:
      break;
  }
  return ColumnType::float64;
}

Result<void> bind_features(ViewModel& view) {
  const std::string path = "features." + view.view.name;
  const Relation& relation = *view.relation;
  for (const auto& [name, column] : view.view.columns) {
    MARU_ASSIGN(const std::size_t index, column_of(relation, column, path + ".columns." + name));
    view.features.emplace_back(name, relation.columns[index].second);
    view.columns.push_back(index);
  }
  for (const auto& [name, aggregate] : view.view.aggregates) {
    const std::string where = path + ".aggregate." + name;
    std::size_t index = relation.timestamp;
    if (aggregate.column != "*") {
      MARU_ASSIGN(index, column_of(relation, aggregate.column, where));
    }
    const ColumnType type = relation.columns[index].second;
    if (aggregate.function != Aggregate::last && aggregate.function != Aggregate::count &&
        !is_number_like(type))
      return invalid("{}: {} needs a column of numbers, \"{}\" is {}", where, name_of(aggregate.function),
                     aggregate.column, name_of(type));
    view.features.emplace_back(name, type_of(aggregate.function, type));
    view.columns.push_back(index);
  }
  return {};
}

Result<std::vector<std::size_t>> bind_keys(const Relation& relation, const Entity& entity,
                                           const std::string& path) {
  std::vector<std::size_t> keys;
  for (const auto& key : entity.keys) {
    MARU_ASSIGN(const std::size_t index, column_of(relation, key, path));
    const ColumnType type = relation.columns[index].second;
    if (type == ColumnType::float64 || type == ColumnType::timestamp)
      return invalid("{}: key \"{}\" of entity \"{}\" is {}; keys are text, int64 or boolean", path, key,
                     entity.name, name_of(type));
    keys.push_back(index);
  }
  return keys;
}

// A sql view's features: every column that is not a key and not a time.
void take_all_columns(ViewModel& view, const std::vector<std::size_t>& keys) {
  const Relation& relation = *view.relation;
  for (std::size_t i = 0; i < relation.columns.size(); ++i) {
    if (i == relation.timestamp || i == relation.created ||
        std::find(keys.begin(), keys.end(), i) != keys.end())
      continue;
    view.features.push_back(relation.columns[i]);
    view.columns.push_back(i);
  }
}

// How long a row can matter to this view; 0 = for ever.
DurationMs retention_of(const View& view) {
  if (view.ttl_ms != 0) return view.ttl_ms;
  if (view.kind != ViewKind::aggregate) return 0;
  DurationMs span = 0;
  for (const auto& [name, aggregate] : view.aggregates)
    span = std::max(span, aggregate.window_ms + aggregate.offset_ms);
  return 2 * span;  // reads as of the past, as far back as the windows reach
}

std::size_t row_set_for(Model& model, const ViewModel& view, std::vector<std::size_t> keys) {
  const bool own = view.view.kind == ViewKind::sql;
  std::string id =
      own ? "view/" + view.view.name : fmt::format("source/{}/{}", view.view.source, view.entity.name);
  const DurationMs retention = retention_of(view.view);
  for (std::size_t i = 0; i < model.row_sets.size(); ++i) {
    RowSet& set = model.row_sets[i];
    if (set.id != id) continue;
    set.retention_ms = set.retention_ms == 0 || retention == 0 ? 0 : std::max(set.retention_ms, retention);
    return i;
  }
  model.row_sets.push_back(
      {std::move(id), own ? "" : view.view.source, view.relation, std::move(keys), retention});
  return model.row_sets.size() - 1;
}

Result<void> resolve_view(Model& model, const View& definition, const SchemaFinder& finder) {
  auto view = std::make_unique<ViewModel>();
  view->view = definition;
  view->entity = *model.definitions.entity(definition.entity);
  const std::string path = "features." + definition.name;
  if (definition.kind == ViewKind::sql) {
    MARU_ASSIGN(view->own_relation, resolve_sql(definition, model, finder, view->sources));
    view->relation = &*view->own_relation;
  } else {
    view->relation = &model.sources.find(definition.source)->second.relation;
    view->sources = {definition.source};
  }
  MARU_ASSIGN(auto keys, bind_keys(*view->relation, view->entity, path));
  if (definition.kind == ViewKind::sql)
    take_all_columns(*view, keys);
  else
    MARU_TRY(bind_features(*view));
  if (view->features.empty()) return invalid("{}: answers no feature beside its keys and times", path);
  view->row_set = row_set_for(model, *view, std::move(keys));
  model.views.push_back(std::move(view));
  return {};
}

}  // namespace

std::optional<std::size_t> Relation::find(std::string_view column) const {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].first == column) return i;
  return {};
}

std::vector<std::string> Relation::names() const {
  std::vector<std::string> out;
  for (const auto& [column, type] : columns) out.push_back(column);
  return out;
}

const ViewModel* Model::view(std::string_view name) const {
  for (const auto& view : views)
    if (view->view.name == name) return view.get();
  return nullptr;
}

Result<const SourceModel*> Model::source(std::string_view name) const {
  const auto found = sources.find(name);
  if (found != sources.end()) return &found->second;
  std::vector<std::string> known;
  for (const auto& [each, source] : sources) known.push_back(each);
  return not_found("no source \"{}\"{}", name, did_you_mean(name, known));
}

Result<std::unique_ptr<Model>> resolve(const Definitions& definitions, const SchemaFinder& finder) {
  auto model = std::make_unique<Model>();
  model->definitions = definitions;
  for (const Source& source : definitions.sources) {
    MARU_ASSIGN(SourceModel resolved, resolve_source(source, finder));
    model->sources.emplace(source.name, std::move(resolved));
  }
  for (const View& view : definitions.views) MARU_TRY(resolve_view(*model, view, finder));
  for (const Service& service : definitions.services)
    MARU_TRY(resolve_parts(*model, service.name, service.parts).at("services." + service.name));
  return model;
}

}  // namespace maru::features
