#include "monitoring/monitors.h"

#include <mutex>

#include "base/log.h"
#include "base/metrics.h"
#include "monitoring/internal/evaluation.h"
#include "monitoring/internal/monitor_store.h"

namespace maru::monitoring {
namespace {

// Whether the window was closed in its time, or somebody asked.
enum class Occasion : std::uint8_t { closed, asked };

events::NewEvent event_of(std::string type, const MonitorSpec& spec, JsonObject payload,
                          std::optional<std::int64_t> cause) {
  return {.type = std::move(type),
          .subject = "monitor/" + spec.name,
          .project = spec.project,
          .actor = "monitor/" + spec.name,
          .payload = std::move(payload),
          .cause = cause};
}

// alert.raised and alert.resolved: once a change, not once a window.
Result<void> append_alert(events::Log& log, store::Transaction& transaction, const MonitorSpec& spec,
                          MonitorStatus before, const MonitorResult& result) {
  const AlertChange change = alert_change(before, result.status);
  if (change == AlertChange::none) return {};
  JsonArray reasons;
  for (const auto& reason : result.reasons) reasons.emplace_back(reason);
  JsonObject payload{{"monitor", spec.name},
                     {"endpoint", spec.endpoint},
                     {"version", result.version},
                     {"reasons", std::move(reasons)}};
  const char* type = change == AlertChange::raised ? "alert.raised" : "alert.resolved";
  MARU_TRY(log.append(transaction, event_of(type, spec, std::move(payload), result.event_id)));
  return {};
}

}  // namespace

struct Monitors::State {
  Parts parts;
  MonitorsOptions options;
  std::mutex one_at_a_time;
  Counter& evaluations =
      metrics().counter("maru_monitor_evaluations_total", "Windows that monitors looked at.");
  Histogram& evaluation_seconds = metrics().histogram("maru_monitor_evaluation_seconds",
                                                      "Time of looking at one window, its drift included.");

  Result<MonitorRow> row_of(std::string_view name) {
    return parts.database->read([&](store::Reader& reader) { return read_monitor(reader, name); });
  }

  // The model that answered last in the window; the table has no model column, every row of an endpoint in a
  // window has one.
  Result<std::string> model_of(const Table& rows) {
    if (rows.rows() == 0) return std::string();
    MARU_ASSIGN(const auto last, parts.predictions->find(rows.find("request_id")->text(rows.rows() - 1)));
    return last.record.schema->model();
  }

  Result<MonitorResult> look_at(const MonitorRow& row, const Window& window, Occasion occasion,
                                std::optional<std::int64_t> cause) {
    const std::int64_t begin_ns = parts.clock->steady_ns();
    MARU_TRY(parts.predictions->flush());
    MARU_ASSIGN(const Table rows,
                parts.predictions->window(row.spec.endpoint, window.start_ms, window.end_ms));
    MARU_ASSIGN(const std::string model, model_of(rows));
    MonitorResult result = evaluate_window(row.spec, window, rows, model, *parts.references, parts.truths);
    result.evaluated_ms = parts.clock->now_ms();
    evaluations.add();
    evaluation_seconds.observe_seconds(static_cast<double>(parts.clock->steady_ns() - begin_ns) * 1e-9);
    return record(row, std::move(result), occasion, cause);
  }

  // The result, its events and the monitor's state: all of them or none.
  Result<MonitorResult> record(const MonitorRow& row, MonitorResult result, Occasion occasion,
                               std::optional<std::int64_t> cause) {
    return parts.database->write([&](store::Transaction& transaction) -> Result<MonitorResult> {
      MonitorResult out = result;
      const JsonObject payload = event_payload(out);
      MARU_ASSIGN(out.event_id,
                  parts.events->append(transaction, event_of("monitor.evaluated", row.spec, payload, cause)));
      if (!out.drifted.empty()) {
        MARU_TRY(parts.events->append(transaction, event_of("drift.found", row.spec, payload, out.event_id)));
      }
      MARU_ASSIGN(out.id, write_result(transaction, out, options.results_kept));
      MARU_TRY(append_alert(*parts.events, transaction, row.spec, row.status, out));
      MARU_TRY(write_status(transaction, row.spec.name, out.status));
      if (occasion == Occasion::closed)
        MARU_TRY(write_closed_until(transaction, row.spec.name, out.window.end_ms));
      return out;
    });
  }

