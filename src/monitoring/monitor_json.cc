// Monitor specs and results as JSON.
#include "base/ids.h"
#include "monitoring/monitors.h"
#include "monitoring/performance.h"

namespace maru::monitoring {
namespace {

JsonArray array_of(const std::vector<std::string>& texts) {
  JsonArray out;
  for (const auto& text : texts) out.emplace_back(text);
  return out;
}

JsonObject object_of(const std::map<std::string, double>& numbers) {
  JsonObject out;
  for (const auto& [name, number] : numbers) out[name] = number;
  return out;
}

Result<std::vector<std::string>> texts_or_none(const JsonReader& json, std::string_view name) {
  if (const auto found = json.find(name)) return found->texts();
  return std::vector<std::string>{};
}

Result<DurationMs> duration_or(const JsonReader& json, std::string_view name, DurationMs fallback) {
  const auto found = json.find(name);
  if (!found) return fallback;
  MARU_ASSIGN(const std::string text, found->text());
  return parse_duration(text).at(found->path());
}

Result<double> share_in(const JsonReader& json, std::string_view name, double fallback) {
  MARU_ASSIGN(const double value, json.number_or(name, fallback));
  if (value >= 0 && value <= 1) return value;
  return json.wrong(fmt::format("{} must be between 0 and 1, got {}", name, value));
}

Result<Thresholds> thresholds_from(const JsonReader& json) {
  MARU_TRY(json.only({"drift_share", "drift_share_warning", "worse", "worse_warning", "limits"}));
  Thresholds out;
  MARU_ASSIGN(out.drift_share_alert, share_in(json, "drift_share", out.drift_share_alert));
  MARU_ASSIGN(out.drift_share_warning, share_in(json, "drift_share_warning", out.drift_share_warning));
  MARU_ASSIGN(out.worse_alert, json.number_or("worse", out.worse_alert));
  MARU_ASSIGN(out.worse_warning,
              json.number_or("worse_warning", std::min(out.worse_warning, out.worse_alert)));
  if (out.worse_alert < 1 || out.worse_warning < 1)
    return json.wrong("worse and worse_warning are factors of at least 1");
  if (const auto limits = json.find("limits")) {
    MARU_ASSIGN(const auto fields, limits->fields());
    for (const auto& [metric, value] : fields) {
      MARU_TRY(metric_of(metric, {}, {}).at(limits->path()));
      MARU_ASSIGN(out.limits[metric], value.number());
    }
  }
  return out;
}

Result<void> check_checks(const JsonReader& json, const std::vector<std::string>& checks) {
  if (checks.empty()) return json.wrong("checks must name at least one of drift and the metrics");
  auto known = metric_names();
  known.insert(known.begin(), "drift");
  for (const auto& check : checks) {
    if (std::find(known.begin(), known.end(), check) != known.end()) continue;
    return json.wrong(fmt::format("checks: unknown check \"{}\"{}; known are {}", check,
                                  did_you_mean(check, known), fmt::join(known, ", ")));
  }
  return {};
}

Result<std::map<std::string, validation::DriftType>> types_from(const JsonReader& json) {
  std::map<std::string, validation::DriftType> out;
  const auto types = json.find("types");
  if (!types) return out;
  MARU_ASSIGN(const auto fields, types->fields());
  for (const auto& [name, value] : fields) {
    MARU_ASSIGN(const std::string text, value.text());
    MARU_ASSIGN(out[name], validation::drift_type(text).at(value.path()));
  }
  return out;
}

}  // namespace

JsonObject MonitorSpec::json() const {
  JsonObject declared_types;
  for (const auto& [column, type] : types) declared_types[column] = validation::name_of(type);
  JsonObject limits = object_of(thresholds.limits);
  return {{"project", project},
          {"endpoint", endpoint},
          {"reference", reference},
          {"window", text_of(window)},
          {"checks", array_of(checks)},
          {"truth", truth},
          {"delay", format_duration(delay_ms)},
          {"least_rows", least_rows},
          {"columns", array_of(columns)},
          {"ignore", array_of(ignore)},
          {"mode", validation::name_of(mode)},
          {"types", std::move(declared_types)},
          {"least_effect", least_effect},
          {"thresholds", JsonObject{{"drift_share", thresholds.drift_share_alert},
                                    {"drift_share_warning", thresholds.drift_share_warning},
                                    {"worse", thresholds.worse_alert},
                                    {"worse_warning", thresholds.worse_warning},
                                    {"limits", std::move(limits)}}}};
}

Result<MonitorSpec> MonitorSpec::from_json(std::string name, const JsonReader& json) {
  MARU_TRY(json.only({"project", "endpoint", "reference", "window", "checks", "truth", "delay", "least_rows",
                      "columns", "ignore", "mode", "types", "least_effect", "thresholds"}));
  MonitorSpec out;
  if (!is_plain_name(name))
    return json.wrong(
        fmt::format("\"{}\" is no name for a monitor: letters, digits, '.', '_' and '-'", name));
  out.name = std::move(name);
  MARU_ASSIGN(out.project, json.text_or("project", ""));
  MARU_ASSIGN(out.endpoint, json.text("endpoint"));
  MARU_ASSIGN(out.reference, json.text_or("reference", out.reference));
  MARU_ASSIGN(const std::string window, json.text_or("window", "1d"));
  MARU_ASSIGN(out.window, parse_window(window).at(json.path()));
  MARU_ASSIGN(out.checks, texts_or_none(json, "checks"));
  if (!json.find("checks")) out.checks = {"drift"};
  MARU_TRY(check_checks(json, out.checks));
  MARU_ASSIGN(out.truth, json.text_or("truth", ""));
  MARU_ASSIGN(out.delay_ms, duration_or(json, "delay", 0));
  MARU_ASSIGN(out.least_rows, json.integer_or("least_rows", out.least_rows));
  MARU_ASSIGN(out.columns, texts_or_none(json, "columns"));
  MARU_ASSIGN(out.ignore, texts_or_none(json, "ignore"));
  MARU_ASSIGN(const std::string mode, json.text_or("mode", "default"));
  MARU_ASSIGN(out.mode, validation::drift_mode(mode).at(json.path()));
  MARU_ASSIGN(out.types, types_from(json));
  MARU_ASSIGN(out.least_effect, share_in(json, "least_effect", out.least_effect));
  if (const auto thresholds = json.find("thresholds")) {
    MARU_ASSIGN(out.thresholds, thresholds_from(*thresholds));
  }
  return out;
}

JsonObject json_of(const MonitorResult& result) {
  JsonObject drift{{"share", result.drift_share},
                   {"drifted", array_of(result.drifted)},
                   {"columns", result.drift_columns.size()}};
  return {{"id", result.id},
          {"monitor", result.monitor},
          {"endpoint", result.endpoint},
          {"model", result.model},
          {"version", result.version},
          {"window_start_ms", result.window.start_ms},
          {"window_end_ms", result.window.end_ms},
          {"rows", result.rows},
          {"truths", result.truths},
          {"drift", std::move(drift)},
          {"metrics", object_of(result.metrics)},
          {"baseline", object_of(result.baseline)},
          {"status", name_of(result.status)},
          {"reasons", array_of(result.reasons)},
          {"evaluated_ms", result.evaluated_ms},
          {"event_id", result.event_id}};
}

JsonObject event_payload(const MonitorResult& result) {
  JsonObject out = json_of(result);
  out.erase("id");
  out.erase("event_id");
  out.erase("evaluated_ms");
  out["window"] =
      JsonObject{{"start", format_time(result.window.start_ms)}, {"end", format_time(result.window.end_ms)}};
  // Rules say `rmse > 1.15 * baseline.rmse`: the metrics are at the top too.
  for (const auto& [metric, value] : result.metrics) out[metric] = value;
  return out;
}

}  // namespace maru::monitoring
