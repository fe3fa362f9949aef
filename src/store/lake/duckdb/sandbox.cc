#include "store/lake/duckdb/sandbox.h"

#include <numeric>
#include <set>

#include "base/file.h"
#include "base/time.h"
#include "store/lake/duckdb/errors.h"

namespace maru::store::lake {
namespace {

constexpr DurationMs kNothingToDoMs = 1;  // while other threads hold all of a query's tasks

Result<Config> config_for(const SandboxLimits& limits) {
  Config config;
  duckdb().create_config(config.out());
  const std::pair<const char*, std::string> settings[] = {
      {"threads", std::to_string(limits.threads)},
      {"memory_limit", fmt::format("{}B", limits.memory_bytes)},
      {"temp_directory", limits.spill_folder.string()},
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"allow_community_extensions", "false"},
  };
  for (const auto& [name, value] : settings)
    if (duckdb().set_config(config.get(), name, value.c_str()) != DuckDBSuccess)
      return internal("DuckDB refuses the setting {} = {}", name, value);
  return config;
}

std::string sql_list(std::span<const std::filesystem::path> files) {
  std::string out = "[";
  for (const auto& file : files) out += (out.size() > 1 ? ", " : "") + sql_literal(file.string());
  return out + "]";
}

// The query's columns through the casts that bring them to our types; "" when it needs none.
std::string wrapped(std::string_view sql, const Prepared& prepared) {
  bool needed = false;
  std::string columns;
  const idx_t count = duckdb().prepared_statement_column_count(prepared.get());
  for (idx_t i = 0; i < count; ++i) {
    const char* name = duckdb().prepared_statement_column_name(prepared.get(), i);
    const std::string identifier = sql_identifier(name == nullptr ? "" : name);
    duckdb().free(const_cast<char*>(name));
    const ColumnPlan plan = plan_for(duckdb().prepared_statement_column_type(prepared.get(), i));
    needed |= plan.cast != nullptr;
    columns += i == 0 ? "" : ", ";
    columns += plan.cast == nullptr ? identifier
                                    : fmt::format("CAST({} AS {}) AS {}", identifier, plan.cast, identifier);
  }
  // The newline ends a comment that the user's SQL may end in.
  return needed ? fmt::format("SELECT {} FROM (\n{}\n)", columns, sql) : "";
}

Result<void> bind_all(const Prepared& prepared, std::span<const LakeValue> parameters) {
  const idx_t wanted = duckdb().nparams(prepared.get());
  if (wanted != parameters.size())
    return invalid("the query has {} parameters, {} values were given", wanted, parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    struct Binder {
      duckdb_prepared_statement statement;
      idx_t index;
      duckdb_state operator()(std::monostate) const { return duckdb().bind_null(statement, index); }
      duckdb_state operator()(bool value) const { return duckdb().bind_boolean(statement, index, value); }
      duckdb_state operator()(std::int64_t value) const {
        return duckdb().bind_int64(statement, index, value);
      }
      duckdb_state operator()(double value) const { return duckdb().bind_double(statement, index, value); }
      duckdb_state operator()(const std::string& value) const {
        return duckdb().bind_varchar_length(statement, index, value.data(), value.size());
      }
      duckdb_state operator()(LakeTime value) const {
        return duckdb().bind_timestamp(statement, index, {value.ms * 1000});
      }
    };
    if (std::visit(Binder{prepared.get(), i + 1}, parameters[i]) != DuckDBSuccess)
      return invalid("parameter {} cannot be bound", i + 1);
  }
  return {};
}

// `select 1;` and `select 1; -- done` may be wrapped only without what follows the query.
std::string_view without_trailing_semicolon(std::string_view sql) {
  while (!sql.empty() && (std::isspace(static_cast<unsigned char>(sql.back())) != 0 || sql.back() == ';'))
    sql.remove_suffix(1);
  return sql;
}

}  // namespace

