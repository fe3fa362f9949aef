#pragma once
// One query's own empty database: in memory, without access to anything but the files it was given, its
// settings locked. Opening one costs about 8 ms, which buys that no query can see another's data or outlive
// its limits.

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/lake.h"
#include "store/lake/duckdb/chunks.h"
#include "store/lake/duckdb/handles.h"

namespace maru::store::lake {

struct SandboxLimits {
  int threads;
  std::uint64_t memory_bytes;
  std::uint64_t spill_bytes;
  std::filesystem::path spill_folder;  // this sandbox's own; removed with it
};

// Not thread-safe.
class Sandbox {
 public:
  // `files` are the only paths that SQL inside may touch.
  static Result<Sandbox> open(SandboxLimits limits, std::span<const std::filesystem::path> files);
  Sandbox(Sandbox&&) noexcept = default;
  Sandbox& operator=(Sandbox&&) noexcept = delete;
  ~Sandbox();

  // Gives the source its name. not_found for a missing file; already_exists for a second source of that name.
  Result<void> add(const LakeSource& source);

  // A user's SQL: exactly one statement, and that a query. Parameters are bound; types that we do not have
  // are cast.
  Result<Prepared> prepare_query(std::string_view sql, std::span<const LakeValue> parameters);
  Result<LakeSchema> schema_of(const Prepared& query) const;
  // The SQL of prepare_query(), checked to be one query: safe to put between parentheses.
  Result<std::string> normalised_query(std::string_view sql);
  // One of our own statements (COPY …) with parameters.
  Result<Prepared> prepare_own(const std::string& sql, std::span<const LakeValue> parameters);

  Result<Table> run(const Prepared& query, Lake::Cancel cancel);
  Result<void> run_batches(const Prepared& query, std::size_t batch_rows, const Lake::Sink& sink,
                           Lake::Cancel cancel);
  Result<void> run_own(const Prepared& statement, QueryResult& result, Lake::Cancel cancel);

  duckdb_connection connection() const { return connection_.get(); }

 private:
  Sandbox() = default;
  enum class Answer : std::uint8_t { whole, streamed };
  Result<void> execute_pending(const Prepared& query, Answer answer, QueryResult& result,
                               Lake::Cancel cancel);
  Result<Prepared> prepare_one(std::string_view sql);
  Result<void> fetch_into(QueryResult& result, TableBuilder& builder, std::size_t rows_wanted,
                          Lake::Cancel cancel, bool& ended);

  SandboxLimits limits_{};
  Database database_;
  Connection connection_;  // after database_, so that it goes first
};

}  // namespace maru::store::lake
