#include "app/server/locations.h"

namespace maru::app {
namespace {

// build/<preset>/src/app/maru is four folders below the source tree.
constexpr int kFoldersToSourceTree = 5;

}  // namespace

std::filesystem::path own_executable() {
  std::error_code code;
  auto path = std::filesystem::read_symlink("/proc/self/exe", code);
  return code ? std::filesystem::path() : path;
}

std::optional<std::filesystem::path> find_beside(std::string_view relative) {
  const auto executable = own_executable();
  std::filesystem::path tree = executable;
  for (int i = 0; i < kFoldersToSourceTree; ++i) tree = tree.parent_path();
  for (const auto& base :
       {executable.parent_path(), executable.parent_path().parent_path() / "share" / "maru", tree}) {
    std::error_code code;
    if (const auto candidate = base / relative; std::filesystem::exists(candidate, code)) return candidate;
  }
  return std::nullopt;
}

std::optional<std::filesystem::path> web_folder(const Config& config) {
  if (const std::string given = config.text("server.ui"); !given.empty()) return given;
  if (const auto installed = find_beside("web/index.html")) {
    // In the source tree web/index.html is the template; the built one is in web/dist.
    if (!std::filesystem::exists(installed->parent_path() / "vite.config.ts"))
      return installed->parent_path();
  }
  if (const auto built = find_beside("web/dist/index.html")) return built->parent_path();
  return std::nullopt;
}

std::filesystem::path onnxruntime_library(const Config& config) {
  if (const std::string given = config.text("serving.onnxruntime"); !given.empty()) return given;
  for (const char* place :
       {"libonnxruntime.so.1", "lib/libonnxruntime.so.1", ".cache/deps/lib/libonnxruntime.so.1"}) {
    if (const auto found = find_beside(place)) return *found;
  }
  return {};
}

}  // namespace maru::app
