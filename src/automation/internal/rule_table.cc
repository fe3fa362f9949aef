#include "automation/internal/rule_table.h"

#include <array>

namespace maru::automation {
namespace {

#define EVALUATION_COLUMNS "id, rule, event_id, at_ms, verdict, sentence, reason, \"values\", cause"

constexpr store::NamedStatement kRules{
    "automation.rules",
    "SELECT name, project, definition, since_event, last_due_ms FROM rules ORDER BY name"};
constexpr store::NamedStatement kPutRule{
    "automation.put_rule",
    "INSERT INTO rules (name, project, definition, since_event, last_due_ms, defined_ms) VALUES (?1, ?2, ?3, "
    "?4, ?5, ?6) "
    "ON CONFLICT (name) DO UPDATE SET project = excluded.project, definition = excluded.definition, "
    "last_due_ms = excluded.last_due_ms"};
constexpr store::NamedStatement kRemoveRule{"automation.remove_rule", "DELETE FROM rules WHERE name = ?1"};
constexpr store::NamedStatement kSetLastDue{"automation.set_last_due",
                                            "UPDATE rules SET last_due_ms = ?2 WHERE name = ?1"};
constexpr store::NamedStatement kInsert{
    "automation.insert_evaluation",
    "INSERT INTO rule_evaluations (rule, event_id, at_ms, verdict, sentence, reason, \"values\", cause) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0) ON CONFLICT (rule, event_id) DO NOTHING"};
constexpr store::NamedStatement kTrim{
    "automation.trim_evaluations",
    "DELETE FROM rule_evaluations WHERE rule = ?1 AND verdict = 'skipped' AND id <= "
    "(SELECT id FROM rule_evaluations WHERE rule = ?1 AND verdict = 'skipped' ORDER BY id DESC LIMIT 1 "
    "OFFSET ?2)"};
constexpr store::NamedStatement kSetCause{"automation.set_evaluation_cause",
                                          "UPDATE rule_evaluations SET cause = ?2 WHERE id = ?1"};
constexpr store::NamedStatement kSetVerdict{
    "automation.set_verdict", "UPDATE rule_evaluations SET verdict = ?2, reason = ?3 WHERE id = ?1"};
constexpr store::NamedStatement kPutAction{
    "automation.put_action",
    "INSERT INTO rule_actions (rule, event_id, position, arguments, state, attempts, result, error) VALUES "
    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
    "ON CONFLICT (rule, event_id, position) DO UPDATE SET state = excluded.state, attempts = "
    "excluded.attempts, result = excluded.result, "
    "error = excluded.error"};
constexpr store::NamedStatement kActions{"automation.actions",
                                         "SELECT arguments, state, attempts, result, error FROM rule_actions "
                                         "WHERE rule = ?1 AND event_id = ?2 ORDER BY position"};
constexpr store::NamedStatement kFind{"automation.find_evaluation",
                                      "SELECT " EVALUATION_COLUMNS
                                      " FROM rule_evaluations WHERE rule = ?1 AND event_id = ?2"};
constexpr store::NamedStatement kByRule{"automation.evaluations_of_rule",
                                        "SELECT " EVALUATION_COLUMNS
                                        " FROM rule_evaluations WHERE rule = ?1 ORDER BY id DESC LIMIT ?2"};
constexpr store::NamedStatement kByEvent{"automation.evaluations_of_event",
                                         "SELECT " EVALUATION_COLUMNS
                                         " FROM rule_evaluations WHERE event_id = ?1 ORDER BY id"};
constexpr store::NamedStatement kActedSince{
    "automation.acted_since",
    "SELECT at_ms FROM rule_evaluations WHERE rule = ?1 AND verdict = 'acted' AND at_ms > ?2"};
#undef EVALUATION_COLUMNS

constexpr std::int64_t kSkippedKept = 1000;  // evaluations of a rule whose condition did not hold

constexpr std::array kStatements{kRules, kPutRule,  kRemoveRule, kSetLastDue, kInsert,
                                 kTrim,  kSetCause, kSetVerdict, kPutAction,  kActions,
                                 kFind,  kByRule,   kByEvent,    kActedSince};

Result<table::StoredEvaluation> evaluation_of(const store::Row& row) {
  table::StoredEvaluation stored;
  Evaluation& evaluation = stored.evaluation;
  evaluation.id = row.int64(0);
  evaluation.rule = row.string(1);
  evaluation.event_id = row.int64(2);
  evaluation.at_ms = row.int64(3);
  const auto verdict = verdict_of(row.text(4));
  if (!verdict)
    return make_error(Code::data_loss, "rule evaluation {} has the unknown verdict \"{}\"", evaluation.id,
                      row.text(4));
  evaluation.verdict = *verdict;
  evaluation.sentence = row.string(5);
  evaluation.reason = row.string(6);
  MARU_ASSIGN(evaluation.values, parse_json_object(row.text(7)));
  stored.cause = row.int64(8);
  return stored;
}

Result<ActionRecord> action_of(const store::Row& row) {
  ActionRecord action;
  MARU_ASSIGN(action.arguments, parse_json_object(row.text(0)));
  action.state = row.string(1);
  action.attempts = row.int64(2);
  MARU_ASSIGN(action.result, parse_json_object(row.text(3)));
  action.error = row.string(4);
  return action;
}

Result<std::vector<Evaluation>> with_actions(store::Reader& reader,
                                             std::vector<table::StoredEvaluation> stored) {
  std::vector<Evaluation> out;
  for (auto& item : stored) {
    MARU_ASSIGN(item.evaluation.actions,
                reader.all(kActions.sql, {item.evaluation.rule, item.evaluation.event_id}, action_of));
    out.push_back(std::move(item.evaluation));
  }
  return out;
}

}  // namespace

std::span<const store::NamedStatement> rule_statements() { return kStatements; }

namespace table {

Result<std::vector<StoredRule>> rules(store::Reader& reader) {
  return reader.all(kRules.sql, {}, [](const store::Row& row) -> Result<StoredRule> {
    StoredRule rule{row.string(0), row.string(1), {}, row.int64(3), row.int64(4)};
    MARU_ASSIGN(rule.definition, parse_json_object(row.text(2)));
    return rule;
  });
}

Result<void> put_rule(store::Transaction& transaction, const StoredRule& rule, TimeMs now_ms) {
  MARU_TRY(transaction.execute(kPutRule.sql, {rule.name, rule.project, to_json(rule.definition),
                                              rule.since_event, rule.last_due_ms, now_ms}));
  return {};
}

Result<void> remove_rule(store::Transaction& transaction, std::string_view name) {
  MARU_TRY(transaction.execute(kRemoveRule.sql, {name}));
  return {};
}

Result<void> set_last_due(store::Transaction& transaction, std::string_view name, TimeMs due_ms) {
  MARU_TRY(transaction.execute(kSetLastDue.sql, {name, due_ms}));
  return {};
}

Result<std::int64_t> insert_evaluation(store::Transaction& transaction, const Evaluation& evaluation) {
  MARU_ASSIGN(const std::int64_t inserted,
              transaction.execute(kInsert.sql, {evaluation.rule, evaluation.event_id, evaluation.at_ms,
                                                name_of(evaluation.verdict), evaluation.sentence,
                                                evaluation.reason, to_json(evaluation.values)}));
  if (inserted == 0) return 0;
  const std::int64_t id = transaction.last_insert_id();
  if (evaluation.verdict == Verdict::skipped)
    MARU_TRY(transaction.execute(kTrim.sql, {evaluation.rule, kSkippedKept}));
  return id;
}

Result<void> set_cause(store::Transaction& transaction, std::int64_t id, std::int64_t cause) {
  MARU_TRY(transaction.execute(kSetCause.sql, {id, cause}));
  return {};
}

Result<void> set_verdict(store::Transaction& transaction, std::int64_t id, Verdict verdict,
                         std::string_view reason) {
  MARU_TRY(transaction.execute(kSetVerdict.sql, {id, name_of(verdict), reason}));
  return {};
}

Result<void> put_action(store::Transaction& transaction, const Evaluation& evaluation, std::size_t position) {
  const ActionRecord& action = evaluation.actions[position];
  MARU_TRY(transaction.execute(kPutAction.sql,
                               {evaluation.rule, evaluation.event_id, position, to_json(action.arguments),
                                action.state, action.attempts, to_json(action.result), action.error}));
  return {};
}

Result<std::optional<StoredEvaluation>> find_evaluation(store::Reader& reader, std::string_view rule,
                                                        std::int64_t event_id) {
  MARU_ASSIGN(auto stored, reader.first(kFind.sql, {rule, event_id}, evaluation_of));
  if (stored) {
    MARU_ASSIGN(stored->evaluation.actions, reader.all(kActions.sql, {rule, event_id}, action_of));
  }
  return stored;
}

Result<std::vector<Evaluation>> evaluations(store::Reader& reader, std::string_view rule, std::size_t limit) {
  MARU_ASSIGN(auto stored, reader.all(kByRule.sql, {rule, limit}, evaluation_of));
  return with_actions(reader, std::move(stored));
}

Result<std::vector<Evaluation>> evaluations_of_event(store::Reader& reader, std::int64_t event_id) {
  MARU_ASSIGN(auto stored, reader.all(kByEvent.sql, {event_id}, evaluation_of));
  return with_actions(reader, std::move(stored));
}

Result<std::vector<TimeMs>> acted_since(store::Reader& reader, std::string_view rule, TimeMs since_ms) {
  return reader.all(kActedSince.sql, {rule, since_ms}, [](const store::Row& row) { return row.int64(0); });
}

}  // namespace table
}  // namespace maru::automation
