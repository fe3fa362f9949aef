#include "store/lake/duckdb/errors.h"

namespace maru::store::lake {
namespace {

struct Kind {
  std::string_view beginning;
  duckdb_error_type type;
};
constexpr Kind kKinds[] = {
    {"IO Error", DUCKDB_ERROR_IO},
    {"Permission Error", DUCKDB_ERROR_PERMISSION},
    {"Out of Memory Error", DUCKDB_ERROR_OUT_OF_MEMORY},
    {"INTERRUPT Error", DUCKDB_ERROR_INTERRUPT},
    {"INTERNAL Error", DUCKDB_ERROR_INTERNAL},
    {"FATAL Error", DUCKDB_ERROR_FATAL},
};

// "LINE 1: select …\n   ^" below a message helps only who sees the SQL that was really run; ours is often
// wrapped.
std::string_view first_paragraph(std::string_view message) {
  const auto end = message.find("\n\n");
  return end == std::string_view::npos ? message : message.substr(0, end);
}

Code code_of(duckdb_error_type type, std::string_view message) {
  switch (type) {
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      return Code::resource_exhausted;
    case DUCKDB_ERROR_INTERRUPT:
      return Code::cancelled;
    case DUCKDB_ERROR_INTERNAL:
    case DUCKDB_ERROR_FATAL:
      return Code::internal;
    case DUCKDB_ERROR_IO:
      return message.find("No files found") != message.npos || message.find("No such file") != message.npos
                 ? Code::not_found
                 : Code::data_loss;
    default:
      return Code::invalid_argument;
  }
}

}  // namespace

Error error_from(duckdb_error_type type, const char* message) {
  const std::string_view text = message == nullptr ? "no reason was given" : message;
  return {code_of(type, text), std::string(first_paragraph(text))};
}

Error error_from(const char* message) {
  const std::string_view text = message == nullptr ? "" : message;
  for (const Kind& kind : kKinds)
    if (text.starts_with(kind.beginning)) return error_from(kind.type, message);
  return error_from(DUCKDB_ERROR_INVALID_INPUT, message);
}

Result<void> execute(duckdb_connection connection, const std::string& sql) {
  QueryResult result;
  if (duckdb().query(connection, sql.c_str(), result.get()) == DuckDBSuccess) return {};
  return error_from(duckdb().result_error_type(result.get()), duckdb().result_error(result.get()));
}

}  // namespace maru::store::lake