  // Where to look for the next window with traffic: months without any are stepped over at once.
  Result<std::optional<TimeMs>> first_event_after(const MonitorRow& row) {
    constexpr TimeMs kEver = std::numeric_limits<TimeMs>::min() / 2;
    return parts.predictions->first_event(row.spec.endpoint, row.closed_until_ms.value_or(kEver));
  }

  Result<std::size_t> close_due(const std::string& name) {
    std::size_t closed = 0;
    while (closed < options.windows_a_tick) {
      MARU_ASSIGN(const MonitorRow row, row_of(name));
      MARU_ASSIGN(const auto first, first_event_after(row));
      const auto due = due_windows(row.spec, row.closed_until_ms, first, parts.clock->now_ms(), 1);
      if (due.empty()) return closed;
      MARU_TRY(look_at(row, due.front(), Occasion::closed, std::nullopt));
      ++closed;
    }
    return closed;
  }

  Result<MonitorInfo> info_of(store::Reader& reader, MonitorRow row) {
    MonitorInfo info{std::move(row.spec), row.status, row.closed_until_ms, std::nullopt};
    MARU_ASSIGN(auto newest, read_results(reader, info.spec.name, 1));
    if (!newest.empty()) info.last = std::move(newest.front());
    return info;
  }
};

Monitors::Monitors(Parts parts, MonitorsOptions options) : state_(std::make_unique<State>()) {
  state_->parts = parts;
  state_->options = options;
}
Monitors::~Monitors() = default;

Result<bool> Monitors::define(const MonitorSpec& spec) {
  return state_->parts.database->write(
      [&](store::Transaction& transaction) { return write_monitor(transaction, spec); });
}

Result<void> Monitors::remove(std::string_view name) {
  return state_->parts.database->write(
      [&](store::Transaction& transaction) { return delete_monitor(transaction, name); });
}

Result<std::vector<MonitorInfo>> Monitors::list() const {
  return state_->parts.database->read([&](store::Reader& reader) -> Result<std::vector<MonitorInfo>> {
    MARU_ASSIGN(auto rows, read_monitors(reader));
    std::vector<MonitorInfo> out;
    for (auto& row : rows) {
      MARU_ASSIGN(auto info, state_->info_of(reader, std::move(row)));
      out.push_back(std::move(info));
    }
    return out;
  });
}

Result<MonitorInfo> Monitors::get(std::string_view name) const {
  return state_->parts.database->read([&](store::Reader& reader) -> Result<MonitorInfo> {
    MARU_ASSIGN(auto row, read_monitor(reader, name));
    return state_->info_of(reader, std::move(row));
  });
}

Result<std::vector<MonitorResult>> Monitors::results(std::string_view name, std::size_t limit) const {
  return state_->parts.database->read(
      [&](store::Reader& reader) { return read_results(reader, name, limit); });
}

Result<MonitorResult> Monitors::result(std::string_view name, std::int64_t id) const {
  return state_->parts.database->read([&](store::Reader& reader) { return read_result(reader, name, id); });
}

Result<MonitorResult> Monitors::evaluate(std::string_view name, TimeMs from_ms, TimeMs to_ms,
                                         std::optional<std::int64_t> cause) {
  if (from_ms >= to_ms)
    return invalid("a window must end after it begins: from {} to {}", format_time(from_ms),
                   format_time(to_ms));
  const std::lock_guard lock(state_->one_at_a_time);
  MARU_ASSIGN(const MonitorRow row, state_->row_of(name));
  return state_->look_at(row, {from_ms, to_ms}, Occasion::asked, cause);
}

std::size_t Monitors::tick() {
  const std::lock_guard lock(state_->one_at_a_time);
  const auto rows = state_->parts.database->read([](store::Reader& reader) { return read_monitors(reader); });
  if (!rows.has_value()) {
    log_error("monitoring", "monitors could not be read", {{"error", rows.error().message}});
    return 0;
  }
  // What was predicted up to now is looked at, also when it was asked a moment ago.
  if (auto flushed = state_->parts.predictions->flush(); !flushed.has_value()) {
    log_warn("monitoring", "some predictions are missing from the windows",
             {{"error", flushed.error().message}});
  }
  std::size_t closed = 0;
  for (const auto& row : *rows) {
    const auto done = state_->close_due(row.spec.name);
    if (done.has_value()) {
      closed += *done;
    } else {
      log_error("monitoring", "a window could not be closed",
                {{"monitor", row.spec.name}, {"error", done.error().message}});
    }
  }
  return closed;
}

}  // namespace maru::monitoring
