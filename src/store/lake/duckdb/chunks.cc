#include "store/lake/duckdb/chunks.h"

#include "store/lake.h"
#include "store/lake/duckdb/errors.h"

namespace maru::store::lake {
namespace {

constexpr std::int64_t kMicrosecondsPerMs = 1000;

bool is_valid(const std::uint64_t* validity, std::size_t row) {
  return validity == nullptr || ((validity[row / 64] >> (row % 64)) & 1) != 0;
}

// Towards the past, so that -0.5 ms is not rounded into the next millisecond.
std::int64_t to_ms(std::int64_t microseconds) {
  const std::int64_t ms = microseconds / kMicrosecondsPerMs;
  return microseconds % kMicrosecondsPerMs < 0 ? ms - 1 : ms;
}

template <class From, class To>
void copy_values(const void* data, std::size_t rows, std::vector<To>& out) {
  const auto* values = static_cast<const From*>(data);
  const std::size_t start = out.size();
  out.resize(start + rows);
  for (std::size_t row = 0; row < rows; ++row) out[start + row] = static_cast<To>(values[row]);
}

void copy_ints(duckdb_type from, const void* data, std::size_t rows, std::vector<std::int64_t>& out) {
  switch (from) {
    case DUCKDB_TYPE_BOOLEAN:
      return copy_values<bool>(data, rows, out);
    case DUCKDB_TYPE_TINYINT:
      return copy_values<std::int8_t>(data, rows, out);
    case DUCKDB_TYPE_SMALLINT:
      return copy_values<std::int16_t>(data, rows, out);
    case DUCKDB_TYPE_INTEGER:
      return copy_values<std::int32_t>(data, rows, out);
    case DUCKDB_TYPE_UTINYINT:
      return copy_values<std::uint8_t>(data, rows, out);
    case DUCKDB_TYPE_USMALLINT:
      return copy_values<std::uint16_t>(data, rows, out);
    case DUCKDB_TYPE_UINTEGER:
      return copy_values<std::uint32_t>(data, rows, out);
    default:
      return copy_values<std::int64_t>(data, rows, out);
  }
}

template <class To>
void fill(duckdb_vector vector, std::span<const std::int64_t> values) {
  auto* out = static_cast<To*>(duckdb().vector_get_data(vector));
  for (std::size_t row = 0; row < values.size(); ++row) out[row] = static_cast<To>(values[row]);
}

void fill_vector(duckdb_vector vector, const Column& column, std::size_t first, std::size_t rows) {
  if (column.null_count() != 0) {
    duckdb().vector_ensure_validity_writable(vector);
    std::uint64_t* validity = duckdb().vector_get_validity(vector);
    for (std::size_t row = 0; row < rows; ++row) {
      const std::uint64_t bit = std::uint64_t{1} << (row % 64);
      column.is_null(first + row) ? validity[row / 64] &= ~bit : validity[row / 64] |= bit;
    }
  }
  switch (column.type()) {
    case ColumnType::boolean:
      return fill<bool>(vector, column.ints().subspan(first, rows));
    case ColumnType::int64:
      return fill<std::int64_t>(vector, column.ints().subspan(first, rows));
    case ColumnType::timestamp: {
      auto* out = static_cast<std::int64_t*>(duckdb().vector_get_data(vector));
      for (std::size_t row = 0; row < rows; ++row)
        out[row] = column.is_null(first + row) ? 0 : column.ints()[first + row] * kMicrosecondsPerMs;
      return;
    }
    case ColumnType::float64: {
      const auto values = column.doubles().subspan(first, rows);
      std::copy(values.begin(), values.end(), static_cast<double*>(duckdb().vector_get_data(vector)));
      return;
    }
    case ColumnType::text:
      for (std::size_t row = 0; row < rows; ++row) {
        if (column.is_null(first + row)) continue;
        const std::string_view text = column.text(first + row);
        duckdb().vector_assign_string_element_len(vector, row, text.data(), text.size());
      }
  }
}

// TIMESTAMP holds ±292,000 years; a millisecond count past that would wrap.
Result<void> check_times(const Table& table) {
  constexpr std::int64_t kLimitMs = INT64_MAX / kMicrosecondsPerMs - 1;
  for (const Column& column : table.columns()) {
    if (column.type() != ColumnType::timestamp) continue;
    for (std::size_t row = 0; row < column.size(); ++row)
      if (!column.is_null(row) && (column.ints()[row] > kLimitMs || column.ints()[row] < -kLimitMs))
        return invalid("column \"{}\", row {}: {} ms is not a time that can be kept", column.name(), row + 1,
                       column.ints()[row]);
  }
  return {};
}

class Appender {
 public:
  static Result<Appender> create(duckdb_connection connection, const std::string& name) {
    Appender appender;
    if (duckdb().appender_create(connection, nullptr, name.c_str(), appender.handle_.out()) != DuckDBSuccess)
      return internal("a table for \"{}\" cannot be filled: {}", name,
                      duckdb().appender_error(appender.handle_.get()));
    return appender;
  }
  Result<void> append(duckdb_data_chunk chunk) {
    if (duckdb().append_data_chunk(handle_.get(), chunk) == DuckDBSuccess) return {};
    return error_from(DUCKDB_ERROR_INVALID_INPUT, duckdb().appender_error(handle_.get()));
  }
  Result<void> close() {
    if (duckdb().appender_close(handle_.get()) == DuckDBSuccess) return {};
    return error_from(DUCKDB_ERROR_OUT_OF_MEMORY, duckdb().appender_error(handle_.get()));
  }

