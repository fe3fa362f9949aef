#include "monitoring/internal/monitor_store.h"

#include "base/ids.h"

namespace maru::monitoring {
namespace {

constexpr std::string_view kSelectMonitors =
    "SELECT name, spec, status, closed_until_ms FROM monitors ORDER BY name";
constexpr std::string_view kSelectMonitor =
    "SELECT name, spec, status, closed_until_ms FROM monitors WHERE name = ?1";
constexpr std::string_view kInsertMonitor =
    "INSERT INTO monitors (name, project, spec, status) VALUES (?1, ?2, ?3, 'ok')";
constexpr std::string_view kUpdateMonitor = "UPDATE monitors SET project = ?2, spec = ?3 WHERE name = ?1";
constexpr std::string_view kDeleteMonitor = "DELETE FROM monitors WHERE name = ?1";
constexpr std::string_view kUpdateStatus = "UPDATE monitors SET status = ?2 WHERE name = ?1";
constexpr std::string_view kUpdateClosed = "UPDATE monitors SET closed_until_ms = ?2 WHERE name = ?1";
constexpr std::string_view kInsertResult =
    "INSERT INTO monitor_results (monitor, window_start_ms, window_end_ms, status, summary, columns, "
    "event_id)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id";
constexpr std::string_view kDeleteOldResults =
    "DELETE FROM monitor_results WHERE monitor = ?1 AND id NOT IN"
    " (SELECT id FROM monitor_results WHERE monitor = ?1 ORDER BY window_start_ms DESC, id DESC LIMIT ?2)";
constexpr std::string_view kSelectResults =
    "SELECT id, summary, event_id FROM monitor_results WHERE monitor = ?1 ORDER BY window_start_ms DESC, id "
    "DESC LIMIT ?2";
constexpr std::string_view kSelectResult =
    "SELECT id, summary, event_id, columns FROM monitor_results WHERE monitor = ?1 AND id = ?2";

Result<MonitorRow> row_of(const store::Row& row) {
  MARU_ASSIGN(const Json json, parse_json(row.text(1)));
  MonitorRow out;
  MARU_ASSIGN(out.spec, MonitorSpec::from_json(row.string(0), json));
  MARU_ASSIGN(out.status, monitor_status(row.text(2)));
  out.closed_until_ms = row.optional_int64(3);
  return out;
}

Result<std::map<std::string, double>> numbers_from(const JsonReader& json) {
  std::map<std::string, double> out;
  MARU_ASSIGN(const auto fields, json.fields());
  for (const auto& [name, value] : fields) {
    MARU_ASSIGN(out[name], value.number());
  }
  return out;
}

// The way back from json_of(MonitorResult).
Result<MonitorResult> result_from(const JsonReader& json) {
  MonitorResult out;
  MARU_ASSIGN(out.monitor, json.text("monitor"));
  MARU_ASSIGN(out.endpoint, json.text("endpoint"));
  MARU_ASSIGN(out.model, json.text("model"));
  MARU_ASSIGN(out.version, json.integer("version"));
  MARU_ASSIGN(out.window.start_ms, json.integer("window_start_ms"));
  MARU_ASSIGN(out.window.end_ms, json.integer("window_end_ms"));
  MARU_ASSIGN(const std::int64_t rows, json.integer("rows"));
  MARU_ASSIGN(const std::int64_t truths, json.integer("truths"));
  out.rows = static_cast<std::uint64_t>(rows);
  out.truths = static_cast<std::uint64_t>(truths);
  MARU_ASSIGN(const auto drift, json.field("drift"));
  MARU_ASSIGN(out.drift_share, drift.number("share"));
  MARU_ASSIGN(const auto drifted, drift.field("drifted"));
  MARU_ASSIGN(out.drifted, drifted.texts());
  MARU_ASSIGN(const auto metrics, json.field("metrics"));
  MARU_ASSIGN(out.metrics, numbers_from(metrics));
  MARU_ASSIGN(const auto baseline, json.field("baseline"));
  MARU_ASSIGN(out.baseline, numbers_from(baseline));
  MARU_ASSIGN(const std::string status, json.text("status"));
  MARU_ASSIGN(out.status, monitor_status(status));
  MARU_ASSIGN(const auto reasons, json.field("reasons"));
  MARU_ASSIGN(out.reasons, reasons.texts());
  MARU_ASSIGN(out.evaluated_ms, json.integer("evaluated_ms"));
  return out;
}

Result<MonitorResult> result_of(const store::Row& row) {
  MARU_ASSIGN(const Json json, parse_json(row.text(1)));
  MARU_ASSIGN(MonitorResult out, result_from(json));
  out.id = row.int64(0);
  out.event_id = row.int64(2);
  return out;
}

}  // namespace

Result<std::vector<MonitorRow>> read_monitors(store::Reader& reader) {
  return reader.all(kSelectMonitors, {}, row_of);
}

Result<MonitorRow> read_monitor(store::Reader& reader, std::string_view name) {
  MARU_ASSIGN(auto found, reader.first(kSelectMonitor, {name}, row_of));
  if (found) return std::move(*found);
  MARU_ASSIGN(const auto names,
              reader.all(kSelectMonitors, {}, [](const store::Row& row) { return row.string(0); }));
  return not_found("no monitor is called \"{}\"{}", name, did_you_mean(name, names));
}

Result<bool> write_monitor(store::Transaction& transaction, const MonitorSpec& spec) {
  const std::string json = to_json(spec.json());
  MARU_ASSIGN(const auto before, transaction.first(kSelectMonitor, {spec.name},
                                                   [](const store::Row& row) { return row.string(1); }));
  if (before && *before == json) return false;
  MARU_TRY(transaction.execute(before ? kUpdateMonitor : kInsertMonitor, {spec.name, spec.project, json}));
  return true;
}

Result<void> delete_monitor(store::Transaction& transaction, std::string_view name) {
  MARU_TRY(read_monitor(transaction, name));
  MARU_TRY(transaction.execute(kDeleteMonitor, {name}));
  return {};
}

Result<void> write_status(store::Transaction& transaction, std::string_view name, MonitorStatus status) {
  MARU_TRY(transaction.execute(kUpdateStatus, {name, name_of(status)}));
  return {};
}

Result<void> write_closed_until(store::Transaction& transaction, std::string_view name,
                                TimeMs closed_until_ms) {
  MARU_TRY(transaction.execute(kUpdateClosed, {name, closed_until_ms}));
  return {};
}

Result<std::int64_t> write_result(store::Transaction& transaction, const MonitorResult& result,
                                  std::size_t kept) {
  MARU_ASSIGN(const auto id, transaction.first(kInsertResult,
                                               {result.monitor, result.window.start_ms, result.window.end_ms,
                                                name_of(result.status), to_json(json_of(result)),
                                                to_json(result.drift_columns), result.event_id},
                                               [](const store::Row& row) { return row.int64(0); }));
  MARU_TRY(transaction.execute(kDeleteOldResults, {result.monitor, kept}));
  if (!id) return internal("inserting a monitor result gave no id");
  return *id;
}

Result<std::vector<MonitorResult>> read_results(store::Reader& reader, std::string_view monitor,
                                                std::size_t limit) {
  return reader.all(kSelectResults, {monitor, limit}, result_of);
}

Result<MonitorResult> read_result(store::Reader& reader, std::string_view monitor, std::int64_t id) {
  MARU_ASSIGN(auto found,
              reader.first(kSelectResult, {monitor, id}, [](const store::Row& row) -> Result<MonitorResult> {
                MARU_ASSIGN(MonitorResult out, result_of(row));
                MARU_ASSIGN(out.drift_columns, parse_json_object(row.text(3)));
                return out;
              }));
  if (!found) return not_found("monitor \"{}\" has no result {}", monitor, id);
  return std::move(*found);
}

std::span<const store::NamedStatement> statements() {
  static constexpr store::NamedStatement kAll[] = {
      {"monitoring.select_monitors", kSelectMonitors},      {"monitoring.select_monitor", kSelectMonitor},
      {"monitoring.insert_monitor", kInsertMonitor},        {"monitoring.update_monitor", kUpdateMonitor},
      {"monitoring.delete_monitor", kDeleteMonitor},        {"monitoring.update_status", kUpdateStatus},
      {"monitoring.update_closed", kUpdateClosed},          {"monitoring.insert_result", kInsertResult},
      {"monitoring.delete_old_results", kDeleteOldResults}, {"monitoring.select_results", kSelectResults},
      {"monitoring.select_result", kSelectResult}};
  return kAll;
}

}  // namespace maru::monitoring
