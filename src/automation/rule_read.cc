#include <algorithm>
#include <array>
#include <charconv>

#include "automation/rule.h"
#include "base/ids.h"

namespace maru::automation {
namespace {

constexpr std::string_view kTick = "schedule.tick";
constexpr std::array<std::string_view, 5> kVerdicts{"acted", "held", "skipped", "ignored", "failed"};

Result<std::vector<std::string>> one_or_more(const JsonReader& reader) {
  if (reader.value().is_array()) return reader.texts();
  MARU_ASSIGN(std::string text, reader.text());
  return std::vector<std::string>{std::move(text)};
}

Result<std::optional<expr::Expression>> read_condition(const JsonReader& definition, std::string_view key) {
  const auto field = definition.find(key);
  if (!field) return std::optional<expr::Expression>();
  MARU_ASSIGN(const std::string text, field->text());
  MARU_ASSIGN(auto expression, expr::Expression::parse(text).at(field->path()));
  return std::optional(std::move(expression));
}

Result<std::vector<JsonObject>> read_actions(const JsonReader& definition,
                                             const std::vector<std::string>& action_names) {
  MARU_ASSIGN(const JsonReader field, definition.field("do"));
  std::vector<JsonReader> items{field};
  if (field.value().is_array()) {
    MARU_ASSIGN(items, field.items());
  }
  std::vector<JsonObject> actions;
  for (const auto& item : items) {
    MARU_ASSIGN(JsonObject action, item.object());
    if (action.empty()) return item.wrong("is empty");
    if (action_name_of(action, action_names).empty()) {
      const std::string first(action.begin()->key());
      return item.wrong(fmt::format("unknown action \"{}\"{}; the actions are {}", first,
                                    did_you_mean(first, action_names), fmt::join(action_names, ", ")));
    }
    actions.push_back(std::move(action));
  }
  if (actions.empty()) return field.wrong("at least one action is needed");
  return actions;
}

Result<void> read_trigger(const JsonReader& definition, RuleSpec& rule) {
  if (const auto every = definition.find("every")) {
    MARU_ASSIGN(rule.every, every->text());
    MARU_ASSIGN(const Schedule schedule, parse_schedule(rule.every).at(every->path()));
    rule.schedule = schedule;
  }
  if (const auto on = definition.find("on")) {
    MARU_ASSIGN(rule.on, one_or_more(*on));
  } else if (rule.schedule) {
    rule.on = {std::string(kTick)};
  }
  const bool ticks = std::ranges::find(rule.on, kTick) != rule.on.end();
  if (rule.on.empty())
    return definition.wrong("on: is required: the type of event, such as version.evaluated or schedule.tick");
  if (ticks && !rule.schedule)
    return definition.wrong("every: is required with schedule.tick, such as \"0 3 1 * *\" or 1h");
  if (!ticks && rule.schedule) return definition.wrong("every: goes with on: schedule.tick");
  return {};
}

}  // namespace

std::string_view name_of(Verdict verdict) { return kVerdicts.at(static_cast<std::size_t>(verdict)); }
std::optional<Verdict> verdict_of(std::string_view name) {
  const auto found = std::ranges::find(kVerdicts, name);
  if (found == kVerdicts.end()) return std::nullopt;
  return static_cast<Verdict>(found - kVerdicts.begin());
}

std::string action_name_of(const JsonObject& action, const std::vector<std::string>& action_names) {
  for (const auto& [key, value] : action) {
    if (std::ranges::find(action_names, std::string_view(key)) != action_names.end()) return std::string(key);
  }
  return {};
}

Result<AtMost> parse_at_most(std::string_view text) {
  const auto wrong = [&] {
    return invalid("\"{}\": expected a number per duration, such as \"1 per 7d\"", text);
  };
  AtMost at_most;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), at_most.times);
  const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (code != std::errc{} || at_most.times < 1 || !rest.starts_with(" per ")) return wrong();
  const auto period_ms = parse_duration(rest.substr(5));
  if (!period_ms || *period_ms <= 0) return wrong();
  at_most.period_ms = *period_ms;
  return at_most;
}

Result<RuleSpec> read_rule(std::string_view name, std::string_view project, const JsonReader& definition,
                           const std::vector<std::string>& action_names) {
  MARU_TRY(definition.only(
      {"on", "every", "given", "when", "environment", "select", "do", "at_most", "description"}));
  RuleSpec rule;
  rule.name = name;
  rule.project = project;
  if (!is_plain_name(name)) return definition.wrong("a rule's name is letters, digits, '.', '_' and '-'");
  MARU_ASSIGN(rule.definition, definition.object());
  MARU_TRY(read_trigger(definition, rule));
  MARU_ASSIGN(rule.given, read_condition(definition, "given"));
  MARU_ASSIGN(rule.when, read_condition(definition, "when"));
  if (const auto environment = definition.find("environment")) {
    MARU_ASSIGN(rule.environment, one_or_more(*environment));
  }
  if (const auto select = definition.find("select")) {
    MARU_ASSIGN(const std::string text, select->text());
    MARU_ASSIGN(rule.select, expr::parse_order_by(text).at(select->path()));
  }
  MARU_ASSIGN(rule.actions, read_actions(definition, action_names));
  if (const auto at_most = definition.find("at_most")) {
    MARU_ASSIGN(const std::string text, at_most->text());
    MARU_ASSIGN(const AtMost limit, parse_at_most(text).at(at_most->path()));
    rule.at_most = limit;
  }
  return rule;
}

}  // namespace maru::automation
