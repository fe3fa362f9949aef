#pragma once
// Where endpoints and evaluation steps get model files: the registry, checked out once per version into a
// local folder.

#include <filesystem>
#include <mutex>

#include "registry/store.h"
#include "serving/model.h"

namespace maru::app {

// Thread-safe.
class RegistryModelSource final : public serving::ModelSource {
 public:
  RegistryModelSource(registry::Store& registry, std::filesystem::path folder)
      : registry_(registry), folder_(std::move(folder)) {}
  Result<std::int64_t> resolve(std::string_view model, std::string_view reference) override;
  Result<serving::ModelFiles> files(std::string_view model, std::int64_t version) override;

 private:
  registry::Store& registry_;
  std::filesystem::path folder_;
  std::mutex check_out_;  // one checkout at a time: two of one version would race for its folder
};

}  // namespace maru::app
