#pragma once
// The offline data: SQL over Parquet files and tables in memory. Every query runs in a sandbox of its own, an
// empty database that holds nothing but the sources given to it, so that SQL written by a user reads only
// these: it can reach no file, no network, no extension and no setting, and must be one single query (no
// ATTACH, COPY, PRAGMA …).

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/columns.h"
#include "base/result.h"

namespace maru::store {

// A relation that one query may read, by `name` (any text; quoted where needed). Either Parquet files of one
// schema, read as one relation in the order given (columns missing in some files are null there), or a table
// in memory, which must outlive the call. Timestamps are TIMESTAMP in SQL, in UTC.
struct LakeSource {
  std::string name{};
  std::vector<std::filesystem::path> parquet_files{};
  const Table* table = nullptr;
};

// A value for `$1`, `$2` … or `?` in a query.
struct LakeTime {
  std::int64_t ms = 0;
};
using LakeValue = std::variant<std::monostate, bool, std::int64_t, double, std::string, LakeTime>;

struct LakeOptions {
  std::filesystem::path folder{};                 // for what does not fit in memory; emptied at open()
  int threads = 2;                                // of one query
  std::uint64_t memory_limit_bytes = 1ULL << 30;  // of one query; past it DuckDB spills to `folder`
  std::uint64_t spill_limit_bytes = 16ULL << 30;  // of one query
  std::size_t concurrent_queries = 2;             // more wait their turn
};

enum class FileFormat : std::uint8_t { csv, csv_gz, parquet, jsonl };
// By extension: .csv, .tsv, .csv.gz, .parquet, .jsonl/.ndjson[.gz]; invalid_argument otherwise, naming what
// is known.
Result<FileFormat> file_format_of(const std::filesystem::path& path);
Result<FileFormat> file_format(std::string_view name);  // "csv", "csv_gz", "parquet", "jsonl"
std::string_view name_of(FileFormat format);

using LakeSchema = std::vector<std::pair<std::string, ColumnType>>;

struct ReadFileOptions {
  LakeSchema types{};  // columns whose type is known, e.g. from the version before; others are found out
  std::vector<std::string> columns{};     // only these; empty = all
  std::uint64_t row_limit = 100'000'000;  // more rows: out_of_range
};

// Thread-safe. The engine's library is loaded on first use (a server at rest does not pay for it).
// Errors of queries: invalid_argument (the SQL is wrong, or reaches outside), resource_exhausted (memory and
// spill limit), cancelled (the flag was set), data_loss (a Parquet file is broken), not_found (a file is
// missing).
class Lake {
 public:
  using Cancel = const std::atomic<bool>*;  // looked at while a query runs; null = never cancelled

  // Cheap: makes the folder. failed_precondition when it cannot be used.
  static Result<std::unique_ptr<Lake>> open(LakeOptions options);
  virtual ~Lake() = default;

  // The whole answer. Types other than our five arrive as the nearest: decimals and huge integers as float64,
  // dates as timestamps (midnight UTC), anything else as text.
  virtual Result<Table> query(std::string_view sql, std::span<const LakeSource> sources = {},
                              std::span<const LakeValue> parameters = {}, Cancel cancel = nullptr) = 0;
  // The answer in batches of at most `batch_rows` rows, in order, never held whole; `sink` may stop with an
  // error.
  using Sink = std::function<Result<void>(const Table& batch)>;
  virtual Result<void> query_batches(std::string_view sql, std::span<const LakeSource> sources,
                                     std::span<const LakeValue> parameters, std::size_t batch_rows,
                                     const Sink& sink, Cancel cancel = nullptr) = 0;
  // The answer into a Parquet file, never held whole; returns its rows. The file appears complete and
  // fsynced, or not at all.
  virtual Result<std::uint64_t> query_to_parquet(std::string_view sql, std::span<const LakeSource> sources,
                                                 const std::filesystem::path& file,
                                                 std::span<const LakeValue> parameters = {},
                                                 Cancel cancel = nullptr) = 0;
  // Column names and types of the answer, without running it.
  virtual Result<LakeSchema> describe(std::string_view sql, std::span<const LakeSource> sources = {}) = 0;

  virtual Result<std::uint64_t> write_parquet(const Table& table, const std::filesystem::path& file) = 0;
  // A whole file. CSV: comma (or tab or semicolon, when the header has no comma), '"' quotes, a header row,
  // empty = null. Types of columns that `options.types` does not name are the narrowest that nearly all
  // values have. invalid_argument names line and column of the first value or row that does not fit, and what
  // was expected.
  virtual Result<Table> read_file(const std::filesystem::path& path, FileFormat format,
                                  const ReadFileOptions& options = {}, Cancel cancel = nullptr) = 0;
};

// The sources that a user's SQL reads: `find` is asked for each relation that the query names and does not
// define itself, and answers nothing for a name it does not know. invalid_argument: the SQL is wrong, or
// names an unknown relation.
using SourceFinder = std::function<Result<std::optional<LakeSource>>(std::string_view name)>;
Result<std::vector<LakeSource>> sources_of(Lake& lake, std::string_view sql, const SourceFinder& find);

// `name` as an SQL identifier: "in double quotes", safe for any text. `text` as an SQL string literal.
std::string sql_identifier(std::string_view name);
std::string sql_literal(std::string_view text);

}  // namespace maru::store
