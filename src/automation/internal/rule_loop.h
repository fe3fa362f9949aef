#pragma once
// Takes one rule through one event: decide, write the evaluation, act, write what came of it. At least once:
// after a crash the event comes again, and what was written already is not done again.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "automation/internal/rule_table.h"
#include "automation/rules.h"

namespace maru::automation {

class RuleLoop {
 public:
  RuleLoop(store::Database& database, events::Log& log, const Clock& clock,
           std::vector<std::shared_ptr<RuleAction>> actions, RulesOptions options);

  Result<Decision> decide_now(const RuleSpec& rule, const events::Event& event) const;
  // Whether it was this rule's business. Errors only when the database is away: the event must come again.
  Result<bool> handle(const RuleSpec& rule, const events::Event& event,
                      const std::atomic<bool>& stopping) const;
  RuleAction* action(std::string_view name) const;
  std::vector<std::string> action_names() const;

 private:
  Result<RuleSnapshot> snapshot(const RuleSpec& rule, const events::Event& event) const;
  // The evaluation as stored, new or from before a crash.
  Result<table::StoredEvaluation> record(const RuleSpec& rule, const events::Event& event,
                                         const Decision& decision) const;
  void perform(const RuleSpec& rule, const events::Event& event, const table::StoredEvaluation& stored,
               std::size_t position, ActionRecord& action, const std::atomic<bool>& stopping) const;
  Result<void> conclude(const RuleSpec& rule, const events::Event& event,
                        table::StoredEvaluation stored) const;

  store::Database& database_;
  events::Log& log_;
  const Clock& clock_;
  const std::vector<std::shared_ptr<RuleAction>> actions_;
  const RulesOptions options_;
};

}  // namespace maru::automation
