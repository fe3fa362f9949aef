#include <optional>

#include "base/ids.h"
#include "store/lake/duckdb/csv_header.h"
#include "store/lake/duckdb/csv_types.h"
#include "store/lake/duckdb/errors.h"
#include "store/lake/duckdb/file_reading.h"

namespace maru::store::lake {
namespace {

constexpr std::string_view kMissingWords = "('NA', 'N/A', 'n/a', 'null', 'NULL', 'None')";

// The whole file as text, in a table `raw` whose rowid is the row's place; rows that are not CSV, or of
// another width than the header, go to the temporary table reject_errors.
Result<void> load_raw(Sandbox& sandbox, const std::filesystem::path& path, const CsvHeader& header,
                      Lake::Cancel cancel) {
  std::string columns;
  for (const auto& name : header.names)
    columns += (columns.empty() ? "" : ", ") + sql_literal(name) + ": 'VARCHAR'";
  const std::string sql = fmt::format(
      "CREATE TABLE raw AS SELECT * FROM read_csv({}, auto_detect = false, header = true, delim = {}, quote "
      "= '\"', escape = '\"', "
      "strict_mode = true, null_padding = false, compression = 'auto', "
      "store_rejects = true, columns = {{{}}})",
      sql_literal(path.string()), sql_literal(std::string(1, header.delimiter)), columns);
  MARU_ASSIGN(const Prepared statement, sandbox.prepare_own(sql, {}));
  QueryResult result;
  return sandbox.run_own(statement, result, cancel);
}

Result<Table> run_query(Sandbox& sandbox, const std::string& sql, Lake::Cancel cancel) {
  MARU_ASSIGN(const Prepared query, sandbox.prepare_query(sql, {}));
  return sandbox.run(query, cancel);
}

std::size_t width_of(std::string_view line, char delimiter) {
  bool quoted = false;
  std::size_t fields = 1;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == delimiter && !quoted) ++fields;
  }
  return fields;
}

Result<void> check_rejects(Sandbox& sandbox, const CsvHeader& header, Lake::Cancel cancel) {
  MARU_ASSIGN(
      const Table rejects,
      run_query(
          sandbox,
          "SELECT line::BIGINT AS line, coalesce(column_name, '') AS name, error_type::VARCHAR AS kind, "
          "coalesce(csv_line, '') AS text, error_message AS message, (SELECT count(*) FROM reject_errors) AS "
          "total "
          "FROM reject_errors ORDER BY line, column_idx LIMIT 1",
          cancel));
  if (rejects.rows() == 0) return {};
  const auto line = rejects.columns()[0].ints()[0];
  const std::string_view name = rejects.columns()[1].text(0);
  const std::string_view kind = rejects.columns()[2].text(0);
  const std::size_t got = width_of(rejects.columns()[3].text(0), header.delimiter);
  const std::size_t wanted = header.names.size();
  if (kind == "MISSING COLUMNS" && got < wanted)
    return invalid("line {}: expected {} fields as in the header, got {}: column \"{}\" is missing", line,
                   wanted, got, header.names[got]);
  if (kind == "TOO MANY COLUMNS")
    return invalid("line {}: expected {} fields as in the header, got {}: more than up to column \"{}\"",
                   line, wanted, got, header.names.back());
  if (kind == "UNQUOTED VALUE")
    return invalid("line {}, column \"{}\": expected the closing quote of a quoted value", line, name);
  if (kind == "INVALID ENCODING") return invalid("line {}, column \"{}\": expected UTF-8 text", line, name);
  return invalid("line {}, column \"{}\": {}", line, name, rejects.columns()[4].text(0));
}

// Present, and not a word for "missing".
std::string present(const std::string& identifier) {
  return fmt::format("{0} NOT IN {1}", identifier, kMissingWords);
}

// SQL that is true for values that fit.
std::string fits(const std::string& identifier, ColumnType type) {
  switch (type) {
    case ColumnType::int64:
      return fmt::format(
          "(regexp_full_match({0}, '\\s*[+-]?[0-9]+\\s*') AND TRY_CAST({0} AS BIGINT) IS NOT NULL)",
          identifier);
    case ColumnType::float64:
      return fmt::format("(TRY_CAST({0} AS DOUBLE) IS NOT NULL)", identifier);
    case ColumnType::timestamp:
      return fmt::format("(TRY_CAST({0} AS TIMESTAMP) IS NOT NULL)", identifier);
    case ColumnType::boolean:
      return fmt::format("(lower({0}) IN ('true', 'false', 't', 'f', '0', '1'))", identifier);
    case ColumnType::text:
      break;
  }
  return "true";
}

constexpr std::size_t kCountsPerColumn = 8;

std::string count_calls(const std::string& identifier, std::size_t column) {
  const std::string conditions[kCountsPerColumn] = {
      "true",
      fmt::format("{} IN {}", identifier, kMissingWords),
      fits(identifier, ColumnType::int64),
      fits(identifier, ColumnType::float64),
      fits(identifier, ColumnType::timestamp),
      fmt::format("lower({}) IN ('true', 'false')", identifier),
      fits(identifier, ColumnType::boolean),
      fmt::format("regexp_full_match({}, '0[0-9]+')", identifier),
  };
  std::string out;
  for (std::size_t i = 0; i < kCountsPerColumn; ++i)
    out += fmt::format("{}count(*) FILTER (WHERE {}{}) AS c{}_{}", i == 0 ? "" : ", ", conditions[i],
                       i == 1 ? "" : " AND " + present(identifier), column, i);
  return out;
}