Result<Sandbox> Sandbox::open(SandboxLimits limits, std::span<const std::filesystem::path> files) {
  MARU_TRY(load_duckdb());
  Sandbox sandbox;
  sandbox.limits_ = std::move(limits);
  MARU_ASSIGN(const Config config, config_for(sandbox.limits_));
  char* message = nullptr;
  if (duckdb().open_ext(nullptr, sandbox.database_.out(), config.get(), &message) != DuckDBSuccess) {
    Error error = internal("DuckDB does not open: {}", message == nullptr ? "no reason was given" : message);
    duckdb().free(message);
    return error;
  }
  if (duckdb().connect(sandbox.database_.get(), sandbox.connection_.out()) != DuckDBSuccess)
    return internal("DuckDB does not connect");
  const duckdb_connection connection = sandbox.connection_.get();
  MARU_TRY(execute(connection, "SET TimeZone = 'UTC'"));
  MARU_TRY(execute(connection, fmt::format("SET allowed_paths = {}", sql_list(files))));
  // As a statement: given when opening, DuckDB 1.5 shows this setting but does not keep to it.
  MARU_TRY(
      execute(connection, fmt::format("SET max_temp_directory_size = '{}B'", sandbox.limits_.spill_bytes)));
  MARU_TRY(execute(connection, "SET enable_external_access = false"));
  MARU_TRY(execute(connection, "SET lock_configuration = true"));
  return sandbox;
}

Sandbox::~Sandbox() {
  if (!database_) return;
  { const Connection closed = std::move(connection_); }
  { const Database closed = std::move(database_); }
  (void)remove_tree(limits_.spill_folder).has_value();
}

Result<void> Sandbox::add(const LakeSource& source) {
  if (source.table != nullptr) return create_table_from(connection_.get(), source.name, *source.table);
  if (source.parquet_files.empty())
    return invalid("source \"{}\" has neither files nor a table", source.name);
  for (const auto& file : source.parquet_files) {
    std::error_code error;
    if (!std::filesystem::exists(file, error))
      return not_found("source \"{}\": no file {}", source.name, file.string());
  }
  return execute(connection_.get(),
                 fmt::format("CREATE VIEW {} AS SELECT * FROM read_parquet({}{})",
                             sql_identifier(source.name), sql_list(source.parquet_files),
                             source.parquet_files.size() > 1 ? ", union_by_name = true" : ""));
}

Result<Prepared> Sandbox::prepare_one(std::string_view sql) {
  if (sql.find('\0') != sql.npos) return invalid("the query holds a NUL character");
  Extracted statements;
  const std::string text(sql);
  const idx_t count = duckdb().extract_statements(connection_.get(), text.c_str(), statements.out());
  if (count == 0) {
    const char* message = duckdb().extract_statements_error(statements.get());
    return message == nullptr ? invalid("expected one query, got none") : error_from(message);
  }
  if (count != 1) return invalid("expected one query, got {} statements", count);
  Prepared prepared;
  if (duckdb().prepare_extracted_statement(connection_.get(), statements.get(), 0, prepared.out()) !=
      DuckDBSuccess)
    return error_from(duckdb().prepare_error(prepared.get()));
  if (duckdb().prepared_statement_type(prepared.get()) != DUCKDB_STATEMENT_TYPE_SELECT)
    return invalid("expected a query (SELECT …), got another kind of statement");
  return prepared;
}

Result<std::string> Sandbox::normalised_query(std::string_view sql) {
  const std::string_view trimmed = without_trailing_semicolon(sql);
  MARU_ASSIGN(const Prepared prepared, prepare_one(trimmed));
  MARU_TRY(schema_of(prepared));
  std::string with_casts = wrapped(trimmed, prepared);
  return with_casts.empty() ? std::string(trimmed) : with_casts;
}

Result<Prepared> Sandbox::prepare_query(std::string_view sql, std::span<const LakeValue> parameters) {
  const std::string_view trimmed = without_trailing_semicolon(sql);
  MARU_ASSIGN(Prepared prepared, prepare_one(trimmed));
  MARU_TRY(schema_of(prepared));
  if (const std::string with_casts = wrapped(trimmed, prepared); !with_casts.empty()) {
    MARU_ASSIGN(prepared, prepare_one(with_casts));
  }
  MARU_TRY(bind_all(prepared, parameters));
  return prepared;
}

Result<Prepared> Sandbox::prepare_own(const std::string& sql, std::span<const LakeValue> parameters) {
  Prepared prepared;
  if (duckdb().prepare(connection_.get(), sql.c_str(), prepared.out()) != DuckDBSuccess)
    return error_from(duckdb().prepare_error(prepared.get()));
  MARU_TRY(bind_all(prepared, parameters));
  return prepared;
}

