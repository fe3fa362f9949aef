#include "app/server/reference_source.h"

#include <charconv>

namespace maru::app {

Result<Table> LineageReferenceSource::training_data(std::string_view model, std::int64_t version) {
  const datasets::Node node{"model_version", fmt::format("{}/{}", model, version)};
  MARU_ASSIGN(const auto ancestors, lineage_.ancestors(node, "dataset_version"));
  if (ancestors.empty()) {
    return not_found(
        "nothing says which data set trained {} version {}; register it with a pipeline's register step, or "
        "name a data set as the reference",
        model, version);
  }
  MARU_ASSIGN(const auto ref, datasets::DatasetRef::parse(ancestors.front().id));
  return catalog_.load(ref);
}

Result<Table> LineageReferenceSource::dataset(std::string_view name, std::int64_t version) {
  MARU_ASSIGN(const auto found, catalog_.version(name, version == 0 ? std::nullopt : std::optional(version)));
  return catalog_.load({found.name, found.version});
}

Result<double> LineageReferenceSource::baseline(std::string_view model, std::int64_t version,
                                                std::string_view metric) {
  MARU_ASSIGN(const auto found, registry_.get_version(model, version));
  const std::string wanted = fmt::format("maru.evaluation.{}", metric);
  for (const auto& tag : found.tags) {
    if (tag.key != wanted) continue;
    double value = 0;
    const auto [end, code] = std::from_chars(tag.value.data(), tag.value.data() + tag.value.size(), value);
    if (code == std::errc{} && end == tag.value.data() + tag.value.size()) return value;
  }
  return not_found("{} version {} was never evaluated for {}: it has no tag {}", model, version, metric,
                   wanted);
}

}  // namespace maru::app
