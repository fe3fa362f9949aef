#pragma once
// The monitors of a server: closes event-time windows, compares each with its reference, records what it
// found and says so in the event log (monitor.evaluated, drift.found, alert.raised, alert.resolved) in one
// transaction.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/log.h"
#include "monitoring/monitor.h"
#include "monitoring/prediction_log.h"
#include "store/database.h"
#include "store/statement_list.h"

namespace maru::monitoring {

// What monitors compare with; implemented over the registry, tracking and data sets. Thread-safe.
class ReferenceSource {
 public:
  virtual ~ReferenceSource() = default;
  // The rows that trained this model version: at least its input columns. not_found when unknown.
  virtual Result<Table> training_data(std::string_view model, std::int64_t version) = 0;
  // A version of a data set; 0 = the latest.
  virtual Result<Table> dataset(std::string_view name, std::int64_t version) = 0;
  // What the metric was when the version was evaluated before serving. not_found when unknown.
  virtual Result<double> baseline(std::string_view model, std::int64_t version, std::string_view metric) = 0;
};

// Truth that nobody reports because a source has it ("rides.cnt"). Thread-safe.
class TruthSource {
 public:
  virtual ~TruthSource() = default;
  // A value (or NaN) for each row of a PredictionLog::window table.
  virtual Result<std::vector<double>> truth_for(std::string_view label, const Table& predictions) = 0;
};

struct MonitorInfo {
  MonitorSpec spec;
  MonitorStatus status = MonitorStatus::ok;
  std::optional<TimeMs> closed_until_ms;  // end of the newest window that tick() closed
  std::optional<MonitorResult> last;      // without its columns
};

struct MonitorsOptions {
  std::size_t windows_a_tick =
      24;  // of one monitor: catching up after a long stop does not hold the others up
  std::size_t results_kept = 10'000;  // of one monitor; the oldest go
};

// Thread-safe. define(), evaluate() and tick() block; one evaluation runs at a time.
class Monitors {
 public:
  struct Parts {
    store::Database* database = nullptr;
    events::Log* events = nullptr;
    PredictionLog* predictions = nullptr;
    const Clock* clock = nullptr;
    ReferenceSource* references = nullptr;
    TruthSource* truths = nullptr;  // may be null
  };
  explicit Monitors(Parts parts, MonitorsOptions options = {});
  ~Monitors();

  // Creates or changes; whether anything changed. A changed monitor keeps its results.
  Result<bool> define(const MonitorSpec& spec);
  Result<void> remove(std::string_view name);     // not_found
  Result<std::vector<MonitorInfo>> list() const;  // by name
  Result<MonitorInfo> get(std::string_view name) const;

  // Newest window first, without columns. / One, with them.
  Result<std::vector<MonitorResult>> results(std::string_view name, std::size_t limit) const;
  Result<MonitorResult> result(std::string_view name, std::int64_t id) const;

  // Looks at [from, to) now, records it and appends its events with `cause`.
  Result<MonitorResult> evaluate(std::string_view name, TimeMs from_ms, TimeMs to_ms,
                                 std::optional<std::int64_t> cause = {});
  // Closes every window that is due; how many. A monitor that fails is logged and does not stop the others.
  // Call it when the clock was moved and once a minute or so.
  std::size_t tick();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// {id, monitor, endpoint, model, version, window_start_ms, window_end_ms, rows, truths, drift: {share,
// drifted, columns}, metrics, baseline,
//  status, reasons, evaluated_ms, event_id}; `columns` is how many were tested.
JsonObject json_of(const MonitorResult& result);
// The payload of monitor.evaluated and drift.found: the same with window: {start, end} (RFC 3339) and every
// metric at the top as well.
JsonObject event_payload(const MonitorResult& result);

std::span<const store::NamedStatement> statements();

}  // namespace maru::monitoring
