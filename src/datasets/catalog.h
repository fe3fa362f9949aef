#pragma once
// Data sets: named, versioned, immutable, content-addressed. A version is a Parquet file below
// DIR/lake/datasets named by the hash of its content, and a row in the database.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "datasets/types.h"
#include "store/lake.h"

namespace maru::store {
class Database;
}
namespace maru::events {
class Log;
}

namespace maru::datasets {

class Lineage;

// Wired in app/ over the validation room. A profiler answers any JSON object; a checker one object an
// expectation with at least {"expect", "passed", "severity": "error"|"warn", "observed", "message"}.
using Profiler = std::function<Result<JsonObject>(const Table&)>;
using Checker = std::function<Result<JsonArray>(const Table&, const JsonArray& expectations)>;

struct CatalogOptions {
  std::filesystem::path folder{};  // DIR/lake/datasets
  std::uint64_t upload_limit_bytes = 4ULL << 30;
};

struct RegisterOptions {
  std::string created_by{};             // a person, a key, a pipeline run
  std::optional<std::int64_t> cause{};  // the event that led here
  std::vector<std::string> columns{};   // read only these; empty = all
  store::LakeSchema types{};  // columns whose type is known; otherwise as in the version before, if any
};

struct Registered {
  DatasetVersion version;
  bool is_new = false;  // false: the same content is the latest version already; nothing changed, no event
};

// What is declared of a data set, in a project file or by its first upload.
struct Declaration {
  std::string name{};
  std::string project{};
  std::string description{};
  std::string timestamp_column{};
  JsonArray expectations{};
};

// Thread-safe. Names must be plain (is_plain_name). Every registration checks and profiles the content, then
// appends the event dataset.version (and expectation.failed for each failed expectation of severity error) in
// the transaction that makes the version visible. Registering content equal to the latest version's answers
// that version. Errors of all registrations: invalid_argument (broken file, naming line and column; bad name
// or SQL), not_found, payload_too_large, cancelled.
class Catalog {
 public:
  struct Parts {
    store::Database& database;
    store::Lake& lake;
    events::Log& events;
    Lineage& lineage;
    Clock& clock;
    Profiler profiler;  // may be empty
    Checker checker;    // may be empty
  };
  static Result<std::unique_ptr<Catalog>> open(CatalogOptions options, Parts parts);
  virtual ~Catalog() = default;

  // Creates or updates what is declared; versions stay.
  virtual Result<void> declare(const Declaration& declaration) = 0;

  virtual Result<Registered> register_file(std::string_view name, const std::filesystem::path& path,
                                           const RegisterOptions& options = {}) = 0;
  // `bytes`: the whole upload, in the format said.
  virtual Result<Registered> register_upload(std::string_view name, store::FileFormat format,
                                             std::string_view bytes, const RegisterOptions& options = {}) = 0;
  // SQL over other data sets by name, latest versions, or "rides@2" in double quotes. Those it reads become
  // parents.
  virtual Result<Registered> register_sql(std::string_view name, std::string_view sql,
                                          const RegisterOptions& options = {}) = 0;
  virtual Result<Registered> register_table(std::string_view name, const Table& table, JsonObject source,
                                            std::span<const DatasetRef> parents,
                                            const RegisterOptions& options = {}) = 0;

  virtual Result<std::vector<Dataset>> list(std::string_view project = {}) = 0;
  virtual Result<Dataset> get(std::string_view name) = 0;  // not_found, with the nearest
  virtual Result<std::vector<DatasetVersion>> versions(std::string_view name) = 0;  // newest first
  virtual Result<DatasetVersion> version(std::string_view name,
                                         std::optional<std::int64_t> version = {}) = 0;  // latest

  virtual Result<Table> load(const DatasetRef& ref, std::span<const std::string> columns = {}) = 0;
  virtual Result<Table> rows(const DatasetRef& ref, std::uint64_t offset, std::uint64_t limit) = 0;
  // To name in Lake::query; called `as`, or by the data set's name.
  virtual Result<store::LakeSource> source(const DatasetRef& ref, std::string_view as = {}) = 0;
  // A query over data sets, as in register_sql, without registering the answer. `read` receives what it was
  // over.
  virtual Result<Table> query(std::string_view sql, std::vector<DatasetRef>* read = nullptr) = 0;

  // The outcome of checks run again, e.g. by a pipeline's validate step.
  virtual Result<void> set_checks(const DatasetRef& ref, const JsonArray& checks) = 0;
};

// Pure. Over the columns' names and types and every value in order.
std::string content_hash(const Table& table);

}  // namespace maru::datasets
