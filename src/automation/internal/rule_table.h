#pragma once
// Rules, their evaluations and their actions as rows. Every function is one or two statements; rules.cc
// decides.

#include "automation/rules.h"

namespace maru::automation::table {

struct StoredRule {
  std::string name, project;
  JsonObject definition;
  std::int64_t since_event = 0;
  TimeMs last_due_ms = 0;
};
Result<std::vector<StoredRule>> rules(store::Reader& reader);
Result<void> put_rule(store::Transaction& transaction, const StoredRule& rule, TimeMs now_ms);
Result<void> remove_rule(store::Transaction& transaction, std::string_view name);
Result<void> set_last_due(store::Transaction& transaction, std::string_view name, TimeMs due_ms);

struct StoredEvaluation {
  Evaluation evaluation;
  std::int64_t cause = 0;  // its rule.evaluated event
};
// 0 when this rule's evaluation of this event is there already.
Result<std::int64_t> insert_evaluation(store::Transaction& transaction, const Evaluation& evaluation);
Result<void> set_cause(store::Transaction& transaction, std::int64_t id, std::int64_t cause);
Result<void> set_verdict(store::Transaction& transaction, std::int64_t id, Verdict verdict,
                         std::string_view reason);
Result<void> put_action(store::Transaction& transaction, const Evaluation& evaluation, std::size_t position);
Result<std::optional<StoredEvaluation>> find_evaluation(store::Reader& reader, std::string_view rule,
                                                        std::int64_t event_id);
Result<std::vector<Evaluation>> evaluations(store::Reader& reader, std::string_view rule, std::size_t limit);
Result<std::vector<Evaluation>> evaluations_of_event(store::Reader& reader, std::int64_t event_id);
// When the rule acted after `since_ms`.
Result<std::vector<TimeMs>> acted_since(store::Reader& reader, std::string_view rule, TimeMs since_ms);

}  // namespace maru::automation::table
