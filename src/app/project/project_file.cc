#include "app/project/project_file.h"

#include "app/project/schema_check.h"
#include "base/ids.h"
#include "base/yaml.h"

namespace maru::app {

// Generated from maru.schema.json by the build.
extern const std::string_view kProjectSchemaText;

namespace {

struct KindNames {
  ResourceKind kind;
  std::string_view name;
  std::string_view plural;
  std::string_view section;  // key in maru.yaml
};

constexpr std::array<KindNames, kResourceKinds> kKinds{{
    {ResourceKind::source, "source", "sources", "sources"},
    {ResourceKind::entity, "entity", "entities", "entities"},
    {ResourceKind::feature_view, "feature_view", "feature views", "features"},
    {ResourceKind::on_demand, "on_demand", "on-demand features", "on_demand"},
    {ResourceKind::service, "service", "feature services", "services"},
    {ResourceKind::expectations, "expectations", "expectations", "expectations"},
    {ResourceKind::pipeline, "pipeline", "pipelines", "pipelines"},
    {ResourceKind::endpoint, "endpoint", "endpoints", "endpoints"},
    {ResourceKind::monitor, "monitor", "monitors", "monitors"},
    {ResourceKind::rule, "rule", "rules", "rules"},
}};

Result<std::vector<Resource>> resources_of(const JsonReader& document) {
  std::vector<Resource> resources;
  for (const auto& names : kKinds) {
    const auto section = document.find(names.section);
    if (!section) continue;
    MARU_ASSIGN(const auto entries, section->fields());
    for (const auto& [name, spec] : entries) {
      if (!is_plain_name(name)) {
        return spec.wrong(
            fmt::format("\"{}\" is not a name; use letters, digits, '.', '_' and '-', at most 128", name));
      }
      resources.push_back({names.kind, name, spec.value()});
    }
  }
  return resources;
}

// A line number decides which of several problems a person should meet first.
Error first_of(const YamlDocument& document, std::vector<Error> problems, std::string_view file) {
  const auto line_of = [&](const Error& error) {
    return document.position_of(std::string_view(error.message).substr(0, error.message.find(": "))).line;
  };
  std::stable_sort(problems.begin(), problems.end(),
                   [&](const Error& a, const Error& b) { return line_of(a) < line_of(b); });
  Error first = document.located(problems.front(), file);
  if (problems.size() > 1) first.message += fmt::format(" (and {} more)", problems.size() - 1);
  return first;
}

}  // namespace

std::string_view name_of(ResourceKind kind) { return kKinds.at(static_cast<std::size_t>(kind)).name; }
std::string_view plural_of(ResourceKind kind) { return kKinds.at(static_cast<std::size_t>(kind)).plural; }

Result<ResourceKind> resource_kind(std::string_view name) {
  for (const auto& names : kKinds) {
    if (names.name == name) return names.kind;
  }
  return not_found("no such kind of resource: \"{}\"", name);
}

const JsonObject& project_schema() {
  static const JsonObject schema = parse_json_object(kProjectSchemaText).value();
  return schema;
}

Result<ProjectFile> read_project(std::string_view text, std::string_view file,
                                 const std::filesystem::path& root) {
  MARU_ASSIGN(const YamlDocument document, parse_yaml(text).at(file));
  const JsonReader reader(document.value);
  if (auto problems = check_against_schema(reader, project_schema()); !problems.empty()) {
    return first_of(document, std::move(problems), file);
  }
  ProjectFile project;
  MARU_ASSIGN(project.project, reader.text("project"));
  if (!is_plain_name(project.project)) {
    return document.located(
        invalid("project: \"{}\" is not a name; use letters, digits, '.', '_' and '-'", project.project),
        file);
  }
  MARU_ASSIGN(project.description, reader.text_or("description", ""));
  project.root = root;
  project.file = std::string(file);
  auto resources = resources_of(reader);
  if (!resources) return document.located(resources.error(), file);
  project.resources = std::move(*resources);
  return project;
}

}  // namespace maru::app
