#include <set>

#include "base/ids.h"
#include "features/internal/model.h"
#include "features/internal/on_demand.h"

namespace maru::features {
namespace {

// Gathers one service's features in the order asked for.
class ServiceBuilder {
 public:
  ServiceBuilder(const Model& model, std::string name) : model_(model) { service_.name = std::move(name); }

  Result<void> add_part(const std::string& part) {
    const auto dot = part.rfind('.');
    if (model_.view(part) != nullptr || model_.definitions.on_demand_group(part) != nullptr)
      return add(part, {});
    if (dot != part.npos) return add(part.substr(0, dot), part.substr(dot + 1));
    return not_found("no feature view \"{}\"{}", part, did_you_mean(part, known_parts()));
  }

  Result<ServiceModel> build() && {
    MARU_TRY(bind_expressions());
    for (const auto& view : model_.views)
      if (uses_view(view->view.name))
        for (const auto& key : view->entity.keys)
          if (std::find(service_.keys.begin(), service_.keys.end(), key) == service_.keys.end())
            service_.keys.push_back(key);
    return std::move(service_);
  }

 private:
  std::vector<std::string> known_parts() const {
    std::vector<std::string> out;
    for (const auto& view : model_.views) out.push_back(view->view.name);
    for (const auto& group : model_.definitions.on_demand) out.push_back(group.name);
    return out;
  }

  bool uses_view(std::string_view name) const {
    for (const auto& feature : service_.features)
      if (feature.view != kOnDemand && model_.views[feature.view]->view.name == name) return true;
    return false;
  }

  // Every feature of a view or group, or only the one named.
  Result<void> add(std::string_view owner, std::string_view only) {
    bool found = false;
    for (std::size_t i = 0; i < model_.views.size(); ++i) {
      const ViewModel& view = *model_.views[i];
      if (view.view.name != owner) continue;
      for (std::size_t j = 0; j < view.features.size(); ++j) {
        if (!only.empty() && view.features[j].first != only) continue;
        found = true;
        MARU_TRY(add_feature({view.features[j].first, view.features[j].second, i, j, {}, false}));
      }
    }
    if (const OnDemand* group = model_.definitions.on_demand_group(owner)) {
      for (const auto& [name, expression] : group->features) {
        if (!only.empty() && name != only) continue;
        found = true;
        MARU_TRY(add_feature({name, ColumnType::float64, kOnDemand, 0, expression, false}));
      }
    }
    if (!found) return not_found("no feature \"{}.{}\"{}", owner, only, did_you_mean(owner, known_parts()));
    return {};
  }

  Result<void> add_feature(OutputFeature feature) {
    if (!names_.insert(feature.name).second)
      return invalid(
          "two features are named \"{}\": rename one of them, or ask for single features as view.feature",
          feature.name);
    service_.features.push_back(std::move(feature));
    return {};
  }

  // A name in an expression that the service does not answer itself: a feature of any view, computed and not
  // shown, when exactly one has it; otherwise a value that the request brings.
  Result<void> add_hidden(const std::string& name) {
    if (name == "at" || names_.contains(name)) return {};
    std::vector<std::pair<std::size_t, std::size_t>> owners;
    for (std::size_t i = 0; i < model_.views.size(); ++i)
      for (std::size_t j = 0; j < model_.views[i]->features.size(); ++j)
        if (model_.views[i]->features[j].first == name && uses_view(model_.views[i]->view.name))
          owners.emplace_back(i, j);
    if (owners.size() == 1) {
      const auto [view, feature] = owners.front();
      return add_feature({name, model_.views[view]->features[feature].second, view, feature, {}, true});
    }
    if (std::find(service_.request_values.begin(), service_.request_values.end(), name) ==
        service_.request_values.end())
      service_.request_values.push_back(name);
    return {};
  }

  Result<void> bind_expressions() {
    const auto shown = service_.features;
    for (const OutputFeature& feature : shown)
      if (feature.expression)
        for (const auto& name : feature.expression->identifiers()) MARU_TRY(add_hidden(name));
    const expr::Schema schema = on_demand_schema(service_.features);
    for (OutputFeature& feature : service_.features) {
      if (!feature.expression) continue;
      MARU_ASSIGN(const expr::Type type, feature.expression->type(schema).at(feature.name));
      feature.type = column_type_of(type);
    }
    return {};
  }

  const Model& model_;
  ServiceModel service_;
  std::set<std::string> names_;
};

}  // namespace

Result<ServiceModel> resolve_parts(const Model& model, std::string name, std::span<const std::string> parts) {
  ServiceBuilder builder(model, std::move(name));
  for (const auto& part : parts) MARU_TRY(builder.add_part(part));
  return std::move(builder).build();
}

}  // namespace maru::features
