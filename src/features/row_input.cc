#include "features/internal/row_input.h"

#include <cmath>

#include "base/ids.h"

namespace maru::features {
namespace {

Error misfit(const Column& column, std::size_t row, ColumnType wanted) {
  return invalid("row {}, column \"{}\": expected {}, got {} \"{}\"", row + 1, column.name(), name_of(wanted),
                 name_of(column.type()), column.shown(row));
}

Result<void> append_converted(Column& out, const Column& from, std::size_t row) {
  if (from.is_null(row)) {
    out.append_null();
    return {};
  }
  if (from.type() == out.type()) {
    out.append_from(from, row);
    return {};
  }
  if (from.type() == ColumnType::text && out.type() == ColumnType::timestamp) {
    const auto time = parse_time(from.text(row));
    if (!time.has_value()) return misfit(from, row, out.type());
    out.append_int(*time);
    return {};
  }
  if (from.type() == ColumnType::text || out.type() == ColumnType::text) return misfit(from, row, out.type());
  const double number = from.number(row);
  if (out.type() != ColumnType::float64 && number != std::floor(number)) return misfit(from, row, out.type());
  from.type() == ColumnType::float64 ? out.append_number(number) : out.append_int(from.ints()[row]);
  return {};
}

Result<void> check_names(const Table& rows, const Relation& relation) {
  for (const Column& column : rows.columns())
    if (!relation.find(column.name()))
      return invalid("{} has no column \"{}\"{}", relation.name, column.name(),
                     did_you_mean(column.name(), relation.names()));
  return {};
}

}  // namespace

Result<Table> conform(const Table& rows, const Relation& relation, TimeMs now_ms) {
  MARU_TRY(check_names(rows, relation));
  Table out;
  for (std::size_t i = 0; i < relation.columns.size(); ++i) {
    const auto& [name, type] = relation.columns[i];
    const Column* from = rows.find(name);
    Column column(name, type);
    column.reserve(rows.rows());
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      const bool missing = from == nullptr || from->is_null(row);
      if (missing && i == relation.timestamp)
        return invalid("row {}: needs its timestamp, column \"{}\"", row + 1, name);
      if (missing && relation.created == i)
        column.append_int(now_ms);
      else if (missing)
        column.append_null();
      else
        MARU_TRY(append_converted(column, *from, row));
    }
    out.add(std::move(column));
  }
  return out;
}

Result<Table> table_from_json(const JsonReader& rows, const store::LakeSchema& schema,
                              std::size_t rows_limit) {
  MARU_ASSIGN(const auto items, rows.items());
  if (items.size() > rows_limit)
    return make_error(Code::payload_too_large, "{}: at most {} rows, got {}", rows.path(), rows_limit,
                      items.size());
  std::vector<Column> columns;
  std::vector<std::string> known;
  for (const auto& [name, type] : schema) {
    columns.emplace_back(name, type);
    known.push_back(name);
  }
  std::vector<bool> used(schema.size());
  for (const JsonReader& item : items) {
    MARU_ASSIGN(const auto fields, item.fields());
    for (const auto& [name, value] : fields)
      if (std::find(known.begin(), known.end(), name) == known.end())
        return value.wrong(fmt::format("unknown column{}", did_you_mean(name, known)));
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto value = item.find(schema[i].first);
      if (!value) {
        columns[i].append_null();
        continue;
      }
      used[i] = true;
      MARU_TRY(columns[i].append_json_value(*value));
    }
  }
  Table out;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (used[i]) out.add(std::move(columns[i]));
  return out;
}

}  // namespace maru::features
