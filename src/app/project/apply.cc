#include "app/project/apply.h"

#include "app/project/resource_kinds.h"
#include "app/server/rooms.h"
#include "base/yaml.h"

namespace maru::app {

Result<ProjectFile> Projects::read(std::string_view text, std::string_view file,
                                   const std::filesystem::path& root) const {
  if (!root.is_absolute()) return invalid("root: expected an absolute folder, got \"{}\"", root.string());
  MARU_ASSIGN(ProjectFile project, read_project(text, file, root));
  const ApplyContext context{rooms_, project, ""};
  for (const auto& applier : all_appliers()) {
    if (auto checked = applier->check(context); !checked) {
      // The room knows the path; the document knows the line.
      MARU_ASSIGN(const YamlDocument document, parse_yaml(text));
      return document.located(checked.error(), file);
    }
  }
  return project;
}

Result<Plan> Projects::plan(std::string_view text, std::string_view file,
                            const std::filesystem::path& root) const {
  MARU_ASSIGN(const ProjectFile project, read(text, file, root));
  MARU_ASSIGN(const auto applied, store_.resources(project.project));
  return plan_of(project.project, applied, project.resources);
}

Result<Plan> Projects::apply(std::string_view text, std::string_view file, const std::filesystem::path& root,
                             std::string_view actor) {
  const std::lock_guard lock(applying_);
  MARU_ASSIGN(const ProjectFile project, read(text, file, root));
  MARU_ASSIGN(const auto applied, store_.resources(project.project));
  Plan plan = plan_of(project.project, applied, project.resources);
  const ApplyContext context{rooms_, project, std::string(actor)};
  for (const auto& applier : all_appliers()) {
    std::vector<Change> changes;
    const auto kinds = applier->kinds();
    for (const auto& change : plan.changes) {
      if (change.action != ChangeAction::unchanged &&
          std::find(kinds.begin(), kinds.end(), change.resource.kind) != kinds.end())
        changes.push_back(change);
    }
    if (!changes.empty()) MARU_TRY(applier->apply(context, changes));
  }
  JsonArray changed;
  for (const auto& change : plan.changes) {
    if (change.action != ChangeAction::unchanged) {
      changed.push_back(JsonObject{{"action", name_of(change.action)},
                                   {"kind", name_of(change.resource.kind)},
                                   {"name", change.resource.name}});
    }
  }
  MARU_TRY(rooms_.database->write([&](store::Transaction& transaction) -> Result<void> {
    MARU_TRY(store_.save(transaction, project, rooms_.clock->now_ms()));
    if (changed.empty()) return {};
    MARU_ASSIGN(
        const auto event,
        rooms_.events->append(transaction, {.type = "project.applied",
                                            .subject = "project/" + project.project,
                                            .project = project.project,
                                            .actor = std::string(actor),
                                            .payload = {{"project", project.project}, {"changes", changed}},
                                            .cause = std::nullopt}));
    (void)event;
    return {};
  }));
  return plan;
}

}  // namespace maru::app
