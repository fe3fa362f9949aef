#include "registry/source.h"

#include "base/hash.h"

namespace maru::registry {
namespace {

bool is_local(std::string_view source) {
  const auto colon = source.find(':');
  if (colon == std::string_view::npos || source.substr(0, colon).find('/') != std::string_view::npos)
    return true;
  return source.starts_with("file:");
}

// Decoded until nothing is left to decode, so that no encoding hides a "..".
std::string fully_decoded(std::string_view text) {
  std::string out(text);
  while (true) {
    auto decoded = url_decode(out, false);
    if (!decoded || *decoded == out) return out;
    out = std::move(*decoded);
  }
}

bool leaves_its_root(std::string_view source) {
  const auto decoded = fully_decoded(source);
  if (decoded.find('\0') != std::string::npos) return true;
  std::string_view rest = decoded;
  while (!rest.empty()) {
    const auto cut = rest.find_first_of("/\\");
    if (rest.substr(0, cut) == "..") return true;
    rest = cut == std::string_view::npos ? std::string_view() : rest.substr(cut + 1);
  }
  return false;
}

}  // namespace

Result<void> check_source(std::string_view source) {
  if (is_local(source)) {
    return invalid(
        "Invalid model version source: '{}'. To use a local path as a model version source, the run_id "
        "request parameter has "
        "to be specified and the local path has to be contained within the artifact directory of the run "
        "specified by the "
        "run_id.",
        source);
  }
  if (!leaves_its_root(source)) return {};
  return invalid(
      "Invalid model version source: '{}'. If supplying a source as an http, https, local file path, ftp, "
      "objectstore, or "
      "mlflow-artifacts uri, an absolute path must be provided without relative path references present. "
      "Please provide an "
      "absolute path.",
      source);
}

std::optional<VersionReference> version_reference(std::string_view source) {
  constexpr std::string_view kScheme = "models:/";
  if (!source.starts_with(kScheme)) return std::nullopt;
  auto rest = source.substr(kScheme.size());
  const auto cut = rest.find_first_of("/@");
  if (cut == std::string_view::npos) return std::nullopt;
  auto which = rest.substr(cut + 1);
  if (which.empty() || which.find('/') != std::string_view::npos) return std::nullopt;
  return VersionReference{std::string(rest.substr(0, cut)), std::string(which)};
}

}  // namespace maru::registry
