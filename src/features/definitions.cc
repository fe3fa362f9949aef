#include "features/definitions.h"

#include <array>
#include <set>

#include "base/ids.h"

namespace maru::features {
namespace {

constexpr std::array<std::string_view, 3> kViewKindNames{"columns", "aggregate", "sql"};

using Field = std::pair<std::string, JsonReader>;

// The fields of an optional object whose names must be plain.
Result<std::vector<Field>> named_fields(const JsonReader& project, std::string_view key) {
  const auto section = project.find(key);
  if (!section) return std::vector<Field>{};
  MARU_ASSIGN(auto fields, section->fields());
  for (const auto& [name, reader] : fields)
    if (!is_plain_name(name))
      return reader.wrong(
          "a name is 1 to 128 letters, digits, '.', '_' or '-' and begins with a letter, digit or '_'");
  return fields;
}

Result<std::vector<std::pair<std::string, ColumnType>>> parse_columns(const JsonReader& reader) {
  std::vector<std::pair<std::string, ColumnType>> out;
  MARU_ASSIGN(const auto fields, reader.fields());
  for (const auto& [name, type] : fields) {
    MARU_ASSIGN(const std::string text, type.text());
    MARU_ASSIGN(const ColumnType column, column_type(text).at(type.path()));
    out.emplace_back(name, column);
  }
  return out;
}

Result<Source> parse_source(const std::string& name, const JsonReader& reader) {
  // Keys of other rooms' concern (description, expectations …) are the project schema's to check.
  MARU_TRY(reader.only({"path", "dataset", "timestamp", "created", "columns", "description", "owner", "tags",
                        "format", "sql"}));
  Source source;
  source.name = name;
  MARU_ASSIGN(source.path, reader.text_or("path", ""));
  MARU_ASSIGN(const std::string sql, reader.text_or("sql", ""));
  MARU_ASSIGN(source.dataset, reader.text_or("dataset", source.path.empty() && sql.empty() ? "" : name));
  MARU_ASSIGN(source.timestamp, reader.text("timestamp"));
  MARU_ASSIGN(source.created, reader.text_or("created", ""));
  if (const auto columns = reader.find("columns")) {
    MARU_ASSIGN(source.columns, parse_columns(*columns));
  }
  if (source.dataset.empty() && source.columns.empty())
    return reader.wrong(
        "needs a `path`, a `dataset`, or for rows that are only pushed the `columns` and their types");
  return source;
}

Result<Entity> parse_entity(const std::string& name, const JsonReader& reader) {
  MARU_TRY(reader.only({"keys", "description", "owner", "tags"}));
  Entity entity{name, {}};
  MARU_ASSIGN(const JsonReader keys, reader.field("keys"));
  MARU_ASSIGN(entity.keys, keys.texts());
  if (entity.keys.empty()) return keys.wrong("expected at least one column");
  if (std::set<std::string>(entity.keys.begin(), entity.keys.end()).size() != entity.keys.size())
    return keys.wrong("names a column twice");
  return entity;
}

// ["temp", "hum"] or {"temperature": "temp"}.
Result<std::vector<std::pair<std::string, std::string>>> parse_view_columns(const JsonReader& reader) {
  std::vector<std::pair<std::string, std::string>> out;
  if (reader.value().is_object()) {
    MARU_ASSIGN(const auto fields, reader.fields());
    for (const auto& [name, column] : fields) {
      MARU_ASSIGN(std::string text, column.text());
      out.emplace_back(name, std::move(text));
    }
  } else {
    MARU_ASSIGN(const auto names, reader.texts());
    for (const auto& name : names) out.emplace_back(name, name);
  }
  if (out.empty()) return reader.wrong("expected at least one column");
  return out;
}

Result<void> parse_view_body(const JsonReader& reader, View& view) {
  const auto columns = reader.find("columns"), aggregate = reader.find("aggregate"), sql = reader.find("sql");
  if (columns.has_value() + aggregate.has_value() + sql.has_value() != 1)
    return reader.wrong("needs one of `columns`, `aggregate` and `sql`");
  if (sql) {
    view.kind = ViewKind::sql;
    MARU_ASSIGN(view.sql, sql->text());
    return {};
  }
  MARU_ASSIGN(view.source, reader.text("source"));
  if (columns) {
    MARU_ASSIGN(view.columns, parse_view_columns(*columns));
    return {};
  }
  view.kind = ViewKind::aggregate;
  MARU_ASSIGN(const auto fields, aggregate->fields());
  if (fields.empty()) return aggregate->wrong("expected at least one feature");
  for (const auto& [name, text] : fields) {
    MARU_ASSIGN(const std::string definition, text.text());
    MARU_ASSIGN(WindowAggregate parsed, WindowAggregate::parse(definition).at(text.path()));
    view.aggregates.emplace_back(name, std::move(parsed));
  }
  return {};
}

Result<View> parse_view(const std::string& name, const JsonReader& reader) {
  MARU_TRY(reader.only({"entity", "source", "ttl", "columns", "aggregate", "sql", "timestamp", "created",
                        "description", "owner", "tags"}));
  View view;
  view.name = name;
  MARU_ASSIGN(view.entity, reader.text("entity"));
  MARU_ASSIGN(view.timestamp, reader.text_or("timestamp", ""));
  MARU_ASSIGN(view.created, reader.text_or("created", ""));
  MARU_ASSIGN(view.description, reader.text_or("description", ""));
  MARU_ASSIGN(view.owner, reader.text_or("owner", ""));
  if (const auto ttl = reader.find("ttl")) {
    MARU_ASSIGN(const std::string text, ttl->text());
    MARU_ASSIGN(view.ttl_ms, parse_duration(text).at(ttl->path()));
    if (view.ttl_ms <= 0) return ttl->wrong("expected a time above 0, or no ttl");
  }
  MARU_TRY(parse_view_body(reader, view));
  return view;
}

Result<OnDemand> parse_on_demand(const std::string& name, const JsonReader& reader) {
  OnDemand group{name, {}};
  MARU_ASSIGN(const auto fields, reader.fields());
  if (fields.empty()) return reader.wrong("expected at least one feature");
  for (const auto& [feature, text] : fields) {
    MARU_ASSIGN(const std::string expression, text.text());
    MARU_ASSIGN(auto parsed, expr::Expression::parse(expression).at(text.path()));
    group.features.emplace_back(feature, std::move(parsed));
  }
  return group;
}

template <class T>
std::vector<std::string> names_of(const std::vector<T>& things) {
  std::vector<std::string> names;
  for (const T& thing : things) names.push_back(thing.name);
  return names;
}

Error unknown(std::string_view path, std::string_view what, std::string_view name,
              std::vector<std::string> known) {
  return invalid("{}: unknown {} \"{}\"{}", path, what, name, did_you_mean(name, known));
}

Result<void> check_references(const Definitions& all) {
  std::set<std::string> views_and_groups;
  for (const View& view : all.views) {
    if (all.entity(view.entity) == nullptr)
      return unknown("features." + view.name + ".entity", "entity", view.entity, names_of(all.entities));
    if (!view.source.empty() && all.source(view.source) == nullptr)
      return unknown("features." + view.name + ".source", "source", view.source, names_of(all.sources));
    views_and_groups.insert(view.name);
  }
  for (const OnDemand& group : all.on_demand)
    if (!views_and_groups.insert(group.name).second)
      return invalid("on_demand.{}: a feature view has this name", group.name);
  for (const Service& service : all.services) {
    for (std::size_t i = 0; i < service.parts.size(); ++i) {
      const std::string& part = service.parts[i];
      if (views_and_groups.contains(part) || views_and_groups.contains(part.substr(0, part.rfind('.'))))
        continue;
      return unknown(fmt::format("services.{}[{}]", service.name, i), "feature view or on-demand group", part,
                     {views_and_groups.begin(), views_and_groups.end()});
    }
  }
  return {};
}

template <class T>
const T* find_named(const std::vector<T>& things, std::string_view name) {
  const auto found =
      std::find_if(things.begin(), things.end(), [&](const T& thing) { return thing.name == name; });
  return found == things.end() ? nullptr : &*found;
}

}  // namespace

std::string_view name_of(ViewKind kind) { return kViewKindNames.at(static_cast<std::size_t>(kind)); }

const Source* Definitions::source(std::string_view name) const { return find_named(sources, name); }
const Entity* Definitions::entity(std::string_view name) const { return find_named(entities, name); }
const View* Definitions::view(std::string_view name) const { return find_named(views, name); }
const OnDemand* Definitions::on_demand_group(std::string_view name) const {
  return find_named(on_demand, name);
}
const Service* Definitions::service(std::string_view name) const { return find_named(services, name); }

Result<Definitions> parse_definitions(const JsonReader& project) {
  Definitions out;
  MARU_ASSIGN(out.project, project.text_or("project", ""));
  MARU_ASSIGN(const auto sources, named_fields(project, "sources"));
  for (const auto& [name, reader] : sources) {
    MARU_ASSIGN(Source source, parse_source(name, reader));
    out.sources.push_back(std::move(source));
  }
  MARU_ASSIGN(const auto entities, named_fields(project, "entities"));
  for (const auto& [name, reader] : entities) {
    MARU_ASSIGN(Entity entity, parse_entity(name, reader));
    out.entities.push_back(std::move(entity));
  }
  MARU_ASSIGN(const auto views, named_fields(project, "features"));
  for (const auto& [name, reader] : views) {
    MARU_ASSIGN(View view, parse_view(name, reader));
    out.views.push_back(std::move(view));
  }
  MARU_ASSIGN(const auto groups, named_fields(project, "on_demand"));
  for (const auto& [name, reader] : groups) {
    MARU_ASSIGN(OnDemand group, parse_on_demand(name, reader));
    out.on_demand.push_back(std::move(group));
  }
  MARU_ASSIGN(const auto services, named_fields(project, "services"));
  for (const auto& [name, reader] : services) {
    Service service{name, {}};
    MARU_ASSIGN(service.parts, reader.texts());
    if (service.parts.empty()) return reader.wrong("expected at least one feature view");
    out.services.push_back(std::move(service));
  }
  MARU_TRY(check_references(out));
  return out;
}

}  // namespace maru::features
