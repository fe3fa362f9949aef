#include "api/native/table_json.h"

namespace maru::api {

JsonObject json_of_table(const Table& table) {
  JsonArray columns, rows;
  for (const Column& column : table.columns())
    columns.push_back(JsonObject{{"name", column.name()}, {"type", name_of(column.type())}});
  for (std::size_t row = 0; row < table.rows(); ++row) {
    JsonArray values;
    for (const Column& column : table.columns()) values.push_back(column.json(row));
    rows.push_back(std::move(values));
  }
  return {{"columns", std::move(columns)}, {"rows", std::move(rows)}};
}

}  // namespace maru::api
