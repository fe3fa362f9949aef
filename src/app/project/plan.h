#pragma once
// What applying a project file would change: a pure difference between what was applied last and what the
// file says now.

#include <string>
#include <vector>

#include "app/project/project_file.h"

namespace maru::app {

enum class ChangeAction : std::uint8_t { create, update, remove, unchanged };
std::string_view name_of(ChangeAction action);  // "create", "update", "delete", "unchanged"

struct Change {
  ChangeAction action;
  Resource resource;                // as it will be; as it was for a removal
  std::string summary;              // one line for people: "6 steps", "on monitor.evaluated"
  std::vector<std::string> fields;  // for an update: the top-level keys that differ
};

struct Plan {
  std::string project;
  std::vector<Change>
      changes;  // creations and updates in kind order, then removals in reverse kind order, then unchanged
  std::size_t count(ChangeAction action) const;
  bool changes_anything() const;
  JsonObject json() const;
};

Plan plan_of(std::string_view project, const std::vector<Resource>& applied,
             const std::vector<Resource>& desired);
std::string summary_of(const Resource& resource);

}  // namespace maru::app
