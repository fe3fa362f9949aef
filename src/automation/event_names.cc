#include "automation/event_names.h"

#include <algorithm>
#include <array>

#include "base/ids.h"

namespace maru::automation {
namespace {

struct EventNames {
  std::string_view type;
  std::string_view numbers, texts, others;  // separated by blanks; "metrics.*" is every name below metrics
};

constexpr std::string_view kMonitorNumbers =
    "version rows truths window.start window.end drift.share metrics.* baseline.* rmse mae bias accuracy "
    "log_loss";
constexpr std::string_view kMonitorTexts = "monitor endpoint model status";
constexpr std::string_view kMonitorOthers =
    "window drift drift.drifted drift.columns metrics baseline reasons";
constexpr std::string_view kRunTexts = "run_id experiment_id name status";
constexpr std::string_view kRuleOthers = "values values.* actions";

constexpr std::array<EventNames, 30> kEvents{{
    {"alert.raised", "version", "rule to severity title text key monitor endpoint", "reasons"},
    {"alert.resolved", "version", "rule to severity title text key monitor endpoint", "reasons"},
    {"dataset.version", "version rows new.rows checks.passed checks.failed checks.warned",
     "dataset content_hash", "checks new"},
    {"drift.found", kMonitorNumbers, kMonitorTexts, kMonitorOthers},
    {"endpoint.changed", "version previous_version", "endpoint model state reason alias", "removed"},
    {"endpoint.swapped", "version previous_version load_ms", "endpoint model", "drained"},
    {"endpoint.window", "requests version errors.count errors.rate latency.p50 latency.p99", "endpoint model",
     "errors latency"},
    {"expectation.failed", "version", "dataset expectation message severity", "observed"},
    {"feature.materialized", "rows to_ms", "view", ""},
    {"feature.stale", "age_ms", "view", ""},
    {"metrics.logged", "metrics.*", "run_id", "metrics"},
    {"model.created", "", "model name", ""},
    {"monitor.evaluated", kMonitorNumbers, kMonitorTexts, kMonitorOthers},
    {"pipeline.failed", "run", "pipeline state reason", ""},
    {"pipeline.finished", "run", "pipeline state reason", ""},
    {"pipeline.started", "run", "pipeline state", "params params.*"},
    {"pipeline.step", "run attempt", "pipeline step state reason", "cached"},
    {"prediction.truth", "count", "endpoint", ""},
    {"project.applied", "changes", "project", ""},
    {"rule.acted", "event", "rule verdict sentence reason", kRuleOthers},
    {"rule.evaluated", "event", "rule verdict sentence reason", kRuleOthers},
    {"rule.failed", "event", "rule verdict sentence reason", kRuleOthers},
    {"run.failed", "", kRunTexts, ""},
    {"run.finished", "", kRunTexts, ""},
    {"run.started", "", kRunTexts, ""},
    {"schedule.tick", "scheduled_ms", "rule", ""},
    {"version.aliased", "version previous_version", "model alias", "removed"},
    {"version.created", "version", "model run_id source", ""},
    {"version.evaluated", "version metrics.* checks.failed checks.passed on.version on.rows",
     "model run_id evaluation_id on.dataset on.from on.to",
     "champion champion.* candidates metrics checks on intervals"},
    {"version.validated", "version checks.failed checks.passed", "model run_id", "checks"},
}};

void add_all(expr::Schema& schema, std::string_view names, expr::Type type) {
  for (std::size_t start = 0; start < names.size();) {
    const std::size_t end = std::min(names.find(' ', start), names.size());
    if (end > start) schema.add(names.substr(start, end - start), type);
    start = end + 1;
  }
}

const EventNames* find(std::string_view type) {
  const auto found = std::ranges::find(kEvents, type, &EventNames::type);
  return found == kEvents.end() ? nullptr : &*found;
}

void check(const expr::Expression& expression, const expr::Schema& schema, std::string_view where,
           std::string_view type, std::vector<std::string>& warnings) {
  if (const auto checked = expression.check(schema); !checked)
    warnings.push_back(fmt::format("{}: {} in {}", where, checked.error().message, type));
}

}  // namespace

std::optional<expr::Schema> names_of_event(std::string_view type) {
  const EventNames* names = find(type);
  if (names == nullptr) return std::nullopt;
  expr::Schema schema;
  add_all(schema, names->numbers, expr::Type::number);
  add_all(schema, names->texts, expr::Type::text);
  add_all(schema, names->others, expr::Type::any);
  add_all(schema, "event.id event.at", expr::Type::number);
  add_all(schema, "event.type event.subject event.project event.actor", expr::Type::text);
  return schema;
}

std::vector<std::string> warnings_of(const RuleSpec& rule) {
  std::vector<std::string> warnings, types;
  for (const auto& event : kEvents) types.emplace_back(event.type);
  for (const auto& type : rule.on) {
    if (type.ends_with('.')) continue;
    const auto schema = names_of_event(type);
    if (!schema) {
      warnings.push_back(
          fmt::format("on: no event of this server is called \"{}\"{}", type, did_you_mean(type, types)));
      continue;
    }
    if (rule.given) check(*rule.given, *schema, "given", type, warnings);
    if (rule.when) check(*rule.when, *schema, "when", type, warnings);
    for (const auto& term : rule.select) check(term.value, *schema, "select", type, warnings);
  }
  return warnings;
}

}  // namespace maru::automation
