#pragma once
// plan and apply over the rooms of a server.

#include "app/project/plan.h"
#include "app/project/project_store.h"

namespace maru::app {

struct Rooms;

class Projects {
 public:
  Projects(Rooms& rooms, ProjectStore& store) : rooms_(rooms), store_(store) {}
  // Reads and checks the file, changes nothing.
  Result<Plan> plan(std::string_view text, std::string_view file, const std::filesystem::path& root) const;
  // One apply at a time. All-or-nothing up to the checks; when a room refuses later, what was applied stays
  // and the error says which resource failed: applying again goes on from there.
  Result<Plan> apply(std::string_view text, std::string_view file, const std::filesystem::path& root,
                     std::string_view actor);
  ProjectStore& store() const { return store_; }

 private:
  Result<ProjectFile> read(std::string_view text, std::string_view file,
                           const std::filesystem::path& root) const;

  Rooms& rooms_;
  ProjectStore& store_;
  std::mutex applying_;
};

}  // namespace maru::app
