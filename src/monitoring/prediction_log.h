#pragma once
// What endpoints were asked and answered, and later what was true: the memory that monitors look at.
// record() is the hot path: it moves a record into a bounded queue and returns; one background thread makes
// them durable in batches. Truth is the other way round: report_truth() returns once it is on disk.

#include <cstdint>
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
#include "store/keyvalue.h"

namespace maru::monitoring {

inline constexpr std::size_t kRequestIdLimitBytes = 200;
inline constexpr std::size_t kEndpointLimitBytes = 128;

struct InputColumn {
  std::string name;
  ColumnType type = ColumnType::float64;  // float64, int64 and boolean travel as numbers, text as text
  bool operator==(const InputColumn&) const = default;
};

// What all predictions of one model version at one endpoint share. Made once, then shared by their records.
class PredictionSchema {
 public:
  PredictionSchema(std::string endpoint, std::string model, std::int64_t version,
                   std::vector<InputColumn> inputs);
  const std::string& endpoint() const { return endpoint_; }
  const std::string& model() const { return model_; }
  std::int64_t version() const { return version_; }
  const std::vector<InputColumn>& inputs() const { return inputs_; }
  const std::string& id() const { return id_; }  // digest of all of it
  JsonObject json() const;
  static Result<PredictionSchema> from_json(const JsonReader& json);

 private:
  std::string endpoint_, model_;
  std::int64_t version_;
  std::vector<InputColumn> inputs_;
  std::string id_;
};

// One row of one request. A request of n > 1 rows gives n records with the ids "REQUEST/0" … "REQUEST/n-1".
struct PredictionRecord {
  std::shared_ptr<const PredictionSchema> schema;
  std::string request_id;
  TimeMs event_ms = 0;
  std::vector<double> numbers;     // inputs that are not text, in schema order; NaN = missing
  std::vector<std::string> texts;  // the text inputs, in schema order
  double prediction = 0;           // the number predicted: a value, or the probability of the positive class
};

struct Truth {
  std::string request_id;
  double value = 0;
  std::optional<TimeMs> at_ms;  // when it became known; default now
};

// A record as found again.
struct StoredPrediction {
  PredictionRecord record;
  std::optional<double> truth;
  JsonObject inputs_json() const;
};

struct PredictionLogOptions {
  std::size_t queue_limit = 65'536;  // records waiting for the writer; past it they are dropped and counted
  std::size_t batch_limit = 4'096;   // records in one write
  DurationMs linger_ms = 50;         // real time the writer waits for more before it writes a small batch
  DurationMs retention_ms = 800 * kDayMs;
  std::size_t window_rows_limit = 1'000'000;  // rows window() returns at most: past it every k-th is taken
};

struct PredictionLogCounts {
  std::uint64_t recorded = 0;  // taken into the queue
  std::uint64_t dropped = 0;   // refused: the queue was full, or the record was no good
  std::uint64_t written = 0;   // durable
  std::uint64_t failed = 0;    // lost to an error of the store
};

// Thread-safe. The store and clock outlive it. The destructor writes what is queued.
class PredictionLog {
 public:
  PredictionLog(store::KeyValue& store, const Clock& clock, PredictionLogOptions options = {});
  ~PredictionLog();
  PredictionLog(const PredictionLog&) = delete;
  PredictionLog& operator=(const PredictionLog&) = delete;

  // Never blocks: no lock, no disk. False when the record was dropped.
  bool record(PredictionRecord record) noexcept;
  // Waits until everything recorded before the call is durable. unavailable when some of it could not be
  // written.
  Result<void> flush();

  // Durable when it returns; the number taken. A later truth for the same id replaces the earlier one; truth
  // may come before its prediction is written. invalid_argument names the first bad item (truths[3].…) and
  // then none was taken.
  Result<std::size_t> report_truth(std::string_view endpoint, std::span<const Truth> truths);

  // Rows with from ≤ event_ms < to, oldest first: request_id (text), event_ms (timestamp), version (int64),
  // the inputs, prediction (float64), truth (float64, null when not known). Inputs that some versions lack
  // are null there. What was recorded before the call and is still queued is not in it: flush() first.
  Result<Table> window(std::string_view endpoint, TimeMs from_ms, TimeMs to_ms) const;
  // event_ms of the first prediction at or after `from_ms`, and of the newest one.
  Result<std::optional<TimeMs>> first_event(std::string_view endpoint, TimeMs from_ms) const;
  Result<std::optional<TimeMs>> last_event(std::string_view endpoint) const;

  // not_found when no prediction has this id.
  Result<StoredPrediction> find(std::string_view request_id) const;
  // The newest predictions of an endpoint, newest first.
  Result<std::vector<StoredPrediction>> newest(std::string_view endpoint, std::size_t limit) const;

  // Removes predictions (and their truths) of events older than the retention; how many.
  Result<std::uint64_t> remove_expired();
  PredictionLogCounts counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace maru::monitoring
