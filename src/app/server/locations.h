#pragma once
// Files that come with the binary, wherever it was built or installed.

#include <filesystem>
#include <optional>
#include <string_view>

#include "base/config.h"

namespace maru::app {

std::filesystem::path own_executable();
// The first that exists: beside the binary, in ../share/maru, or in the source tree the binary was built in.
std::optional<std::filesystem::path> find_beside(std::string_view relative);
// The web UI's folder; nothing when it was not built.
std::optional<std::filesystem::path> web_folder(const Config& config);
std::filesystem::path onnxruntime_library(const Config& config);

}  // namespace maru::app
