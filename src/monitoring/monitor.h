#pragma once
// What a monitor is, what it finds in one window, and how finding becomes a status. Values and pure
// functions.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "monitoring/windows.h"
#include "validation/drift.h"

namespace maru::monitoring {

struct Thresholds {
  double drift_share_warning = 0.0;      // a share above it is a warning (0: any drifted column)
  double drift_share_alert = 0.5;        // a share at or above it is an alert
  double worse_warning = 1.10;           // a metric this many times worse than the baseline is a warning
  double worse_alert = 1.25;             // … an alert
  std::map<std::string, double> limits;  // a metric worse than this number is an alert, whatever the baseline
  bool operator==(const Thresholds&) const = default;
};

struct MonitorSpec {
  std::string name;
  std::string project;
  std::string endpoint;
  std::string reference =
      "training";  // "training": the data that trained the version serving; or a data set "rides", "rides/2"
  WindowSpec window{};
  std::vector<std::string> checks;  // "drift" and names of metrics (performance.h)
  std::string truth;                // "source.column" that tells the truth later; "" = only what is reported
  DurationMs delay_ms = 0;          // how long after a window's end it is looked at: time for truth to arrive
  std::int64_t least_rows = 30;     // a window with fewer rows is recorded and judged "ok"
  std::vector<std::string> columns;  // inputs to compare; empty = all that the reference has
  std::vector<std::string> ignore;   // inputs not to compare, such as the date itself
  validation::DriftMode mode = validation::DriftMode::standard;
  std::map<std::string, validation::DriftType> types;
  double least_effect = 0.02;  // drift.h
  Thresholds thresholds;

  bool checks_drift() const;
  std::vector<std::string> metrics() const;  // the checks that are metrics
  JsonObject json() const;
  // {endpoint, reference, window: "1mo", checks: [drift, rmse], truth, delay: "1d", least_rows, columns,
  // ignore, mode, types,
  //  least_effect, thresholds: {drift_share, drift_share_warning, worse, worse_warning, limits: {rmse: 100}}}
  // invalid_argument: an unknown key, check or value, with the nearest.
  static Result<MonitorSpec> from_json(std::string name, const JsonReader& json);
};

enum class MonitorStatus : std::uint8_t { ok, warning, alert };
std::string_view name_of(MonitorStatus status);
Result<MonitorStatus> monitor_status(std::string_view name);

// What a window showed.
struct MonitorResult {
  std::int64_t id = 0;
  std::string monitor, endpoint, model;
  std::int64_t version = 0;  // of the newest row of the window
  Window window;
  std::uint64_t rows = 0, truths = 0;
  std::optional<validation::DriftReport> drift;
  JsonObject drift_columns;  // {column: …} as validation writes it; what is kept of `drift` in the database
  double drift_share = 0;
  std::vector<std::string> drifted;
  std::map<std::string, double> metrics, baseline;
  MonitorStatus status = MonitorStatus::ok;
  std::vector<std::string> reasons;  // sentences; why the status, or why something could not be computed
  TimeMs evaluated_ms = 0;
  std::int64_t event_id = 0;  // of monitor.evaluated
};

// How much worse `value` is than `baseline`: value / baseline where smaller is better, else baseline / value;
// empty when that says nothing (a baseline of 0 or below, a value that does not exist).
std::optional<double> times_worse(std::string_view metric, double value, double baseline);

struct Judgement {
  MonitorStatus status = MonitorStatus::ok;
  std::vector<std::string> reasons;
};
// The decision: what was found against the thresholds.
Judgement judge(const MonitorSpec& spec, const MonitorResult& found);

enum class AlertChange : std::uint8_t { none, raised, resolved };
// raised when a monitor enters alert, resolved when it leaves it.
AlertChange alert_change(MonitorStatus before, MonitorStatus now);

// The windows to close now: from the one after `closed_until_ms` (or the one with the first prediction) to
// the last that ended at least `delay_ms` ago, at most `limit` of them. Windows before the first prediction
// are not in it.
std::vector<Window> due_windows(const MonitorSpec& spec, std::optional<TimeMs> closed_until_ms,
                                std::optional<TimeMs> first_event_ms, TimeMs now_ms, std::size_t limit);

}  // namespace maru::monitoring
