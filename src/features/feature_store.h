#pragma once
// Features: defined once, read two ways that agree. Offline, a training set joins every label with the values
// that were visible at its time (SQL in the lake). Online, the same values are read for "now" (or any `at`)
// from rows kept by key.
//
// The point-in-time rule, everywhere: a row is visible at time t when its timestamp <= t, it was known by
// then (created <= t) and it is not older than the view's ttl (t - timestamp <= ttl). The row of the newest
// timestamp wins; of equal timestamps the one created last; then the greatest values in column order. Rows
// equal in every column count once.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/columns.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "features/definitions.h"
#include "store/lake.h"

namespace maru::store {
class Database;
class KeyValue;
}  // namespace maru::store
namespace maru::events {
class Log;
}
namespace maru::datasets {
class Catalog;
class Lineage;
struct DatasetRef;
}  // namespace maru::datasets

namespace maru::features {

struct FeatureStoreOptions {
  std::filesystem::path folder{};         // DIR/lake/sources: Parquet segments of pushed rows
  std::size_t push_rows_limit = 100'000;  // of one push
  std::size_t flush_rows = 50'000;        // pushed rows that wait before a segment is written, at most …
  DurationMs flush_after_ms = 60 * kSecondMs;   // … this long
  std::size_t materialize_batch_rows = 20'000;  // of one write
  std::size_t read_entities_limit = 10'000;     // of one online read
};

struct TrainingSetRequest {
  std::string service{};
  // "source.column": the value to predict. Without `entity_rows`, each row of that source is one example: its
  // keys, `at` = its timestamp, its value. Features over the label's own source never see the example's own
  // row.
  std::string label{};
  std::optional<Table>
      entity_rows{};  // entity keys and `at`; other columns are carried through; order and duplicates kept
  std::optional<TimeMs> from_ms{};   // at >= from
  std::optional<TimeMs> to_ms{};     // at < to
  std::optional<TimeMs> as_of_ms{};  // only labels known by then; default now
  store::Lake::Cancel cancel = nullptr;
};

struct TrainingSet {
  Table table{};                        // entity keys, at, features in the service's order, label
  std::vector<std::string> features{};  // their names
  std::vector<std::pair<std::string, std::int64_t>> datasets{};  // data set versions read
};

struct MaterializeReport {
  std::uint64_t rows = 0;
  TimeMs to_ms = 0;      // newest timestamp online now
  bool resumed = false;  // went on where an interrupted one had stopped
};
using Progress = std::function<void(std::uint64_t rows_done, std::uint64_t rows_total)>;

enum class ValueStatus : std::uint8_t { present, null_value, not_found, outside_ttl };
std::string_view name_of(ValueStatus status);  // "PRESENT", "NULL_VALUE", "NOT_FOUND", "OUTSIDE_MAX_AGE"

struct OnlineRequest {
  std::string service{};                // or
  std::vector<std::string> features{};  // "view.feature", "group.feature"
  Table entities{};  // key columns, one row an entity; other columns are request values for on-demand
  std::optional<TimeMs> at_ms{};  // default now
};

struct OnlineValue {
  expr::Scalar value;  // null when status is not present
  ValueStatus status = ValueStatus::not_found;
  TimeMs event_ms = 0;  // of the row it came from; 0 for none, `at` for on-demand
};

struct OnlineRows {
  std::vector<std::string> features{};  // names, in the order asked for
  std::vector<ColumnType> types{};
  std::vector<std::vector<OnlineValue>> rows{};  // one an entity, in order
  TimeMs at_ms = 0;
};

// Thread-safe; reads never wait for writers. Domain calls block: run all but read_online on a pool.
class FeatureStore {
 public:
  struct Parts {
    store::Database& database;
    store::KeyValue& online;
    store::Lake& lake;
    events::Log& events;
    datasets::Catalog& catalog;
    datasets::Lineage& lineage;
    Clock& clock;
  };
  // Reads what was defined before.
  static Result<std::unique_ptr<FeatureStore>> open(FeatureStoreOptions options, Parts parts);
  virtual ~FeatureStore() = default;

  // Makes the project's definitions exactly these, or changes nothing. Columns and types are checked against
  // the data sets that exist. invalid_argument names the path; a name that another project owns is
  // already_exists.
  virtual Result<void> define(const Definitions& definitions) = 0;
  virtual Definitions definitions(std::string_view project = {}) const = 0;  // of all projects when ""

  virtual Result<TrainingSet> training_set(const TrainingSetRequest& request) = 0;

  // Brings rows of the views' sources (all views when empty) with timestamps in [from, to) online.
  // Idempotent; an interrupted one goes on where it was when asked for again. Event feature.materialized per
  // view.
  virtual Result<MaterializeReport> materialize(std::span<const std::string> views,
                                                std::optional<TimeMs> from_ms = {},
                                                std::optional<TimeMs> to_ms = {},
                                                const Progress& progress = {},
                                                store::Lake::Cancel cancel = nullptr) = 0;

  // Durable and visible online when it returns; in training sets too. Rows lack no key and no timestamp;
  // `created` is now when the source has such a column and the rows do not. Pushing equal rows again changes
  // nothing.
  virtual Result<std::uint64_t> push(std::string_view source, const Table& rows) = 0;
  // From JSON rows [{"city": "dc", …}], typed by the source's columns; invalid_argument names row and column.
  virtual Result<Table> rows_from_json(std::string_view source, const JsonReader& rows) const = 0;

  // Never blocks on disk once the pages are warm. not_found: unknown service or feature, with the nearest;
  // invalid_argument: a key column missing or null.
  virtual Result<OnlineRows> read_online(const OnlineRequest& request) const = 0;
  virtual Result<Table> entities_from_json(const JsonReader& entities) const = 0;

  // GET /api/v1/features.
  virtual Result<JsonObject> describe() const = 0;

  // Background work, called by app's ticker (and by push when much waits): writes pushed rows to Parquet;
  // drops online rows that no view can see any more.
  virtual Result<std::uint64_t> flush() = 0;
  virtual Result<std::uint64_t> prune() = 0;
};

}  // namespace maru::features
