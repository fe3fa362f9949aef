#pragma once
// What monitors compare with, found through the registry and lineage.

#include "datasets/catalog.h"
#include "datasets/lineage.h"
#include "monitoring/monitors.h"
#include "registry/store.h"

namespace maru::app {

class LineageReferenceSource final : public monitoring::ReferenceSource {
 public:
  LineageReferenceSource(registry::Store& registry, datasets::Lineage& lineage, datasets::Catalog& catalog)
      : registry_(registry), lineage_(lineage), catalog_(catalog) {}
  Result<Table> training_data(std::string_view model, std::int64_t version) override;
  Result<Table> dataset(std::string_view name, std::int64_t version) override;
  // The version's tag maru.evaluation.METRIC, written by the evaluate step.
  Result<double> baseline(std::string_view model, std::int64_t version, std::string_view metric) override;

 private:
  registry::Store& registry_;
  datasets::Lineage& lineage_;
  datasets::Catalog& catalog_;
};

}  // namespace maru::app