 private:
  Owned<duckdb_appender, &Api::appender_destroy> handle_;
};

Result<void> append_rows(duckdb_connection connection, const std::string& name, const Table& table) {
  std::vector<LogicalType> types;
  std::vector<duckdb_logical_type> raw_types;
  for (const Column& column : table.columns()) {
    types.emplace_back(duckdb().create_logical_type(duckdb_type_of(column.type())));
    raw_types.push_back(types.back().get());
  }
  const Chunk chunk(duckdb().create_data_chunk(raw_types.data(), raw_types.size()));
  MARU_ASSIGN(Appender appender, Appender::create(connection, name));
  const std::size_t capacity = duckdb().vector_size();
  for (std::size_t first = 0; first < table.rows(); first += capacity) {
    const std::size_t rows = std::min(capacity, table.rows() - first);
    duckdb().data_chunk_reset(chunk.get());
    for (std::size_t i = 0; i < table.columns().size(); ++i)
      fill_vector(duckdb().data_chunk_get_vector(chunk.get(), i), table.columns()[i], first, rows);
    duckdb().data_chunk_set_size(chunk.get(), rows);
    MARU_TRY(appender.append(chunk.get()));
  }
  return appender.close();
}

}  // namespace

ColumnPlan plan_for(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
      return {ColumnType::boolean};
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
      return {ColumnType::int64};
    case DUCKDB_TYPE_UBIGINT:
      return {ColumnType::int64, "BIGINT"};
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_FLOAT:
      return {ColumnType::float64};
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_DECIMAL:
      return {ColumnType::float64, "DOUBLE"};
    case DUCKDB_TYPE_TIMESTAMP:
      return {ColumnType::timestamp};
    case DUCKDB_TYPE_DATE:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return {ColumnType::timestamp, "TIMESTAMP"};
    case DUCKDB_TYPE_VARCHAR:
      return {ColumnType::text};
    default:
      return {ColumnType::text, "VARCHAR"};
  }
}

duckdb_type duckdb_type_of(ColumnType type) {
  switch (type) {
    case ColumnType::boolean:
      return DUCKDB_TYPE_BOOLEAN;
    case ColumnType::int64:
      return DUCKDB_TYPE_BIGINT;
    case ColumnType::float64:
      return DUCKDB_TYPE_DOUBLE;
    case ColumnType::timestamp:
      return DUCKDB_TYPE_TIMESTAMP;
    case ColumnType::text:
      break;
  }
  return DUCKDB_TYPE_VARCHAR;
}

