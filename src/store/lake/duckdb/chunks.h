#pragma once
// Between DuckDB's vectors and our columns, in both directions.

#include <vector>

#include "base/columns.h"
#include "store/lake/duckdb/handles.h"

namespace maru::store::lake {

// How a result column reaches us: as it is, or through a cast that the query must be wrapped in.
struct ColumnPlan {
  ColumnType type = ColumnType::text;
  const char* cast = nullptr;  // SQL type to cast to, or null
};
ColumnPlan plan_for(duckdb_type type);
duckdb_type duckdb_type_of(ColumnType type);
const char* sql_type_of(ColumnType type);  // "BIGINT"

// Gathers the chunks of one result. Not thread-safe.
class TableBuilder {
 public:
  // Columns must be of types whose plan has no cast.
  static TableBuilder for_result(duckdb_result& result);
  void append(duckdb_data_chunk chunk);
  std::size_t rows() const { return rows_; }
  // What was gathered; the builder is empty again.
  Table take();

 private:
  struct Pending {
    std::string name;
    ColumnType type;
    duckdb_type from;
    bool has_null = false;
    std::vector<double> doubles;
    std::vector<std::int64_t> ints;
    std::vector<std::uint8_t> valid;
    Column texts;
  };
  void append_column(Pending& column, duckdb_vector vector, std::size_t rows);

  std::vector<Pending> columns_;
  std::size_t rows_ = 0;
};

// Creates `name` in the connection's database with the table's columns and rows.
Result<void> create_table_from(duckdb_connection connection, std::string_view name, const Table& table);

}  // namespace maru::store::lake
