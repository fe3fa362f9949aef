#include "validation/schema.h"

#include <set>

namespace maru::validation {
namespace {

// The distinct texts, sorted; empty when there are more than the options keep.
std::vector<std::string> closed_values(const Column& column, const SchemaOptions& options) {
  std::set<std::string_view> seen;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (!column.is_null(row)) seen.insert(column.text(row));
    if (seen.size() > options.value_limit) return {};
  }
  const double present = static_cast<double>(column.size() - column.null_count());
  if (static_cast<double>(seen.size()) > options.value_share * present) return {};
  return {seen.begin(), seen.end()};
}

// Code that reads the one can read the other: both are numbers.
bool widens(ColumnType from, ColumnType to) {
  const auto is_number = [](ColumnType type) {
    return type != ColumnType::text && type != ColumnType::timestamp;
  };
  return is_number(from) && is_number(to);
}

void compare_values(const SchemaColumn& expected, const SchemaColumn& actual,
                    std::vector<SchemaChange>& out) {
  if (expected.values.empty()) return;
  std::vector<std::string> fresh;
  std::set_difference(actual.values.begin(), actual.values.end(), expected.values.begin(),
                      expected.values.end(), std::back_inserter(fresh));
  const bool opened = actual.values.empty() && actual.type == ColumnType::text;
  if (fresh.empty() && !opened) return;
  constexpr std::size_t kShown = 5;
  const std::size_t more = fresh.size() > kShown ? fresh.size() - kShown : 0;
  fresh.resize(std::min(fresh.size(), kShown));
  out.push_back(
      {SchemaChangeKind::values_new, expected.name,
       opened ? fmt::format("column \"{}\": too many distinct values now for a closed list", expected.name)
              : fmt::format("column \"{}\": new values \"{}\"{}", expected.name, fmt::join(fresh, "\", \""),
                            more > 0 ? fmt::format(" and {} more", more) : ""),
       false});
}

void compare_column(const SchemaColumn& expected, const SchemaColumn& actual,
                    std::vector<SchemaChange>& out) {
  if (expected.type != actual.type) {
    out.push_back({SchemaChangeKind::type_changed, expected.name,
                   fmt::format("column \"{}\": {} became {}", expected.name, maru::name_of(expected.type),
                               maru::name_of(actual.type)),
                   !widens(expected.type, actual.type)});
    return;
  }
  if (!expected.nullable && actual.nullable) {
    out.push_back({SchemaChangeKind::became_nullable, expected.name,
                   fmt::format("column \"{}\": has nulls now", expected.name), false});
  }
  compare_values(expected, actual, out);
}

}  // namespace

std::string_view name_of(SchemaChangeKind kind) {
  static constexpr std::string_view kNames[] = {"column_missing", "column_new", "type_changed",
                                                "became_nullable", "values_new"};
  return kNames[static_cast<std::size_t>(kind)];
}

const SchemaColumn* Schema::find(std::string_view name) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const auto& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

Schema infer_schema(const Table& table, const SchemaOptions& options) {
  Schema out;
  for (const auto& column : table.columns()) {
    SchemaColumn described{column.name(), column.type(), column.null_count() > 0, {}};
    if (column.type() == ColumnType::text) described.values = closed_values(column, options);
    out.columns.push_back(std::move(described));
  }
  return out;
}

std::vector<SchemaChange> compare(const Schema& expected, const Schema& actual) {
  std::vector<SchemaChange> out;
  for (const auto& column : expected.columns) {
    if (const auto* found = actual.find(column.name)) {
      compare_column(column, *found, out);
    } else {
      out.push_back({SchemaChangeKind::column_missing, column.name,
                     fmt::format("column \"{}\" ({}) is missing", column.name, maru::name_of(column.type)),
                     true});
    }
  }
  for (const auto& column : actual.columns) {
    if (expected.find(column.name) != nullptr) continue;
    out.push_back({SchemaChangeKind::column_new, column.name,
                   fmt::format("column \"{}\" ({}) is new", column.name, maru::name_of(column.type)), false});
  }
  return out;
}

JsonObject json_of(const Schema& schema) {
  JsonArray columns;
  for (const auto& column : schema.columns) {
    JsonObject described{
        {"name", column.name}, {"type", maru::name_of(column.type)}, {"nullable", column.nullable}};
    if (!column.values.empty()) {
      JsonArray values;
      for (const auto& value : column.values) values.emplace_back(value);
      described["values"] = std::move(values);
    }
    columns.emplace_back(std::move(described));
  }
  return {{"columns", std::move(columns)}};
}

Result<Schema> schema_from(const JsonReader& json) {
  Schema out;
  MARU_ASSIGN(const auto columns, json.field("columns"));
  MARU_ASSIGN(const auto items, columns.items());
  for (const auto& item : items) {
    MARU_TRY(item.only({"name", "type", "nullable", "values"}));
    SchemaColumn column;
    MARU_ASSIGN(column.name, item.text("name"));
    MARU_ASSIGN(const std::string type, item.text("type"));
    MARU_ASSIGN(column.type, column_type(type).at(item.path() + ".type"));
    MARU_ASSIGN(column.nullable, item.boolean_or("nullable", true));
    if (const auto values = item.find("values")) {
      MARU_ASSIGN(column.values, values->texts());
      std::sort(column.values.begin(), column.values.end());
    }
    out.columns.push_back(std::move(column));
  }
  return out;
}

JsonArray json_of(const std::vector<SchemaChange>& changes) {
  JsonArray out;
  for (const auto& change : changes) {
    out.emplace_back(JsonObject{{"kind", name_of(change.kind)},
                                {"column", change.column},
                                {"message", change.message},
                                {"breaking", change.breaking}});
  }
  return out;
}

}  // namespace maru::validation
