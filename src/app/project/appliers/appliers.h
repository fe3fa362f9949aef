#pragma once

#include <memory>

#include "app/project/resource_kinds.h"

namespace maru::app {

std::unique_ptr<Applier> make_data_applier();  // sources, entities, features, services, expectations
std::unique_ptr<Applier> make_pipeline_applier();
std::unique_ptr<Applier> make_endpoint_applier();
std::unique_ptr<Applier> make_monitor_applier();
std::unique_ptr<Applier> make_rule_applier();

// The project's resources of one kind as JSON readers whose paths are those of the file: "rules.champion".
std::vector<std::pair<const Resource*, JsonReader>> resources_of(const ProjectFile& project,
                                                                 ResourceKind kind, std::string_view section);

}  // namespace maru::app
