#include "app/project/project_store.h"

namespace maru::app {
namespace {

constexpr store::NamedStatement kList{
    "projects.list", "SELECT name, description, root, file, applied_ms FROM projects ORDER BY name"};
constexpr store::NamedStatement kResources{
    "projects.resources", "SELECT kind, name, spec FROM project_resources WHERE project = ?1 ORDER BY place"};
constexpr store::NamedStatement kForget{"projects.forget",
                                        "DELETE FROM project_resources WHERE project = ?1"};
constexpr store::NamedStatement kSaveResource{
    "projects.save_resource",
    "INSERT INTO project_resources (project, kind, name, place, spec) VALUES (?1, ?2, ?3, ?4, ?5)"};
constexpr store::NamedStatement kSave{
    "projects.save",
    "INSERT INTO projects (name, description, root, file, applied_ms) VALUES (?1, ?2, ?3, ?4, ?5) "
    "ON CONFLICT (name) DO UPDATE SET description = excluded.description, root = excluded.root, "
    "file = excluded.file, applied_ms = excluded.applied_ms"};
constexpr store::NamedStatement kStatements[] = {kList, kResources, kForget, kSaveResource, kSave};

}  // namespace

std::span<const store::NamedStatement> project_statements() { return kStatements; }

Result<std::vector<AppliedProject>> ProjectStore::list() const {
  return database_.read([](store::Reader& reader) -> Result<std::vector<AppliedProject>> {
    std::vector<AppliedProject> projects;
    MARU_TRY(reader.query(kList.sql, {}, [&](const store::Row& row) {
      projects.push_back({row.string(0), row.string(1), row.string(2), row.string(3), row.int64(4)});
    }));
    return projects;
  });
}

Result<std::optional<AppliedProject>> ProjectStore::find(std::string_view project) const {
  MARU_ASSIGN(auto projects, list());
  for (auto& applied : projects) {
    if (applied.name == project) return std::optional(std::move(applied));
  }
  return std::optional<AppliedProject>();
}

Result<std::vector<Resource>> ProjectStore::resources(std::string_view project) const {
  return database_.read([&](store::Reader& reader) -> Result<std::vector<Resource>> {
    std::vector<Resource> resources;
    MARU_TRY(reader.query(kResources.sql, {std::string(project)}, [&](const store::Row& row) -> Result<void> {
      MARU_ASSIGN(const ResourceKind kind, resource_kind(row.text(0)));
      MARU_ASSIGN(Json spec, parse_json(row.text(2)));
      resources.push_back({kind, row.string(1), std::move(spec)});
      return {};
    }));
    return resources;
  });
}

Result<void> ProjectStore::save(store::Transaction& transaction, const ProjectFile& project, TimeMs now_ms) {
  MARU_ASSIGN(auto saved, transaction.execute(kSave.sql, {project.project, project.description,
                                                          project.root.string(), project.file, now_ms}));
  MARU_ASSIGN(auto forgotten, transaction.execute(kForget.sql, {project.project}));
  (void)saved, (void)forgotten;
  std::int64_t place = 0;
  for (const auto& resource : project.resources) {
    MARU_ASSIGN(auto inserted,
                transaction.execute(kSaveResource.sql, {project.project, std::string(name_of(resource.kind)),
                                                        resource.name, place++, to_json(resource.spec)}));
    (void)inserted;
  }
  return {};
}

}  // namespace maru::app
