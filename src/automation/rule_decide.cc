#include <algorithm>

#include "automation/rule.h"

namespace maru::automation {
namespace {

constexpr std::string_view kCandidates = "candidates";
constexpr std::string_view kVersion = "version";
const expr::ExplainOptions kFirstChampion{.vacuous_without = "champion"};

bool type_matches(const RuleSpec& rule, const events::Event& event) {
  const bool listed = std::ranges::any_of(rule.on, [&](const std::string& type) {
    return type.ends_with('.') ? event.type.starts_with(type) : event.type == type;
  });
  if (!listed || event.type != "schedule.tick") return listed;
  const Json* name = event.payload.if_contains("rule");  // each schedule ticks for its own rule
  return name != nullptr && name->is_string() && name->get_string() == rule.name;
}

JsonObject facts_of(const events::Event& event) {
  return {{"event",
           {{"id", event.id},
            {"type", event.type},
            {"subject", event.subject},
            {"project", event.project},
            {"actor", event.actor},
            {"at", event.at_ms}}}};
}

void add_values(JsonObject& values, const expr::Explained& explained) {
  for (const auto& [name, value] : explained.values) values[name] = expr::to_json_value(value);
}

std::string text_of(const Json* value) {
  if (value == nullptr) return {};
  return value->is_string() ? std::string(value->get_string()) : to_json(*value);
}

Decision with(Verdict verdict, Decision decision, std::string reason) {
  decision.verdict = verdict;
  decision.reason = std::move(reason);
  return decision;
}

// The payload as one candidate sees it: its own version, metrics and checks in place of the event's.
JsonObject as_candidate(const JsonObject& payload, const JsonObject& candidate) {
  JsonObject merged = payload;
  for (const std::string_view own : {"version", "metrics", "checks"}) merged.erase(own);
  for (const auto& [key, value] : candidate) merged[key] = value;
  return merged;
}

// The event's other candidates, without the version that the event is about.
std::vector<JsonObject> rivals_of(const events::Event& event) {
  std::vector<JsonObject> rivals;
  const Json* list = event.payload.if_contains(kCandidates);
  const std::string own = text_of(event.payload.if_contains(kVersion));
  if (list == nullptr || !list->is_array()) return rivals;
  for (const auto& item : list->get_array()) {
    if (!item.is_object() || text_of(item.get_object().if_contains(kVersion)) == own) continue;
    rivals.push_back(as_candidate(event.payload, item.get_object()));
  }
  return rivals;
}

Result<bool> holds(const RuleSpec& rule, const expr::Record& record) {
  if (!rule.when) return true;
  MARU_ASSIGN(const auto explained, rule.when->evaluate_explained(record, kFirstChampion));
  return explained.matched;
}

// How `a` stands against `b` in the rule's order: negative when it comes first.
Result<int> compare(const RuleSpec& rule, const expr::Record& a, const expr::Record& b) {
  for (const auto& term : rule.select) {
    MARU_ASSIGN(const expr::Scalar left, term.value.evaluate(a));
    MARU_ASSIGN(const expr::Scalar right, term.value.evaluate(b));
    if (const int order = expr::compare_for_order(left, right, term.direction); order != 0) return order;
  }
  return 0;
}

// Why another candidate is chosen over the event's own version; "" when none is. On a tie the earlier one
// stays.
Result<std::string> preferred_rival(const RuleSpec& rule, const events::Event& event, const expr::Record& own,
                                    const expr::Record& facts) {
  for (const auto& rival : rivals_of(event)) {
    const expr::JsonRecord fields(rival);
    const expr::LayeredRecord record({&fields, &facts});
    MARU_ASSIGN(const bool eligible, holds(rule, record));
    if (!eligible) continue;
    MARU_ASSIGN(const int order, compare(rule, record, own));
    if (order > 0) continue;
    const auto& term = rule.select.front().value;
    MARU_ASSIGN(const expr::Scalar theirs, term.evaluate(record));
    MARU_ASSIGN(const expr::Scalar ours, term.evaluate(own));
    return fmt::format("version {} is chosen: {} {} against {}", text_of(rival.if_contains(kVersion)),
                       term.text(), expr::to_short_text(theirs), expr::to_short_text(ours));
  }
  return std::string();
}

// Why the rule must wait although its condition holds; "" when it may act.
std::string held_back(const RuleSpec& rule, const RuleSnapshot& snapshot, TimeMs now_ms) {
  if (snapshot.echoes >= kEchoLimit)
    return fmt::format("it is among its own causes {} times over", snapshot.echoes);
  if (!rule.at_most) return {};
  const auto recent = std::ranges::count_if(snapshot.acted_ms,
                                            [&](TimeMs at) { return at > now_ms - rule.at_most->period_ms; });
  if (recent < rule.at_most->times) return {};
  return fmt::format("at most {} per {}: it last acted at {}", rule.at_most->times,
                     format_duration(rule.at_most->period_ms),
                     format_time(*std::ranges::max_element(snapshot.acted_ms)));
}

// `when` holds for the event itself; fills what was seen.
Result<bool> explain_when(const RuleSpec& rule, const expr::Record& record, Decision& decision) {
  if (!rule.when) return true;
  MARU_ASSIGN(const auto explained, rule.when->evaluate_explained(record, kFirstChampion));
  add_values(decision.values, explained);
  decision.sentence = explained.sentence;
  return explained.matched;
}

Result<bool> explain_given(const RuleSpec& rule, const expr::Record& record, Decision& decision) {
  if (!rule.given) return true;
  MARU_ASSIGN(const auto explained, rule.given->evaluate_explained(record));
  if (!explained.matched) return false;
  add_values(decision.values, explained);
  decision.sentence = explained.sentence;
  return true;
}

}  // namespace

Decision decide(const RuleSpec& rule, const events::Event& event, const RuleSnapshot& snapshot,
                TimeMs now_ms) {
  Decision decision;
  const bool here = rule.environment.empty() ||
                    std::ranges::find(rule.environment, snapshot.environment) != rule.environment.end();
  if (!type_matches(rule, event) || !here) return decision;

  const JsonObject facts_object = facts_of(event);
  const expr::JsonRecord payload(event.payload), facts(facts_object);
  const expr::LayeredRecord record({&payload, &facts});
  decision.sentence = event.type == "schedule.tick" ? fmt::format("due by its schedule, every {}", rule.every)
                                                    : "on every " + event.type;

  const auto given = explain_given(rule, record, decision);
  if (!given) return with(Verdict::failed, std::move(decision), "given: " + given.error().message);
  if (!*given) return Decision{};
  const auto when = explain_when(rule, record, decision);
  if (!when) return with(Verdict::failed, std::move(decision), "when: " + when.error().message);
  if (!*when) return with(Verdict::skipped, std::move(decision), {});
  if (!rule.select.empty()) {
    const auto rival = preferred_rival(rule, event, record, facts);
    if (!rival) return with(Verdict::failed, std::move(decision), "select: " + rival.error().message);
    if (!rival->empty()) return with(Verdict::held, std::move(decision), *rival);
  }
  if (std::string reason = held_back(rule, snapshot, now_ms); !reason.empty())
    return with(Verdict::held, std::move(decision), std::move(reason));
  decision.verdict = Verdict::acted;
  decision.actions = rule.actions;
  return decision;
}

}  // namespace maru::automation
