#include "app/project/resource_kinds.h"

#include "app/project/appliers/appliers.h"

namespace maru::app {

std::vector<std::unique_ptr<Applier>> all_appliers() {
  std::vector<std::unique_ptr<Applier>> all;
  all.push_back(make_data_applier());
  all.push_back(make_pipeline_applier());
  all.push_back(make_endpoint_applier());
  all.push_back(make_monitor_applier());
  all.push_back(make_rule_applier());
  return all;
}

}  // namespace maru::app
