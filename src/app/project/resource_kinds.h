#pragma once
// How the resources of a project file become what the rooms hold. One Applier a group of kinds; the explicit
// list is in resource_kinds.cc.

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "app/project/plan.h"

namespace maru::app {

struct Rooms;

struct ApplyContext {
  Rooms& rooms;
  const ProjectFile& project;
  std::string actor;
};

class Applier {
 public:
  virtual ~Applier() = default;
  virtual std::span<const ResourceKind> kinds() const = 0;
  // Errors that can be told without changing anything; path-qualified ("rules.champion.when: …").
  virtual Result<void> check(const ApplyContext& context) const = 0;
  // Makes the room hold what the project says of these kinds. Called only when something of them changed.
  virtual Result<void> apply(const ApplyContext& context, std::span<const Change> changes) const = 0;
};

// In the order of application.
std::vector<std::unique_ptr<Applier>> all_appliers();

}  // namespace maru::app
