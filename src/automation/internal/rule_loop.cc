#include "automation/internal/rule_loop.h"

#include <algorithm>

#include "base/log.h"

namespace maru::automation {
namespace {

constexpr DurationMs kStopPollMs = 20;  // how soon a wait between attempts sees the server's end

bool may_succeed_later(Code code) {
  return code == Code::unavailable || code == Code::aborted || code == Code::resource_exhausted ||
         code == Code::deadline_exceeded;
}

events::NewEvent rule_event(std::string type, const RuleSpec& rule, JsonObject payload, std::int64_t cause) {
  return {.type = std::move(type),
          .subject = "rule/" + rule.name,
          .project = rule.project,
          .actor = "rule/" + rule.name,
          .payload = std::move(payload),
          .cause = cause};
}

JsonArray actions_json(const std::vector<ActionRecord>& actions) {
  JsonArray out;
  for (const auto& action : actions) {
    JsonObject item{{"arguments", action.arguments},
                    {"state", action.state},
                    {"attempts", action.attempts},
                    {"result", action.result}};
    if (!action.error.empty()) item["error"] = action.error;
    out.push_back(std::move(item));
  }
  return out;
}

JsonObject payload_of(const Evaluation& evaluation) {
  return {{"rule", evaluation.rule},
          {"event", evaluation.event_id},
          {"verdict", name_of(evaluation.verdict)},
          {"sentence", evaluation.sentence},
          {"reason", evaluation.reason},
          {"values", evaluation.values},
          {"actions", actions_json(evaluation.actions)}};
}

Result<JsonObject> act_guarded(RuleAction& action, const ActionContext& context) {
  try {
    return action.act(context);
  } catch (const std::exception& exception) {
    return internal("{}: {}", action.name(), exception.what());
  }
}

}  // namespace

JsonObject to_json_object(const Evaluation& evaluation) {
  return {{"id", evaluation.id},
          {"rule", evaluation.rule},
          {"event_id", evaluation.event_id},
          {"at_ms", evaluation.at_ms},
          {"verdict", name_of(evaluation.verdict)},
          {"sentence", evaluation.sentence},
          {"reason", evaluation.reason},
          {"values", evaluation.values},
          {"actions", actions_json(evaluation.actions)}};
}

JsonObject to_json_object(const Decision& decision) {
  return {{"verdict", name_of(decision.verdict)},
          {"sentence", decision.sentence},
          {"reason", decision.reason},
          {"values", decision.values},
          {"actions", boost::json::value_from(decision.actions)}};
}

RuleLoop::RuleLoop(store::Database& database, events::Log& log, const Clock& clock,
                   std::vector<std::shared_ptr<RuleAction>> actions, RulesOptions options)
    : database_(database),
      log_(log),
      clock_(clock),
      actions_(std::move(actions)),
      options_(std::move(options)) {}

RuleAction* RuleLoop::action(std::string_view name) const {
  const auto found =
      std::ranges::find_if(actions_, [&](const auto& action) { return action->name() == name; });
  return found == actions_.end() ? nullptr : found->get();
}

std::vector<std::string> RuleLoop::action_names() const {
  std::vector<std::string> names;
  for (const auto& action : actions_) names.emplace_back(action->name());
  return names;
}

Result<RuleSnapshot> RuleLoop::snapshot(const RuleSpec& rule, const events::Event& event) const {
  RuleSnapshot out{.environment = options_.environment, .acted_ms = {}, .echoes = 0};
  if (rule.at_most) {
    const TimeMs since_ms = clock_.now_ms() - rule.at_most->period_ms;
    MARU_ASSIGN(out.acted_ms, database_.read([&](store::Reader& reader) {
      return table::acted_since(reader, rule.name, since_ms);
    }));
  }
  if (event.cause) {
    MARU_ASSIGN(const auto causes, log_.causes(event.id));
    out.echoes = std::ranges::count_if(causes, [&](const events::Event& cause) {
      return cause.type == "rule.evaluated" && cause.subject == "rule/" + rule.name;
    });
  }
  return out;
}

Result<Decision> RuleLoop::decide_now(const RuleSpec& rule, const events::Event& event) const {
  // Most events concern most rules not at all: find that out before asking the database anything.
  if (const Decision first = decide(
          rule, event, {.environment = options_.environment, .acted_ms = {}, .echoes = 0}, clock_.now_ms());
      first.verdict != Verdict::acted) {
    return first;
  }
  MARU_ASSIGN(const RuleSnapshot now, snapshot(rule, event));
  return decide(rule, event, now, clock_.now_ms());
}

Result<table::StoredEvaluation> RuleLoop::record(const RuleSpec& rule, const events::Event& event,
                                                 const Decision& decision) const {
  table::StoredEvaluation stored;
  Evaluation& evaluation = stored.evaluation;
  evaluation = {.rule = rule.name,
                .event_id = event.id,
                .at_ms = clock_.now_ms(),
                .verdict = decision.verdict,
                .sentence = decision.sentence,
                .reason = decision.reason,
                .values = decision.values,
                .actions = {}};
  for (const auto& action : decision.actions)
    evaluation.actions.push_back({.arguments = action, .state = "started", .result = {}, .error = {}});
  const auto written = database_.write([&](store::Transaction& transaction) -> Result<void> {
    MARU_ASSIGN(evaluation.id, table::insert_evaluation(transaction, evaluation));
    if (evaluation.id == 0 || evaluation.verdict == Verdict::skipped) return {};
    for (std::size_t i = 0; i < evaluation.actions.size(); ++i)
      MARU_TRY(table::put_action(transaction, evaluation, i));
    MARU_ASSIGN(stored.cause, log_.append(transaction, rule_event("rule.evaluated", rule,
                                                                  payload_of(evaluation), event.id)));
    return table::set_cause(transaction, evaluation.id, stored.cause);
  });
  MARU_TRY(written);
  if (evaluation.id != 0) return stored;
  MARU_ASSIGN(auto earlier, database_.read([&](store::Reader& reader) {
    return table::find_evaluation(reader, rule.name, event.id);
  }));
  if (!earlier)
    return internal("the evaluation of event {} by rule {} is neither new nor known", event.id, rule.name);
  return std::move(*earlier);
}

void RuleLoop::perform(const RuleSpec& rule, const events::Event& event,
                       const table::StoredEvaluation& stored, std::size_t position, ActionRecord& action,
                       const std::atomic<bool>& stopping) const {
  RuleAction* kind = this->action(action_name_of(action.arguments, action_names()));
  if (kind == nullptr) {
    action.state = "failed";
    action.error = "this server has no such action";
    return;
  }
  const Decision decision{stored.evaluation.verdict, stored.evaluation.sentence, stored.evaluation.reason,
                          stored.evaluation.values, rule.actions};
  const ActionContext context{rule,
                              event,
                              action.arguments,
                              decision,
                              stored.cause,
                              "rule/" + rule.name,
                              fmt::format("{}/{}/{}", rule.name, event.id, position)};
  for (DurationMs backoff_ms = options_.action_backoff_ms;; backoff_ms *= 2) {
    ++action.attempts;
    auto result = act_guarded(*kind, context);
    if (result) {
      action.state = "done";
      action.result = std::move(*result);
      action.error.clear();
      return;
    }
    action.error = result.error().message;
    if (!may_succeed_later(result.error().code) || action.attempts >= options_.action_attempts) break;
    for (DurationMs waited_ms = 0; waited_ms < backoff_ms && !stopping; waited_ms += kStopPollMs)
      system_clock().sleep_ms(kStopPollMs);
    if (stopping) return;  // still "started": the next server tries again
  }
  action.state = "failed";
}

Result<void> RuleLoop::conclude(const RuleSpec& rule, const events::Event& event,
                                table::StoredEvaluation stored) const {
  Evaluation& evaluation = stored.evaluation;
  for (const auto& action : evaluation.actions) {
    if (action.state != "failed") continue;
    evaluation.verdict = Verdict::failed;
    evaluation.reason = fmt::format("action {}: {}", to_json(action.arguments), action.error);
  }
  const bool failed = evaluation.verdict == Verdict::failed;
  if (failed)
    log_warn("automation", "a rule's action failed",
             {{"rule", rule.name}, {"event", event.id}, {"error", evaluation.reason}});
  return database_.write([&](store::Transaction& transaction) -> Result<void> {
    for (std::size_t i = 0; i < evaluation.actions.size(); ++i)
      MARU_TRY(table::put_action(transaction, evaluation, i));
    if (failed)
      MARU_TRY(table::set_verdict(transaction, evaluation.id, evaluation.verdict, evaluation.reason));
    MARU_ASSIGN(const std::int64_t told,
                log_.append(transaction, rule_event(failed ? "rule.failed" : "rule.acted", rule,
                                                    payload_of(evaluation), stored.cause)));
    if (!failed) return {};
    JsonObject alert{{"rule", rule.name},
                     {"severity", "error"},
                     {"title", fmt::format("rule {} could not act", rule.name)},
                     {"text", evaluation.reason}};
    MARU_TRY(log_.append(transaction, rule_event("alert.raised", rule, std::move(alert), told)));
    return {};
  });
}

Result<bool> RuleLoop::handle(const RuleSpec& rule, const events::Event& event,
                              const std::atomic<bool>& stopping) const {
  MARU_ASSIGN(const Decision decision, decide_now(rule, event));
  if (decision.verdict == Verdict::ignored) return false;
  MARU_ASSIGN(auto stored, record(rule, event, decision));
  const auto is_pending = [](const ActionRecord& action) { return action.state == "started"; };
  auto& actions = stored.evaluation.actions;
  if (std::ranges::none_of(actions, is_pending)) return true;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (is_pending(actions[i])) perform(rule, event, stored, i, actions[i], stopping);
    if (is_pending(actions[i])) return make_error(Code::cancelled, "the server stops");
  }
  MARU_TRY(conclude(rule, event, std::move(stored)));
  return true;
}

}  // namespace maru::automation
