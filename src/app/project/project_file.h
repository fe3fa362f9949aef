#pragma once
// The project file: read, checked, and turned into a flat list of resources that plan and apply work on.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace maru::app {

// In the order they are created; deleted in the reverse.
enum class ResourceKind : std::uint8_t {
  source,
  entity,
  feature_view,
  on_demand,
  service,
  expectations,
  pipeline,
  endpoint,
  monitor,
  rule
};
inline constexpr std::size_t kResourceKinds = 10;
std::string_view name_of(ResourceKind kind);    // "feature_view"
std::string_view plural_of(ResourceKind kind);  // "feature views"
Result<ResourceKind> resource_kind(std::string_view name);

struct Resource {
  ResourceKind kind;
  std::string name;
  Json spec;
};

struct ProjectFile {
  std::string project;
  std::string description;
  std::filesystem::path root;       // the folder that relative paths and commands start from
  std::string file;                 // as errors call it
  std::vector<Resource> resources;  // by kind, then in file order
};

// The published schema of maru.yaml.
const JsonObject& project_schema();

// invalid_argument: the first problem in the file with file, line and column, and how many more there are.
Result<ProjectFile> read_project(std::string_view text, std::string_view file,
                                 const std::filesystem::path& root);

}  // namespace maru::app
