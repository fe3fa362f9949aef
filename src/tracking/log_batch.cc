// The hot path: many clients log small batches at once. Checks happen on the caller's thread; the writer
// thread does only the inserts, and one commit serves everyone who waits.

#include "tracking/context.h"
#include "tracking/limits.h"
#include "tracking/runs.h"
#include "tracking/statements.h"
#include "tracking/tags.h"

namespace maru::tracking {
namespace {

constexpr DurationMs kMetricsEventIntervalMs = kSecondMs;

// A point that is there already is the same point: a client that retries a batch changes nothing.
constexpr std::string_view kInsertMetric =
    "INSERT INTO run_metrics (run, key, step, timestamp_ms, value, is_nan) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
    "ON CONFLICT DO NOTHING";
constexpr std::string_view kKeepLatest =
    "INSERT INTO latest_metrics (run, key, step, timestamp_ms, value, is_nan) VALUES (?1, ?2, ?3, ?4, ?5, "
    "?6) "
    "ON CONFLICT (run, key) DO UPDATE SET step = excluded.step, timestamp_ms = excluded.timestamp_ms, "
    "value = excluded.value, is_nan = excluded.is_nan "
    "WHERE (excluded.step, excluded.timestamp_ms, excluded.value) > "
    "(latest_metrics.step, latest_metrics.timestamp_ms, latest_metrics.value)";
constexpr std::string_view kInsertModelMetric =
    "INSERT INTO logged_model_metrics (model_id, key, timestamp_ms, step, run_id, dataset_name, "
    "dataset_digest, value, "
    "is_nan) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING";
constexpr std::string_view kInsertParam =
    "INSERT INTO run_params (run, key, value) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
constexpr std::string_view kParam = "SELECT value FROM run_params WHERE run = ?1 AND key = ?2";

constexpr store::NamedStatement kStatements[] = {{"tracking.insert_metric", kInsertMetric},
                                                 {"tracking.keep_latest_metric", kKeepLatest},
                                                 {"tracking.insert_model_metric", kInsertModelMetric},
                                                 {"tracking.insert_param", kInsertParam},
                                                 {"tracking.param", kParam}};

// SQLite's NaN would be NULL, and an infinity has no place in standard JSON or SQL: MLflow keeps the largest
// double.
double storable(double value) {
  if (std::isnan(value)) return 0;
  constexpr double kLargest = std::numeric_limits<double>::max();
  return std::clamp(value, -kLargest, kLargest);
}

Result<void> write_params(store::Transaction& tx, std::int64_t run, std::string_view run_id,
                          std::span<const Param> params) {
  std::string changed;
  for (const auto& param : params) {
    MARU_ASSIGN(const auto inserted, tx.execute(kInsertParam, {run, param.key, param.value}));
    if (inserted != 0) continue;
    MARU_ASSIGN(auto old,
                tx.first(kParam, {run, param.key}, [](const store::Row& row) { return row.string(0); }));
    if (old == param.value) continue;
    if (params.size() == 1) {
      return invalid(
          "Changing param values is not allowed. Param with key='{}' was already logged with value='{}' for "
          "run ID='{}'. "
          "Attempted logging new value '{}'.",
          param.key, old.value_or(""), run_id, param.value);
    }
    changed += fmt::format("{}{{'key': '{}', 'old_value': '{}', 'new_value': '{}'}}",
                           changed.empty() ? "" : ", ", param.key, old.value_or(""), param.value);
  }
  if (changed.empty()) return {};
  return invalid("Changing param values is not allowed. Params were already logged='[{}]' for run ID='{}'.",
                 changed, run_id);
}

Result<void> write_metrics(store::Transaction& tx, std::int64_t run, std::string_view run_id,
                           std::span<const Metric> metrics) {
  for (const auto& metric : metrics) {
    const bool is_nan = std::isnan(metric.value);
    const double value = storable(metric.value);
    const std::array<store::Value, 6> row = {run,   metric.key, metric.step, metric.timestamp_ms,
                                             value, is_nan};
    MARU_TRY(tx.execute(kInsertMetric, row));
    MARU_TRY(tx.execute(kKeepLatest, row));
    if (metric.model_id.empty()) continue;
    MARU_TRY(
        tx.execute(kInsertModelMetric, {metric.model_id, metric.key, metric.timestamp_ms, metric.step, run_id,
                                        metric.dataset_name, metric.dataset_digest, value, is_nan}));
  }
  return {};
}

// At most one a second for a run: rules want to know that it moves, not every point.
Result<void> tell_of_metrics(Context& context, store::Transaction& tx, KnownRun& run, std::string_view run_id,
                             std::span<const Metric> metrics, const Origin& origin) {
  if (metrics.empty()) return {};
  const auto now_ms = context.clock.now_ms();
  if (now_ms - run.last_metrics_event_ms < kMetricsEventIntervalMs) return {};
  run.last_metrics_event_ms = now_ms;
  JsonObject values;
  for (const auto& metric : metrics) values[metric.key] = metric.value;
  MARU_TRY(context.events.append(tx, make_event("metrics.logged", fmt::format("run/{}", run_id), origin,
                                                {{"run_id", run_id}, {"metrics", std::move(values)}})));
  return {};
}

Result<void> write_batch(Context& context, store::Transaction& tx, std::string_view run_id,
                         const Batch& batch, const Origin& origin) {
  MARU_ASSIGN(auto* run, context.run_cache.active(tx, run_id));
  MARU_TRY(write_params(tx, run->number, run_id, batch.params));
  MARU_TRY(write_metrics(tx, run->number, run_id, batch.metrics));
  for (const auto& tag : batch.tags) MARU_TRY(write_tag(tx, run->number, tag));
  return tell_of_metrics(context, tx, *run, run_id, batch.metrics, origin);
}

}  // namespace

std::span<const store::NamedStatement> log_batch_statements() { return kStatements; }

Result<void> Runs::log_batch(std::string_view run_id, Batch batch, const Origin& origin) {
  MARU_TRY(check_run_id(run_id));
  MARU_TRY(check_batch(batch));
  return context_.database.write([&](store::Transaction& tx) -> Result<void> {
    return write_batch(context_, tx, run_id, batch, origin);
  });
}

void Runs::log_batch_async(std::string run_id, Batch batch,
                           std::move_only_function<void(Result<void>)> done) {
  auto fits = check_run_id(run_id);
  if (fits) fits = check_batch(batch);
  if (!fits) return done(std::move(fits));
  context_.database.write_async(
      [this, run_id = std::move(run_id), batch = std::move(batch)](store::Transaction& tx) -> Result<void> {
        return write_batch(context_, tx, run_id, batch, {});
      },
      std::move(done));
}

}  // namespace maru::tracking
