#pragma once
// The rules: reads the event log, decides, acts, and records every evaluation with the values it saw.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "automation/rule.h"
#include "events/log.h"
#include "store/database.h"
#include "store/statement_list.h"

namespace maru::automation {

struct ActionContext {
  const RuleSpec& rule;
  const events::Event& event;   // that the rule acts on
  const JsonObject& arguments;  // {alias: champion, to: previous}
  const Decision& decision;
  std::int64_t cause = 0;  // pass on: the rule.evaluated event, whose own cause is `event`
  std::string actor;       // "rule/champion"
  std::string key;         // the same each time this action is tried for this event
};

// Thread-safe. Must be idempotent by `key`: after a crash an action may be tried again.
class RuleAction {
 public:
  virtual ~RuleAction() = default;
  virtual std::string_view name() const = 0;  // the key in `do`: run | alias | notify
  // When the rule is defined.
  virtual Result<void> check(const JsonObject&) const { return {}; }
  // What it did, for the record. unavailable, aborted, resource_exhausted and deadline_exceeded are tried
  // again.
  virtual Result<JsonObject> act(const ActionContext& context) = 0;
};

struct RulesOptions {
  std::string environment = "production";
  std::int64_t action_attempts = 3;
  DurationMs action_backoff_ms = 200;  // doubled each time
  DurationMs schedule_poll_ms = 100;   // how late a schedule.tick may be, in real time
};

struct ActionRecord {
  JsonObject arguments;
  std::string state;  // done | failed | started (a crash came between)
  std::int64_t attempts = 0;
  JsonObject result;
  std::string error;
};

struct Evaluation {
  std::int64_t id = 0;
  std::string rule;
  std::int64_t event_id = 0;
  TimeMs at_ms = 0;
  Verdict verdict = Verdict::skipped;
  std::string sentence, reason;
  JsonObject values;
  std::vector<ActionRecord> actions;
};
JsonObject to_json_object(const Evaluation& evaluation);
JsonObject to_json_object(const Decision& decision);

// Thread-safe. The database, log and clock outlive it.
class Rules {
 public:
  static Result<std::unique_ptr<Rules>> open(store::Database& database, events::Log& log, const Clock& clock,
                                             std::vector<std::shared_ptr<RuleAction>> actions,
                                             RulesOptions options = {});
  ~Rules();  // stop()

  std::vector<std::string> action_names() const;  // for read_rule()
  // Adds or replaces. A new rule sees events from now on; a replaced one goes on where it was.
  Result<void> define(const RuleSpec& rule);
  Result<void> remove(std::string_view name);         // not_found; its evaluations stay
  Result<RuleSpec> get(std::string_view name) const;  // not_found, with the nearest name
  Result<std::vector<RuleSpec>> list() const;
  // Newest first.
  Result<std::vector<Evaluation>> evaluations(std::string_view rule, std::size_t limit) const;
  Result<std::vector<Evaluation>> evaluations_of_event(std::int64_t event_id) const;
  // What the rule would decide; does and records nothing.
  Result<Decision> test(std::string_view rule, const events::Event& event) const;

  // Runs the loop on threads of its own until stop(): events as they come, schedules as they are due.
  void start();
  void stop();
  // The loop's two halves, for tests: handles every event there is now; emits every schedule.tick due at
  // `now_ms`.
  Result<std::size_t> handle_events();
  Result<std::size_t> tick(TimeMs now_ms);
  // Returns when every event up to `event_id` was handled, or `timeout_ms` of real time passed
  // (deadline_exceeded).
  Result<void> wait_handled(std::int64_t event_id, DurationMs timeout_ms) const;

 private:
  class Impl;
  explicit Rules(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

std::span<const store::NamedStatement> rule_statements();

}  // namespace maru::automation
