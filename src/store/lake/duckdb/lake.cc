#include "store/lake.h"

#include <unistd.h>

#include <atomic>
#include <semaphore>

#include "base/file.h"
#include "base/ids.h"
#include "store/lake/duckdb/errors.h"
#include "store/lake/duckdb/file_reading.h"
#include "store/lake/duckdb/sandbox.h"
#include "store/lake/sync.h"

namespace maru::store {
namespace {

using lake::Prepared;
using lake::Sandbox;

constexpr std::ptrdiff_t kSlotsLimit = 1024;
// Up to here one thread is enough: what a query reads in a few milliseconds.
constexpr std::uint64_t kSmallCells = 500'000;
constexpr std::uint64_t kSmallBytes = 1 << 20;

class DuckdbLake final : public Lake {
 public:
  explicit DuckdbLake(LakeOptions options)
      : options_(std::move(options)),
        slots_(std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(options_.concurrent_queries), 1,
                                          kSlotsLimit)) {}

  Result<Table> query(std::string_view sql, std::span<const LakeSource> sources,
                      std::span<const LakeValue> parameters, Cancel cancel) override {
    const Slot slot(slots_);
    MARU_ASSIGN(Sandbox sandbox, open_sandbox(sources, {}));
    MARU_ASSIGN(const Prepared prepared, sandbox.prepare_query(sql, parameters));
    return sandbox.run(prepared, cancel);
  }

  Result<void> query_batches(std::string_view sql, std::span<const LakeSource> sources,
                             std::span<const LakeValue> parameters, std::size_t batch_rows, const Sink& sink,
                             Cancel cancel) override {
    const Slot slot(slots_);
    MARU_ASSIGN(Sandbox sandbox, open_sandbox(sources, {}));
    MARU_ASSIGN(const Prepared prepared, sandbox.prepare_query(sql, parameters));
    return sandbox.run_batches(prepared, batch_rows, sink, cancel);
  }

  Result<std::uint64_t> query_to_parquet(std::string_view sql, std::span<const LakeSource> sources,
                                         const std::filesystem::path& file,
                                         std::span<const LakeValue> parameters, Cancel cancel) override {
    const std::filesystem::path temporary = file.string() + "." + new_id() + ".tmp";
    auto rows = copy_to(sql, sources, temporary, parameters, cancel);
    if (rows.has_value()) {
      if (auto published = publish_file(temporary, file); !published.has_value()) rows = published.error();
    }
    if (!rows.has_value()) (void)remove_tree(temporary).has_value();
    return rows;
  }

  Result<LakeSchema> describe(std::string_view sql, std::span<const LakeSource> sources) override {
    const Slot slot(slots_);
    MARU_ASSIGN(Sandbox sandbox, open_sandbox(sources, {}));
    MARU_ASSIGN(const Prepared prepared, sandbox.prepare_query(sql, {}));
    return sandbox.schema_of(prepared);
  }

  Result<std::uint64_t> write_parquet(const Table& table, const std::filesystem::path& file) override {
    const LakeSource source{.name = "written", .parquet_files = {}, .table = &table};
    return query_to_parquet("SELECT * FROM written", std::span(&source, 1), file, {}, nullptr);
  }

  Result<Table> read_file(const std::filesystem::path& path, FileFormat format,
                          const ReadFileOptions& options, Cancel cancel) override {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return not_found("no file {}", path.string());
    const Slot slot(slots_);
    MARU_ASSIGN(const auto absolute, absolute_path(path));
    MARU_ASSIGN(Sandbox sandbox, open_sandbox({}, std::span(&absolute, 1)));
    const auto read = format == FileFormat::parquet ? lake::read_parquet
                      : format == FileFormat::jsonl ? lake::read_jsonl
                                                    : lake::read_csv;
    return read(sandbox, absolute, options, cancel);
  }

 private:
  // A query's turn.
  class Slot {
   public:
    explicit Slot(std::counting_semaphore<kSlotsLimit>& slots) : slots_(slots) { slots_.acquire(); }
    ~Slot() { slots_.release(); }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

   private:
    std::counting_semaphore<kSlotsLimit>& slots_;
  };

  static Result<std::filesystem::path> absolute_path(const std::filesystem::path& path) {
    std::error_code error;
    auto absolute = std::filesystem::absolute(path, error);
    if (error) return invalid("{}: {}", path.string(), error.message());
    return absolute.lexically_normal();
  }

  // A second thread costs two hand-overs between threads at open and close, more than a small query's work.
  int threads_for(std::span<const LakeSource> sources, std::span<const std::filesystem::path> files) const {
    std::uint64_t cells = 0, bytes = 0;
    for (const auto& source : sources)
      if (source.table != nullptr) cells += source.table->rows() * source.table->columns().size();
    for (const auto& file : files) {
      std::error_code error;
      const auto size = std::filesystem::file_size(file, error);
      if (!error) bytes += size;
    }
    return cells > kSmallCells || bytes > kSmallBytes ? options_.threads : 1;
  }

  Result<Sandbox> open_sandbox(std::span<const LakeSource> sources,
                               std::span<const std::filesystem::path> other_files) {
    std::vector<LakeSource> absolute(sources.begin(), sources.end());
    std::vector<std::filesystem::path> files(other_files.begin(), other_files.end());
    for (auto& source : absolute) {
      for (auto& file : source.parquet_files) {
        MARU_ASSIGN(file, absolute_path(file));
        files.push_back(file);
      }
    }
    const lake::SandboxLimits limits{threads_for(absolute, files), options_.memory_limit_bytes,
                                     options_.spill_limit_bytes,
                                     options_.folder / fmt::format("spill-{}", next_spill_.fetch_add(1))};
    MARU_ASSIGN(Sandbox sandbox, Sandbox::open(limits, files));
    for (const auto& source : absolute) MARU_TRY(sandbox.add(source).at("source"));
    return sandbox;
  }

  Result<std::uint64_t> copy_to(std::string_view sql, std::span<const LakeSource> sources,
                                const std::filesystem::path& file, std::span<const LakeValue> parameters,
                                Cancel cancel) {
    MARU_TRY(make_folders(file.parent_path()));
    const Slot slot(slots_);
    MARU_ASSIGN(const auto absolute, absolute_path(file));
    MARU_ASSIGN(Sandbox sandbox, open_sandbox(sources, std::span(&absolute, 1)));
    // On its own first: so that nothing can end the parenthesis early.
    MARU_ASSIGN(const std::string query, sandbox.normalised_query(sql));
    MARU_ASSIGN(const Prepared copy,
                sandbox.prepare_own(
                    fmt::format("COPY (\n{}\n) TO {} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)",
                                query, sql_literal(absolute.string())),
                    parameters));
    lake::QueryResult result;
    MARU_TRY(sandbox.run_own(copy, result, cancel));
    return lake::duckdb().rows_changed(result.get());
  }

  LakeOptions options_;
  std::counting_semaphore<kSlotsLimit> slots_;
  std::atomic<std::uint64_t> next_spill_{0};
};

}  // namespace

Result<std::unique_ptr<Lake>> Lake::open(LakeOptions options) {
  if (options.threads < 1) return invalid("lake threads: expected at least 1, got {}", options.threads);
  MARU_TRY(remove_tree(options.folder));  // what a killed server left
  MARU_TRY(make_folders(options.folder));
  std::error_code error;
  options.folder = std::filesystem::absolute(options.folder, error);
  return std::make_unique<DuckdbLake>(std::move(options));
}

}  // namespace maru::store
