#pragma once
// What a version's source may be. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace maru::registry {

// invalid_argument: a path on this machine, or ".." in any encoding.
Result<void> check_source(std::string_view source);

// "models:/demand/3" or "models:/demand@champion": another version of the registry. Not a logged model's
// "models:/m-…".
struct VersionReference {
  std::string model;
  std::string alias_or_version;
};
std::optional<VersionReference> version_reference(std::string_view source);

}  // namespace maru::registry
