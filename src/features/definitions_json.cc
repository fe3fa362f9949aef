#include "features/definitions.h"

namespace maru::features {
namespace {

void put(JsonObject& object, std::string_view key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

JsonObject json_of(const Source& source) {
  JsonObject out;
  put(out, "path", source.path);
  put(out, "dataset", source.dataset);
  put(out, "timestamp", source.timestamp);
  put(out, "created", source.created);
  if (!source.columns.empty()) {
    JsonObject columns;
    for (const auto& [name, type] : source.columns) columns[name] = name_of(type);
    out["columns"] = std::move(columns);
  }
  return out;
}

JsonObject json_of(const View& view) {
  JsonObject out;
  put(out, "entity", view.entity);
  put(out, "source", view.source);
  if (view.ttl_ms != 0) out["ttl"] = format_duration(view.ttl_ms);
  put(out, "timestamp", view.timestamp);
  put(out, "created", view.created);
  put(out, "description", view.description);
  put(out, "owner", view.owner);
  JsonObject body;
  switch (view.kind) {
    case ViewKind::sql:
      out["sql"] = view.sql;
      return out;
    case ViewKind::columns:
      for (const auto& [name, column] : view.columns) body[name] = column;
      out["columns"] = std::move(body);
      return out;
    case ViewKind::aggregate:
      for (const auto& [name, aggregate] : view.aggregates) body[name] = aggregate.text();
      out["aggregate"] = std::move(body);
  }
  return out;
}

}  // namespace

JsonObject json_of(const Definitions& definitions) {
  JsonObject sources, entities, views, groups, services;
  for (const auto& source : definitions.sources) sources[source.name] = json_of(source);
  for (const auto& entity : definitions.entities)
    entities[entity.name] = JsonObject{{"keys", JsonArray(entity.keys.begin(), entity.keys.end())}};
  for (const auto& view : definitions.views) views[view.name] = json_of(view);
  for (const auto& group : definitions.on_demand) {
    JsonObject features;
    for (const auto& [name, expression] : group.features) features[name] = expression.text();
    groups[group.name] = std::move(features);
  }
  for (const auto& service : definitions.services)
    services[service.name] = JsonArray(service.parts.begin(), service.parts.end());
  return {{"project", definitions.project},  {"sources", std::move(sources)},
          {"entities", std::move(entities)}, {"features", std::move(views)},
          {"on_demand", std::move(groups)},  {"services", std::move(services)}};
}

}  // namespace maru::features
