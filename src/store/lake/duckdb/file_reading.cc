#include "store/lake/duckdb/file_reading.h"

#include "base/ids.h"

namespace maru::store::lake {
namespace {

// The columns wanted, cast to the types that are known already.
Result<std::string> select_list(const LakeSchema& found, const ReadFileOptions& options) {
  std::vector<std::string> names;
  for (const auto& [name, type] : found) names.push_back(name);
  std::string selected;
  for (const auto& name : options.columns.empty() ? names : options.columns) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      return invalid("there is no column \"{}\"{}", name, did_you_mean(name, names));
    const auto known = std::find_if(options.types.begin(), options.types.end(),
                                    [&](const auto& column) { return column.first == name; });
    const std::string identifier = sql_identifier(name);
    selected += selected.empty() ? "" : ", ";
    selected += known == options.types.end()
                    ? identifier
                    : fmt::format("CAST({} AS {}) AS {}", identifier, sql_type_of(known->second), identifier);
  }
  return selected;
}

Result<Table> read_relation(Sandbox& sandbox, const std::string& relation, const ReadFileOptions& options,
                            Lake::Cancel cancel) {
  MARU_ASSIGN(const Prepared all, sandbox.prepare_query("SELECT * FROM " + relation, {}));
  MARU_ASSIGN(const LakeSchema found, sandbox.schema_of(all));
  MARU_ASSIGN(const std::string selected, select_list(found, options));
  MARU_ASSIGN(const Prepared query,
              sandbox.prepare_query(
                  fmt::format("SELECT {} FROM {} LIMIT {}", selected, relation, options.row_limit + 1), {}));
  MARU_ASSIGN(Table table, sandbox.run(query, cancel));
  if (table.rows() > options.row_limit)
    return make_error(Code::out_of_range, "the file has more than {} rows", options.row_limit);
  return table;
}

// A broken file that a user gave is theirs to mend, not data that we lost.
Result<Table> as_user_error(Result<Table> table) {
  if (!table.has_value() && table.error().code == Code::data_loss)
    return Error{Code::invalid_argument, table.error().message};
  return table;
}

// `Malformed JSON in file "…", at byte 6 in line 3: unexpected character` as ours: DuckDB counts the line
// where the broken one ends, one too many.
Error json_error(Error error) {
  constexpr std::string_view kMark = " in line ";
  const auto mark = error.message.find(kMark);
  if (!error.message.starts_with("Invalid Input Error: Malformed JSON") || mark == std::string::npos)
    return error;
  char* rest = nullptr;
  const long line = std::strtol(error.message.c_str() + mark + kMark.size(), &rest, 10);
  return invalid("line {}: expected one JSON object{}", line - 1, rest);
}

}  // namespace

Result<Table> read_jsonl(Sandbox& sandbox, const std::filesystem::path& path, const ReadFileOptions& options,
                         Lake::Cancel cancel) {
  const std::string relation = fmt::format(
      "read_json({}, format = 'newline_delimited', records = true, sample_size = -1, compression = "
      "'auto_detect')",
      sql_literal(path.string()));
  auto table = read_relation(sandbox, relation, options, cancel);
  if (!table.has_value()) table = json_error(std::move(table.error()));
  return as_user_error(std::move(table));
}

Result<Table> read_parquet(Sandbox& sandbox, const std::filesystem::path& path,
                           const ReadFileOptions& options, Lake::Cancel cancel) {
  return as_user_error(
      read_relation(sandbox, fmt::format("read_parquet({})", sql_literal(path.string())), options, cancel));
}

}  // namespace maru::store::lake
