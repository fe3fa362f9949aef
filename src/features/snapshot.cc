#include "features/internal/snapshot.h"

#include "base/ids.h"

namespace maru::features {
namespace {

template <class T>
Result<void> append(std::vector<T>& all, const std::vector<T>& more, std::string_view section,
                    std::string_view project) {
  for (const T& thing : more) {
    for (const T& other : all)
      if (other.name == thing.name)
        return make_error(Code::already_exists, "{}.{}: another project than \"{}\" has this name", section,
                          thing.name, project);
    all.push_back(thing);
  }
  return {};
}

}  // namespace

Result<Definitions> merged(const std::vector<Definitions>& projects) {
  Definitions out;
  for (const auto& project : projects) {
    MARU_TRY(append(out.sources, project.sources, "sources", project.project));
    MARU_TRY(append(out.entities, project.entities, "entities", project.project));
    MARU_TRY(append(out.views, project.views, "features", project.project));
    MARU_TRY(append(out.on_demand, project.on_demand, "on_demand", project.project));
    MARU_TRY(append(out.services, project.services, "services", project.project));
  }
  return out;
}

Result<std::shared_ptr<const Snapshot>> Snapshot::build(const Definitions& definitions,
                                                        const SchemaFinder& finder) {
  auto out = std::make_shared<Snapshot>();
  MARU_ASSIGN(out->model, resolve(definitions, finder));
  for (const auto& service : definitions.services) {
    MARU_ASSIGN(auto compiled,
                resolve_parts(*out->model, service.name, service.parts).at("services." + service.name));
    out->services.emplace(service.name, std::make_unique<CompiledService>(std::move(compiled)));
  }
  return std::shared_ptr<const Snapshot>(std::move(out));
}

Result<const CompiledService*> Snapshot::service(std::string_view name) const {
  const auto found = services.find(name);
  if (found != services.end()) return found->second.get();
  std::vector<std::string> known;
  for (const auto& [each, compiled] : services) known.push_back(each);
  return not_found("no feature service \"{}\"{}", name, did_you_mean(name, known));
}

}  // namespace maru::features