Result<LakeSchema> Sandbox::schema_of(const Prepared& query) const {
  LakeSchema schema;
  std::set<std::string> seen;
  const idx_t count = duckdb().prepared_statement_column_count(query.get());
  for (idx_t i = 0; i < count; ++i) {
    const char* name = duckdb().prepared_statement_column_name(query.get(), i);
    std::string text = name == nullptr ? "" : name;
    duckdb().free(const_cast<char*>(name));
    if (!seen.insert(text).second)
      return invalid("the query answers two columns named \"{}\": name one of them with AS", text);
    schema.emplace_back(std::move(text),
                        plan_for(duckdb().prepared_statement_column_type(query.get(), i)).type);
  }
  return schema;
}

Result<void> Sandbox::execute_pending(const Prepared& query, Answer answer, QueryResult& result,
                                      Lake::Cancel cancel) {
  Pending pending;
  const auto start =
      answer == Answer::whole ? duckdb().pending_prepared : duckdb().pending_prepared_streaming;
  if (start(query.get(), pending.out()) != DuckDBSuccess)
    return error_from(duckdb().pending_error(pending.get()));
  while (true) {
    if (cancel != nullptr && cancel->load(std::memory_order_relaxed)) {
      duckdb().interrupt(connection_.get());
      return make_error(Code::cancelled, "the query was cancelled");
    }
    const duckdb_pending_state state = duckdb().pending_execute_task(pending.get());
    if (state == DUCKDB_PENDING_ERROR) return error_from(duckdb().pending_error(pending.get()));
    if (duckdb().pending_execution_is_finished(state)) break;
    if (state == DUCKDB_PENDING_NO_TASKS_AVAILABLE) system_clock().sleep_ms(kNothingToDoMs);
  }
  if (duckdb().execute_pending(pending.get(), result.get()) == DuckDBSuccess) return {};
  return error_from(duckdb().result_error_type(result.get()), duckdb().result_error(result.get()));
}

Result<void> Sandbox::fetch_into(QueryResult& result, TableBuilder& builder, std::size_t rows_wanted,
                                 Lake::Cancel cancel, bool& ended) {
  while (builder.rows() < rows_wanted) {
    if (cancel != nullptr && cancel->load(std::memory_order_relaxed))
      return make_error(Code::cancelled, "the query was cancelled");
    const Chunk chunk(duckdb().fetch_chunk(*result.get()));
    if (!chunk) {
      ended = true;
      const char* message = duckdb().result_error(result.get());
      if (message != nullptr && *message != '\0')
        return error_from(duckdb().result_error_type(result.get()), message);
      return {};
    }
    builder.append(chunk.get());
  }
  return {};
}

Result<Table> Sandbox::run(const Prepared& query, Lake::Cancel cancel) {
  QueryResult result;
  MARU_TRY(execute_pending(query, Answer::whole, result, cancel));
  TableBuilder builder = TableBuilder::for_result(*result.get());
  bool ended = false;
  MARU_TRY(fetch_into(result, builder, SIZE_MAX, cancel, ended));
  return builder.take();
}

Result<void> Sandbox::run_batches(const Prepared& query, std::size_t batch_rows, const Lake::Sink& sink,
                                  Lake::Cancel cancel) {
  QueryResult result;
  MARU_TRY(execute_pending(query, Answer::streamed, result, cancel));
  TableBuilder builder = TableBuilder::for_result(*result.get());
  // A chunk comes whole: stop while another one still fits.
  const std::size_t chunk_rows = duckdb().vector_size();
  const std::size_t wanted = batch_rows > chunk_rows ? batch_rows - chunk_rows + 1 : 1;
  for (bool ended = false; !ended;) {
    MARU_TRY(fetch_into(result, builder, wanted, cancel, ended));
    if (builder.rows() == 0) continue;
    const Table fetched = builder.take();
    for (std::size_t first = 0; first < fetched.rows(); first += batch_rows) {
      if (fetched.rows() <= batch_rows) {
        MARU_TRY(sink(fetched));
        break;
      }
      std::vector<std::size_t> rows(std::min(batch_rows, fetched.rows() - first));
      std::iota(rows.begin(), rows.end(), first);
      MARU_TRY(sink(fetched.take(rows)));
    }
  }
  return {};
}

Result<void> Sandbox::run_own(const Prepared& statement, QueryResult& result, Lake::Cancel cancel) {
  return execute_pending(statement, Answer::whole, result, cancel);
}

}  // namespace maru::store::lake
