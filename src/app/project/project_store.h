#pragma once
// What was applied of each project, in the database.

#include <optional>
#include <string>
#include <vector>

#include "app/project/project_file.h"
#include "base/time.h"
#include "store/database.h"
#include "store/statement_list.h"

namespace maru::app {

struct AppliedProject {
  std::string name;
  std::string description;
  std::string root;
  std::string file;
  TimeMs applied_ms = 0;
};

// Thread-safe.
class ProjectStore {
 public:
  explicit ProjectStore(store::Database& database) : database_(database) {}
  Result<std::vector<AppliedProject>> list() const;
  Result<std::optional<AppliedProject>> find(std::string_view project) const;
  Result<std::vector<Resource>> resources(std::string_view project) const;
  // Replaces what is stored of the project with these.
  Result<void> save(store::Transaction& transaction, const ProjectFile& project, TimeMs now_ms);
  store::Database& database() const { return database_; }

 private:
  store::Database& database_;
};

std::span<const store::NamedStatement> project_statements();

}  // namespace maru::app
