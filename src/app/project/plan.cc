#include "app/project/plan.h"

namespace maru::app {
namespace {

using Key = std::pair<ResourceKind, std::string>;

std::map<Key, const Resource*> by_key(const std::vector<Resource>& resources) {
  std::map<Key, const Resource*> map;
  for (const auto& resource : resources) map[{resource.kind, resource.name}] = &resource;
  return map;
}

std::vector<std::string> differing_fields(const Json& before, const Json& after) {
  const auto* old_object = before.if_object();
  const auto* new_object = after.if_object();
  if (old_object == nullptr || new_object == nullptr) return {};
  std::vector<std::string> fields;
  for (const auto& [key, value] : *new_object) {
    const auto* old_value = old_object->if_contains(key);
    if (old_value == nullptr || *old_value != value) fields.emplace_back(key);
  }
  for (const auto& [key, value] : *old_object) {
    if (!new_object->contains(key)) fields.emplace_back(key);
  }
  return fields;
}

std::string text_at(const Json& spec, std::string_view key) {
  const auto* object = spec.if_object();
  const auto* value = object == nullptr ? nullptr : object->if_contains(key);
  if (value == nullptr) return "";
  if (const auto* text = value->if_string()) return std::string(*text);
  if (const auto* list = value->if_array()) {
    std::vector<std::string> items;
    for (const auto& item : *list)
      items.push_back(item.is_string() ? std::string(item.as_string()) : to_json(item));
    return fmt::format("{}", fmt::join(items, ", "));
  }
  return to_json(*value);
}

std::size_t size_at(const Json& spec, std::string_view key) {
  const auto* object = spec.if_object();
  const auto* value = object == nullptr ? nullptr : object->if_contains(key);
  if (value == nullptr) return 0;
  if (const auto* inner = value->if_object()) return inner->size();
  return value->is_array() ? value->as_array().size() : 0;
}

std::string counted(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

}  // namespace

std::string_view name_of(ChangeAction action) {
  switch (action) {
    case ChangeAction::create:
      return "create";
    case ChangeAction::update:
      return "update";
    case ChangeAction::remove:
      return "delete";
    case ChangeAction::unchanged:
      return "unchanged";
  }
  return "unchanged";
}

std::string summary_of(const Resource& resource) {
  const Json& spec = resource.spec;
  switch (resource.kind) {
    case ResourceKind::source: {
      const std::string path = text_at(spec, "path");
      return fmt::format("{}by {}", path.empty() ? "" : path + ", ", text_at(spec, "timestamp"));
    }
    case ResourceKind::entity:
      return "keys " + text_at(spec, "keys");
    case ResourceKind::feature_view: {
      const std::size_t features = size_at(spec, "aggregate") + size_at(spec, "columns");
      return features == 0 ? "a query"
                           : fmt::format("{} of {}", counted(features, "feature"), text_at(spec, "source"));
    }
    case ResourceKind::on_demand:
      return counted(spec.is_object() ? spec.as_object().size() : 0, "expression");
    case ResourceKind::service:
    case ResourceKind::expectations:
      return counted(spec.is_array() ? spec.as_array().size() : 0,
                     resource.kind == ResourceKind::service ? "view" : "expectation");
    case ResourceKind::pipeline:
      return counted(size_at(spec, "steps"), "step");
    case ResourceKind::endpoint: {
      const std::string version = text_at(spec, "version"), alias = text_at(spec, "alias");
      return version.empty()
                 ? fmt::format("{}@{}", text_at(spec, "model"), alias.empty() ? "champion" : alias)
                 : fmt::format("{} version {}", text_at(spec, "model"), version);
    }
    case ResourceKind::monitor:
      return fmt::format("{} of {}", text_at(spec, "checks"), text_at(spec, "endpoint"));
    case ResourceKind::rule:
      return "on " + text_at(spec, "on");
  }
  return "";
}

std::size_t Plan::count(ChangeAction action) const {
  return static_cast<std::size_t>(std::count_if(
      changes.begin(), changes.end(), [&](const Change& change) { return change.action == action; }));
}

bool Plan::changes_anything() const { return count(ChangeAction::unchanged) != changes.size(); }

JsonObject Plan::json() const {
  JsonArray list;
  for (const auto& change : changes) {
    JsonObject item{{"action", name_of(change.action)},
                    {"kind", name_of(change.resource.kind)},
                    {"name", change.resource.name},
                    {"summary", change.summary}};
    if (!change.fields.empty()) item["fields"] = boost::json::value_from(change.fields);
    list.push_back(std::move(item));
  }
  return {{"project", project}, {"changes", std::move(list)}};
}

Plan plan_of(std::string_view project, const std::vector<Resource>& applied,
             const std::vector<Resource>& desired) {
  Plan plan{std::string(project), {}};
  std::vector<Change> removed, unchanged;
  const auto before = by_key(applied);
  const auto after = by_key(desired);
  for (const auto& resource : desired) {
    const auto found = before.find({resource.kind, resource.name});
    if (found == before.end()) {
      plan.changes.push_back({ChangeAction::create, resource, summary_of(resource), {}});
    } else if (found->second->spec == resource.spec) {
      unchanged.push_back({ChangeAction::unchanged, resource, summary_of(resource), {}});
    } else {
      plan.changes.push_back({ChangeAction::update, resource, summary_of(resource),
                              differing_fields(found->second->spec, resource.spec)});
    }
  }
  for (const auto& [key, resource] : before) {
    if (!after.contains(key)) removed.push_back({ChangeAction::remove, *resource, summary_of(*resource), {}});
  }
  plan.changes.insert(plan.changes.end(), removed.rbegin(), removed.rend());
  plan.changes.insert(plan.changes.end(), unchanged.begin(), unchanged.end());
  return plan;
}

}  // namespace maru::app
