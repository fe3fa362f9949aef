#pragma once
// The shape of a table: names and types of its columns. Data set versions store one and are compared by it.
// Pure functions; thread-safe.

#include <string>
#include <vector>

#include "base/columns.h"
#include "base/json.h"
#include "base/result.h"

namespace maru::validation {

struct SchemaColumn {
  std::string name;
  ColumnType type = ColumnType::float64;
  bool nullable = true;  // infer_schema: whether a null was seen
  std::vector<std::string>
      values;  // text with few distinct values: all of them, sorted; otherwise empty (anything goes)
  bool operator==(const SchemaColumn&) const = default;
};

struct Schema {
  std::vector<SchemaColumn> columns;
  const SchemaColumn* find(std::string_view name) const;
  bool operator==(const Schema&) const = default;
};

struct SchemaOptions {
  std::size_t value_limit =
      100;                   // text columns with at most this many distinct values get a closed list of them
  double value_share = 0.5;  // … unless the distinct values are more than this share of the rows
};

Schema infer_schema(const Table& table, const SchemaOptions& options = {});

enum class SchemaChangeKind : std::uint8_t {
  column_missing,  // in the expected schema, not in the actual one
  column_new,      // the other way round
  type_changed,
  became_nullable,  // nulls where there were none
  values_new,       // text values outside the closed list
};
std::string_view name_of(SchemaChangeKind kind);

struct SchemaChange {
  SchemaChangeKind kind;
  std::string column;
  std::string message;  // a sentence: `column "temp": float64 became text`
  // Whether code that reads the expected columns breaks: a column is missing, or its type changed other than
  // from one kind of number to another.
  bool breaking = false;
};

// What changed from `expected` to `actual`, in column order, new columns last. Empty when they agree.
std::vector<SchemaChange> compare(const Schema& expected, const Schema& actual);

// {"columns": [{"name", "type", "nullable", "values"?}]}
JsonObject json_of(const Schema& schema);
Result<Schema> schema_from(const JsonReader& json);
JsonArray json_of(const std::vector<SchemaChange>& changes);

}  // namespace maru::validation
