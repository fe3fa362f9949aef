#pragma once
// The nouns of the room. Plain values.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/columns.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace maru::datasets {

struct ColumnSchema {
  std::string name;
  ColumnType type = ColumnType::float64;
  bool nullable = false;  // a null was seen in this version
  bool operator==(const ColumnSchema&) const = default;
};

// One version of a data set, written "rides/2".
struct DatasetRef {
  std::string name;
  std::int64_t version = 0;
  std::string text() const;
  // "rides/2" or "rides@2"; invalid_argument otherwise.
  static Result<DatasetRef> parse(std::string_view text);
  bool operator==(const DatasetRef&) const = default;
};

// Immutable once registered, but for `checks`.
struct DatasetVersion {
  std::string name;
  std::int64_t version = 0;  // 1, 2, … without gaps
  std::string content_hash;  // SHA-256 over schema and values in order, whatever file format they came in
  std::uint64_t rows = 0;
  std::vector<ColumnSchema> schema;
  JsonObject profile;  // {} when the catalog has no profiler
  JsonArray checks;    // what the checker answered: [{"expect", "passed", "severity", …}]
  JsonObject source;   // {"kind": "file"|"upload"|"sql"|"table"|"training_set", "path"|"sql"|…}
  std::vector<DatasetRef> parents;
  std::filesystem::path parquet_file;
  TimeMs created_ms = 0;
  std::string created_by;

  const ColumnSchema* find(std::string_view column) const;
};

struct CheckCounts {
  std::int64_t passed = 0, failed = 0, warned = 0;  // warned: failed with severity warn
};
CheckCounts count_checks(const JsonArray& checks);

struct Dataset {
  std::string name;
  std::string project;
  std::string description;
  std::string timestamp_column;  // "" = none known
  JsonArray expectations;
  std::int64_t latest_version = 0;  // 0: declared, nothing registered yet
  std::uint64_t rows = 0;           // of the latest version
  std::size_t columns = 0;
  TimeMs updated_ms = 0;
};

JsonObject json_of(const Dataset& dataset);
// With `profile` and `checks` in full, or only their counts.
enum class Detail : std::uint8_t { summary, full };
JsonObject json_of(const DatasetVersion& version, Detail detail);

}  // namespace maru::datasets