// Of every column, in one pass over the file.
Result<std::vector<CsvCounts>> count_values(Sandbox& sandbox, const std::vector<std::string>& columns,
                                            Lake::Cancel cancel) {
  std::string calls;
  for (std::size_t i = 0; i < columns.size(); ++i)
    calls += (i == 0 ? "" : ", ") + count_calls(sql_identifier(columns[i]), i);
  MARU_ASSIGN(const Table counted, run_query(sandbox, fmt::format("SELECT {} FROM raw", calls), cancel));
  std::vector<CsvCounts> out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto at = [&](std::size_t k) { return counted.columns()[i * kCountsPerColumn + k].ints()[0]; };
    out.push_back({at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)});
  }
  return out;
}

std::string example(ColumnType type) {
  switch (type) {
    case ColumnType::int64:
      return "a whole number";
    case ColumnType::float64:
      return "a number";
    case ColumnType::timestamp:
      return "a time such as 2011-05-01 13:00:00";
    case ColumnType::boolean:
      return "true or false";
    case ColumnType::text:
      break;
  }
  return "text";
}

// Where the first value that does not fit stands. Line breaks inside quoted values make lines and rows
// differ.
Result<Error> misfit(Sandbox& sandbox, const CsvHeader& header, const std::string& name, ColumnType type,
                     const CsvCounts& counts, Lake::Cancel cancel) {
  const std::string identifier = sql_identifier(name);
  std::string breaks = "0";
  for (const auto& column : header.names)
    breaks += fmt::format(" + coalesce(length({0}) - length(replace({0}, chr(10), '')), 0)",
                          sql_identifier(column));
  const std::string sql = fmt::format(
      "WITH first AS (SELECT rowid AS place, {0} AS value FROM raw WHERE {1} AND NOT {2} ORDER BY rowid "
      "LIMIT 1) "
      "SELECT value, place + 2 + (SELECT coalesce(sum({3}), 0)::BIGINT FROM raw WHERE rowid < place) AS line "
      "FROM first",
      identifier, present(identifier), fits(identifier, type), breaks);
  MARU_ASSIGN(const Table found, run_query(sandbox, sql, cancel));
  if (found.rows() == 0) return internal("column \"{}\": the value that does not fit is gone", name);
  return invalid("line {}, column \"{}\": expected {}, got \"{}\" ({} of {} values are {})",
                 found.columns()[1].ints()[0], name, example(type), found.columns()[0].text(0),
                 fitting(counts, type), counts.present, name_of(type));
}

Result<ColumnType> settle_type(Sandbox& sandbox, const CsvHeader& header, const std::string& name,
                               const CsvCounts& counts, const LakeSchema& known, Lake::Cancel cancel) {
  const auto given =
      std::find_if(known.begin(), known.end(), [&](const auto& column) { return column.first == name; });
  const CsvType type = given == known.end() ? type_of(counts) : check_type(counts, given->second);
  if (!type.has_misfits) return type.type;
  MARU_ASSIGN(Error error, misfit(sandbox, header, name, type.type, counts, cancel));
  return error;
}

Result<std::vector<std::string>> wanted_columns(const CsvHeader& header,
                                                const std::vector<std::string>& wanted) {
  if (wanted.empty()) return header.names;
  for (const auto& name : wanted)
    if (std::find(header.names.begin(), header.names.end(), name) == header.names.end())
      return invalid("line 1: the header has no column \"{}\"{}", name, did_you_mean(name, header.names));
  return wanted;
}

}  // namespace

Result<Table> read_csv(Sandbox& sandbox, const std::filesystem::path& path, const ReadFileOptions& options,
                       Lake::Cancel cancel) {
  MARU_ASSIGN(const CsvHeader header, read_csv_header(path));
  MARU_ASSIGN(const auto columns, wanted_columns(header, options.columns));
  MARU_TRY(load_raw(sandbox, path, header, cancel));
  MARU_TRY(check_rejects(sandbox, header, cancel));
  MARU_ASSIGN(const auto counts, count_values(sandbox, columns, cancel));
  std::string selected;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string& name = columns[i];
    MARU_ASSIGN(const ColumnType type, settle_type(sandbox, header, name, counts[i], options.types, cancel));
    const std::string identifier = sql_identifier(name);
    selected += selected.empty() ? "" : ", ";
    selected += type == ColumnType::text
                    ? identifier
                    : fmt::format("CAST(CASE WHEN {} THEN {} END AS {}) AS {}", present(identifier),
                                  identifier, sql_type_of(type), identifier);
  }
  MARU_ASSIGN(const Table count, run_query(sandbox, "SELECT count(*) AS n FROM raw", cancel));
  if (static_cast<std::uint64_t>(count.columns()[0].ints()[0]) > options.row_limit)
    return make_error(Code::out_of_range, "the file has {} rows, at most {} are taken",
                      count.columns()[0].ints()[0], options.row_limit);
  return run_query(sandbox, fmt::format("SELECT {} FROM raw", selected), cancel);
}

}  // namespace maru::store::lake
