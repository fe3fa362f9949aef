#include "monitoring/monitor.h"

#include "monitoring/performance.h"

namespace maru::monitoring {
namespace {

constexpr std::string_view kStatusNames[] = {"ok", "warning", "alert"};

void raise(Judgement& out, MonitorStatus status, std::string reason) {
  out.status = std::max(out.status, status);
  out.reasons.push_back(std::move(reason));
}

void judge_drift(const MonitorSpec& spec, const MonitorResult& found, Judgement& out) {
  if (found.drifted.empty()) return;
  const auto& thresholds = spec.thresholds;
  const std::string what = fmt::format("{:.0f} % of the inputs drifted ({})", found.drift_share * 100,
                                       fmt::join(found.drifted, ", "));
  if (found.drift_share >= thresholds.drift_share_alert) {
    raise(out, MonitorStatus::alert, what);
  } else if (found.drift_share > thresholds.drift_share_warning) {
    raise(out, MonitorStatus::warning, what);
  }
}

void judge_limit(const MonitorSpec& spec, const std::string& metric, double value, Judgement& out) {
  const auto limit = spec.thresholds.limits.find(metric);
  if (limit == spec.thresholds.limits.end()) return;
  const bool larger = better_of(metric) == Better::larger;
  if (larger ? value < limit->second : value > limit->second) {
    raise(out, MonitorStatus::alert,
          fmt::format("{} {:.4g} is {} its limit {:.4g}", metric, value, larger ? "below" : "above",
                      limit->second));
  }
}

void judge_metric(const MonitorSpec& spec, const MonitorResult& found, const std::string& metric,
                  Judgement& out) {
  const auto value = found.metrics.find(metric);
  if (value == found.metrics.end()) return;
  judge_limit(spec, metric, value->second, out);
  const auto baseline = found.baseline.find(metric);
  if (baseline == found.baseline.end()) return;
  const auto worse = times_worse(metric, value->second, baseline->second);
  if (!worse || *worse <= spec.thresholds.worse_warning) return;
  raise(out, *worse > spec.thresholds.worse_alert ? MonitorStatus::alert : MonitorStatus::warning,
        fmt::format("{} {:.4g} is {:.2f} times worse than the baseline {:.4g}", metric, value->second, *worse,
                    baseline->second));
}

}  // namespace

bool MonitorSpec::checks_drift() const {
  return std::find(checks.begin(), checks.end(), "drift") != checks.end();
}

std::vector<std::string> MonitorSpec::metrics() const {
  std::vector<std::string> out;
  std::copy_if(checks.begin(), checks.end(), std::back_inserter(out),
               [](const auto& check) { return check != "drift"; });
  return out;
}

std::string_view name_of(MonitorStatus status) { return kStatusNames[static_cast<std::size_t>(status)]; }

Result<MonitorStatus> monitor_status(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kStatusNames); ++i) {
    if (kStatusNames[i] == name) return static_cast<MonitorStatus>(i);
  }
  return invalid("unknown monitor status \"{}\": expected ok, warning or alert", name);
}

std::optional<double> times_worse(std::string_view metric, double value, double baseline) {
  if (!std::isfinite(value) || !std::isfinite(baseline) || baseline <= 0) return std::nullopt;
  if (better_of(metric) == Better::smaller) return std::abs(value) / baseline;
  return value > 0 ? std::optional(baseline / value) : std::optional(std::numeric_limits<double>::infinity());
}

Judgement judge(const MonitorSpec& spec, const MonitorResult& found) {
  Judgement out;
  if (static_cast<std::int64_t>(found.rows) < spec.least_rows) {
    out.reasons.push_back(
        fmt::format("{} rows are too few to judge: at least {} are needed", found.rows, spec.least_rows));
    return out;
  }
  judge_drift(spec, found, out);
  for (const auto& metric : spec.metrics()) judge_metric(spec, found, metric, out);
  return out;
}

AlertChange alert_change(MonitorStatus before, MonitorStatus now) {
  if (before != MonitorStatus::alert && now == MonitorStatus::alert) return AlertChange::raised;
  if (before == MonitorStatus::alert && now != MonitorStatus::alert) return AlertChange::resolved;
  return AlertChange::none;
}

std::vector<Window> due_windows(const MonitorSpec& spec, std::optional<TimeMs> closed_until_ms,
                                std::optional<TimeMs> first_event_ms, TimeMs now_ms, std::size_t limit) {
  std::vector<Window> out;
  if (!first_event_ms) return out;
  const TimeMs from_ms = closed_until_ms ? std::max(*closed_until_ms, *first_event_ms) : *first_event_ms;
  Window window = window_at(spec.window, from_ms);
  // A window defined anew may begin inside one that was closed: it is not looked at twice.
  if (closed_until_ms && window.start_ms < *closed_until_ms) window = window_after(spec.window, window);
  while (out.size() < limit && window.end_ms + spec.delay_ms <= now_ms) {
    out.push_back(window);
    window = window_after(spec.window, window);
  }
  return out;
}

}  // namespace maru::monitoring