const char* sql_type_of(ColumnType type) {
  switch (type) {
    case ColumnType::boolean:
      return "BOOLEAN";
    case ColumnType::int64:
      return "BIGINT";
    case ColumnType::float64:
      return "DOUBLE";
    case ColumnType::timestamp:
      return "TIMESTAMP";
    case ColumnType::text:
      break;
  }
  return "VARCHAR";
}

TableBuilder TableBuilder::for_result(duckdb_result& result) {
  TableBuilder builder;
  const idx_t count = duckdb().column_count(&result);
  for (idx_t i = 0; i < count; ++i) {
    const duckdb_type from = duckdb().column_type(&result, i);
    const ColumnType type = plan_for(from).type;
    std::string name = duckdb().column_name(&result, i);
    Column texts(name, type);
    builder.columns_.push_back({std::move(name), type, from, false, {}, {}, {}, std::move(texts)});
  }
  return builder;
}

void TableBuilder::append(duckdb_data_chunk chunk) {
  const std::size_t rows = duckdb().data_chunk_get_size(chunk);
  for (std::size_t i = 0; i < columns_.size(); ++i)
    append_column(columns_[i], duckdb().data_chunk_get_vector(chunk, i), rows);
  rows_ += rows;
}

void TableBuilder::append_column(Pending& column, duckdb_vector vector, std::size_t rows) {
  const void* data = duckdb().vector_get_data(vector);
  const std::uint64_t* validity = duckdb().vector_get_validity(vector);
  if (column.type == ColumnType::text) {
    auto* strings = static_cast<duckdb_string_t*>(const_cast<void*>(data));
    for (std::size_t row = 0; row < rows; ++row) {
      if (!is_valid(validity, row))
        column.texts.append_null();
      else
        column.texts.append_text(
            {duckdb().string_t_data(&strings[row]), duckdb().string_t_length(strings[row])});
    }
    return;
  }
  const std::size_t start = column.valid.size();
  column.valid.resize(start + rows, 1);
  if (validity != nullptr) {
    for (std::size_t row = 0; row < rows; ++row) {
      if (is_valid(validity, row)) continue;
      column.valid[start + row] = 0;
      column.has_null = true;
    }
  }
  if (column.type == ColumnType::float64) {
    column.from == DUCKDB_TYPE_FLOAT ? copy_values<float>(data, rows, column.doubles)
                                     : copy_values<double>(data, rows, column.doubles);
    return;
  }
  copy_ints(column.from, data, rows, column.ints);
  if (column.type == ColumnType::timestamp)
    for (std::size_t row = start; row < column.ints.size(); ++row) column.ints[row] = to_ms(column.ints[row]);
}

Table TableBuilder::take() {
  std::vector<Column> columns;
  for (Pending& pending : columns_) {
    if (!pending.has_null) pending.valid.clear();
    if (pending.type == ColumnType::text) {
      columns.push_back(std::exchange(pending.texts, Column(pending.name, pending.type)));
      continue;
    }
    Column column(pending.name, pending.type);
    pending.type == ColumnType::float64
        ? column.adopt_doubles(std::exchange(pending.doubles, {}), std::exchange(pending.valid, {}))
        : column.adopt_ints(std::exchange(pending.ints, {}), std::exchange(pending.valid, {}));
    pending.valid.clear();
    pending.has_null = false;
    columns.push_back(std::move(column));
  }
  rows_ = 0;
  return Table(std::move(columns));
}

Result<void> create_table_from(duckdb_connection connection, std::string_view name, const Table& table) {
  if (table.columns().empty()) return invalid("table \"{}\" has no columns", name);
  MARU_TRY(check_times(table));
  std::string sql = fmt::format("CREATE TABLE {} (", sql_identifier(name));
  for (const Column& column : table.columns())
    sql += fmt::format("{}{} {}", &column == &table.columns().front() ? "" : ", ",
                       sql_identifier(column.name()), sql_type_of(column.type()));
  MARU_TRY(execute(connection, sql + ")"));
  return append_rows(connection, std::string(name), table);
}

}  // namespace maru::store::lake
