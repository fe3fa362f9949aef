#include "base/ids.h"
#include "validation/drift.h"

namespace maru::validation {
namespace {

constexpr std::pair<DriftMode, std::string_view> kModes[] = {{DriftMode::standard, "default"},
                                                             {DriftMode::evidently, "compat:evidently"}};
constexpr std::pair<DriftType, std::string_view> kTypes[] = {{DriftType::numerical, "numerical"},
                                                             {DriftType::categorical, "categorical"},
                                                             {DriftType::text, "text"},
                                                             {DriftType::timestamp, "datetime"}};

template <class Names>
auto named(const Names& names, std::string_view name, std::string_view what)
    -> Result<decltype(std::begin(names)->first)> {
  std::vector<std::string> known;
  for (const auto& [value, known_name] : names) {
    if (known_name == name) return value;
    known.emplace_back(known_name);
  }
  return invalid("unknown {} \"{}\"{}; known are {}", what, name, did_you_mean(name, known),
                 fmt::join(known, ", "));
}

}  // namespace

std::string_view name_of(DriftMode mode) { return kModes[static_cast<std::size_t>(mode)].second; }
std::string_view name_of(DriftType type) { return kTypes[static_cast<std::size_t>(type)].second; }

Result<DriftMode> drift_mode(std::string_view name) { return named(kModes, name, "drift mode"); }

Result<DriftType> drift_type(std::string_view name) {
  if (name == "num") return DriftType::numerical;
  if (name == "cat") return DriftType::categorical;
  return named(kTypes, name, "column type");
}

}  // namespace maru::validation
