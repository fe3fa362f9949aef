#include "app/project/appliers/appliers.h"

namespace maru::app {

std::vector<std::pair<const Resource*, JsonReader>> resources_of(const ProjectFile& project,
                                                                 ResourceKind kind,
                                                                 std::string_view section) {
  std::vector<std::pair<const Resource*, JsonReader>> found;
  for (const auto& resource : project.resources) {
    if (resource.kind == kind)
      found.emplace_back(&resource, JsonReader(resource.spec, fmt::format("{}.{}", section, resource.name)));
  }
  return found;
}

}  // namespace maru::app
