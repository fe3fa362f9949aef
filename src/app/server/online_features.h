#pragma once
// The features an endpoint fills in at prediction time, from the online store.

#include "features/feature_store.h"
#include "serving/endpoints.h"

namespace maru::app {

// Thread-safe. A request's inputs are the entity rows: texts and integers can be keys, everything can be a
// request value of an on-demand feature.
class OnlineFeatures final : public serving::FeatureSource {
 public:
  explicit OnlineFeatures(const features::FeatureStore& store) : store_(store) {}
  Result<std::vector<serving::Tensor>> features(std::string_view service,
                                                std::span<const serving::Tensor> inputs,
                                                std::span<const std::string> wanted, TimeMs at_ms) override;

 private:
  const features::FeatureStore& store_;
};

}  // namespace maru::app
