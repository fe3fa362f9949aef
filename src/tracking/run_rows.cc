#include "tracking/run_rows.h"

#include "tracking/statements.h"

namespace maru::tracking {
namespace {

constexpr std::string_view kById =
    "SELECT r.number, r.run_id, r.experiment_id, r.name, r.user_id, r.status, r.lifecycle, r.started_ms, "
    "r.ended_ms, "
    "r.artifact_uri FROM runs r WHERE r.run_id = ?1";
constexpr std::string_view kMetrics =
    "SELECT key, value, is_nan, timestamp_ms, step FROM latest_metrics WHERE run = ?1 ORDER BY key";
constexpr std::string_view kParams = "SELECT key, value FROM run_params WHERE run = ?1 ORDER BY key";
constexpr std::string_view kTags = "SELECT key, value FROM run_tags WHERE run = ?1 ORDER BY key";

constexpr store::NamedStatement kStatements[] = {{"tracking.run_by_id", kById},
                                                 {"tracking.latest_metrics", kMetrics},
                                                 {"tracking.run_params", kParams},
                                                 {"tracking.run_tags", kTags}};

KeyValue pair_of(const store::Row& row) { return {row.string(0), row.string(1)}; }

}  // namespace

std::span<const store::NamedStatement> run_row_statements() { return kStatements; }

double metric_value(double stored, bool is_nan) {
  return is_nan ? std::numeric_limits<double>::quiet_NaN() : stored;
}

NumberedRun run_of(const store::Row& row) {
  NumberedRun out;
  out.number = row.int64(0);
  auto& info = out.run.info;
  info.id = row.string(1);
  info.experiment_id = std::to_string(row.int64(2));
  info.name = row.string(3);
  info.user_id = row.string(4);
  info.status = run_status(row.text(5)).value_or(RunStatus::running);
  info.lifecycle = row.text(6) == "active" ? Lifecycle::active : Lifecycle::deleted;
  info.started_ms = row.int64(7);
  info.ended_ms = row.optional_int64(8);
  info.artifact_uri = row.string(9);
  return out;
}

Result<NumberedRun> load_run(store::Reader& reader, std::string_view run_id) {
  MARU_ASSIGN(auto found, reader.first(kById, {run_id}, run_of));
  if (!found) return not_found("Run with id={} not found", run_id);
  return std::move(*found);
}

Result<void> load_details(store::Reader& reader, NumberedRun& run) {
  MARU_TRY(reader.query(kMetrics, {run.number}, [&](const store::Row& row) {
    Metric metric;
    metric.key = row.string(0);
    metric.value = metric_value(row.number(1), row.boolean(2));
    metric.timestamp_ms = row.int64(3);
    metric.step = row.int64(4);
    run.run.metrics.push_back(std::move(metric));
  }));
  MARU_ASSIGN(run.run.params, reader.all(kParams, {run.number}, pair_of));
  MARU_ASSIGN(run.run.tags, reader.all(kTags, {run.number}, pair_of));
  return load_inputs(reader, run);
}

}  // namespace maru::tracking
