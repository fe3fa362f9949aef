#pragma once
// What a rule is and what it decides, after Uber's Gallery (Sun et al., "Gallery: A Machine Learning Model
// Management System at Uber", EDBT 2020): given … when … select … do. Pure; the loop that reads events and
// acts is rules.h.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "automation/schedule.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "events/event.h"
#include "expr/expression.h"

namespace maru::automation {

struct AtMost {
  std::int64_t times = 0;
  DurationMs period_ms = 0;
};
Result<AtMost> parse_at_most(std::string_view text);  // "1 per 7d"

struct RuleSpec {
  std::string name;
  std::string project;
  JsonObject definition;        // as written, for display
  std::vector<std::string> on;  // event types
  std::string every;            // for schedule.tick: cron or interval
  std::optional<Schedule> schedule;
  std::optional<expr::Expression> given;  // whether the event concerns this rule at all
  std::optional<expr::Expression> when;   // whether to act
  std::vector<std::string> environment;   // empty = every one
  std::vector<expr::OrderTerm> select;    // a selection rule when not empty
  std::vector<JsonObject> actions;        // `do`
  std::optional<AtMost> at_most;
};

// From a project file: {on, given, when, environment, select, every, do, at_most}. `action_names` are the
// known ones. invalid_argument with the path: an unknown key or action (with the nearest), an expression's
// error.
Result<RuleSpec> read_rule(std::string_view name, std::string_view project, const JsonReader& definition,
                           const std::vector<std::string>& action_names);
// The key of an action that names its kind: "alias" of {alias: champion, to: previous}. "" when none is
// known.
std::string action_name_of(const JsonObject& action, const std::vector<std::string>& action_names);

enum class Verdict {
  acted,    // the condition held: act
  held,     // the condition held, but something keeps it back: at_most, another candidate, its own echo
  skipped,  // the condition did not hold
  ignored,  // not this rule's event: not recorded
  failed,   // it could not be evaluated, or an action failed
};
std::string_view name_of(Verdict verdict);
std::optional<Verdict> verdict_of(std::string_view name);

struct RuleSnapshot {
  std::string environment;       // the server's
  std::vector<TimeMs> acted_ms;  // when it acted before, at least over at_most's period
  std::int64_t echoes = 0;       // how often this rule is among the event's own causes
};
inline constexpr std::int64_t kEchoLimit = 10;  // a rule that sets itself off is held after so many rounds

struct Decision {
  Verdict verdict = Verdict::ignored;
  std::string sentence;             // "rmse 61.2 < 84.9 × 0.98, 0 checks failed"
  std::string reason;               // why held, or what failed
  JsonObject values;                // every name the condition mentions, as seen
  std::vector<JsonObject> actions;  // when acted
};
// Names in the expressions: the event's payload; `event.type`, `event.subject`, `event.actor`, `event.id`,
// `event.at`; for a selection rule each candidate's own fields over those. Where there is no champion,
// comparisons with it hold.
Decision decide(const RuleSpec& rule, const events::Event& event, const RuleSnapshot& snapshot,
                TimeMs now_ms);

}  // namespace maru::automation
