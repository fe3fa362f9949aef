// Sources, entities, feature views, on-demand features, services and expectations: one piece, because they
// name one another.

#include "app/project/appliers/appliers.h"
#include "app/server/rooms.h"
#include "validation/expectations.h"

namespace maru::app {
namespace {

constexpr std::array kKinds{ResourceKind::source,    ResourceKind::entity,  ResourceKind::feature_view,
                            ResourceKind::on_demand, ResourceKind::service, ResourceKind::expectations};

// Back in the form of the project file's sections.
Json sections_of(const ProjectFile& project) {
  JsonObject document{{"project", project.project}};
  const auto put = [&](std::string_view section, ResourceKind kind) {
    JsonObject entries;
    for (const auto& resource : project.resources) {
      if (resource.kind == kind) entries[resource.name] = resource.spec;
    }
    if (!entries.empty()) document[section] = std::move(entries);
  };
  put("sources", ResourceKind::source);
  put("entities", ResourceKind::entity);
  put("features", ResourceKind::feature_view);
  put("on_demand", ResourceKind::on_demand);
  put("services", ResourceKind::service);
  return document;
}

// Expectations are declared of a source's data set, or of any data set by name.
std::string dataset_of(const ProjectFile& project, const std::string& name) {
  for (const auto& resource : project.resources) {
    if (resource.kind != ResourceKind::source || resource.name != name) continue;
    const JsonReader spec(resource.spec);
    return spec.text_or("dataset", name).value_or(name);
  }
  return name;
}

class DataApplier final : public Applier {
 public:
  std::span<const ResourceKind> kinds() const override { return kKinds; }

  Result<void> check(const ApplyContext& context) const override {
    const Json document = sections_of(context.project);
    MARU_TRY(features::parse_definitions(JsonReader(document)));
    for (const auto& [resource, spec] :
         resources_of(context.project, ResourceKind::expectations, "expectations")) {
      MARU_TRY(validation::expectations_from(spec));
    }
    return {};
  }

  Result<void> apply(const ApplyContext& context, std::span<const Change> changes) const override {
    const Json document = sections_of(context.project);
    MARU_ASSIGN(const auto definitions, features::parse_definitions(JsonReader(document)));
    MARU_TRY(declare(context, definitions));
    MARU_TRY(register_files(context, definitions, changes));
    return context.rooms.features->define(definitions);
  }

 private:
  static Result<void> declare(const ApplyContext& context, const features::Definitions& definitions) {
    std::map<std::string, datasets::Declaration> declarations;
    for (const auto& source : definitions.sources) {
      if (source.dataset.empty()) continue;
      auto& declaration = declarations[source.dataset];
      if (declaration.timestamp_column.empty()) declaration.timestamp_column = source.timestamp;
    }
    for (const auto& [resource, spec] :
         resources_of(context.project, ResourceKind::expectations, "expectations")) {
      declarations[dataset_of(context.project, resource->name)].expectations = spec.value().as_array();
    }
    for (auto& [name, declaration] : declarations) {
      declaration.name = name;
      declaration.project = context.project.project;
      MARU_TRY(context.rooms.catalog->declare(declaration));
    }
    return {};
  }

  // A source that names a file brings its first version with it; later versions come by upload, push or
  // another apply.
  static Result<void> register_files(const ApplyContext& context, const features::Definitions& definitions,
                                     std::span<const Change> changes) {
    for (const auto& source : definitions.sources) {
      const bool changed = std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
        return change.action != ChangeAction::remove && change.resource.kind == ResourceKind::source &&
               change.resource.name == source.name;
      });
      if (source.path.empty() || !changed) continue;
      datasets::RegisterOptions options;
      options.created_by = context.actor;
      const auto file = std::filesystem::path(source.path).is_absolute() ? std::filesystem::path(source.path)
                                                                         : context.project.root / source.path;
      MARU_TRY(context.rooms.catalog->register_file(source.dataset, file, options)
                   .at(fmt::format("sources.{}.path", source.name)));
    }
    return {};
  }
};

}  // namespace

std::unique_ptr<Applier> make_data_applier() { return std::make_unique<DataApplier>(); }

}  // namespace maru::app
