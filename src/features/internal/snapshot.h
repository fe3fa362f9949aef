#pragma once
// The definitions in force, compiled. Readers take the pointer and never wait.

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "features/internal/model.h"
#include "features/internal/on_demand.h"

namespace maru::features {

struct CompiledService {
  ServiceModel service;
  OnDemandPlan plan;               // refers to `service`
  std::vector<std::size_t> views;  // of the model, that the service reads
  CompiledService(ServiceModel model) : service(std::move(model)), plan(service) {  // NOLINT
    for (const auto& feature : service.features)
      if (feature.view != kOnDemand && std::find(views.begin(), views.end(), feature.view) == views.end())
        views.push_back(feature.view);
  }
  CompiledService(const CompiledService&) = delete;
  CompiledService& operator=(const CompiledService&) = delete;
};

struct Snapshot {
  std::unique_ptr<Model> model;
  std::map<std::string, std::unique_ptr<CompiledService>, std::less<>> services;
  static Result<std::shared_ptr<const Snapshot>> build(const Definitions& definitions,
                                                       const SchemaFinder& finder);
  Result<const CompiledService*> service(std::string_view name) const;  // not_found, with the nearest
};

// Definitions of several projects as one; already_exists when two define one name.
Result<Definitions> merged(const std::vector<Definitions>& projects);

}  // namespace maru::features
