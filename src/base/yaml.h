#pragma once
// YAML read into JSON values, remembering where each stood, so that an error can name file, line and column.

#include <map>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace maru {

struct YamlPosition {
  int line = 1;    // 1-based
  int column = 1;  // 1-based
};

struct YamlDocument {
  Json value;
  // By JsonReader path ("pipelines.train.steps[0]"): where the key stands for a mapping entry, the value for
  // a list item.
  std::map<std::string, YamlPosition> positions;

  // The position of `path`, or of its nearest recorded ancestor.
  YamlPosition position_of(std::string_view path) const;
  // The error with "file:line:column: " in front, taken from the path its message begins with.
  Error located(const Error& error, std::string_view file) const;
};

struct YamlLimits {
  std::size_t depth = 64;
  std::size_t nodes = 200'000;  // after aliases are expanded
};

// Plain scalars become null, booleans, integers or numbers as in the YAML 1.2 core schema; quoted ones stay
// strings. invalid_argument: syntax errors, duplicate keys, keys that are not scalars, several documents;
// "line L, column C: …".
Result<YamlDocument> parse_yaml(std::string_view text, const YamlLimits& limits = {});

}  // namespace maru
