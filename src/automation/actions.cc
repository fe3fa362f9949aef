#include "automation/actions.h"

#include <algorithm>

namespace maru::automation {
namespace {

constexpr std::size_t kRecentAlerts =
    50;  // among which an alert that was raised before a crash is looked for

class RunAction final : public RuleAction {
 public:
  explicit RunAction(Pipelines& pipelines) : pipelines_(pipelines) {}
  std::string_view name() const override { return "run"; }

  Result<void> check(const JsonObject& arguments) const override {
    const Json value(arguments);
    MARU_TRY(JsonReader(value).only({"run", "params"}));
    MARU_ASSIGN(const std::string pipeline, JsonReader(value).text("run"));
    const auto known = pipelines_.get(pipeline);
    return known ? Result<void>() : invalid("run: {}", known.error().message);
  }

  Result<JsonObject> act(const ActionContext& context) override {
    const Json value(context.arguments);
    MARU_ASSIGN(const std::string pipeline, JsonReader(value).text("run"));
    StartRequest request{.pipeline = pipeline,
                         .params = {},
                         .actor = context.actor,
                         .cause = context.cause,
                         .key = context.key};
    if (const auto params = JsonReader(value).find("params")) {
      MARU_ASSIGN(request.params, params->object());
    }
    MARU_ASSIGN(const std::int64_t run, pipelines_.start(request));
    return JsonObject{{"pipeline", pipeline}, {"run", run}};
  }

 private:
  Pipelines& pipelines_;
};

class NotifyAction final : public RuleAction {
 public:
  explicit NotifyAction(events::Log& log) : log_(log) {}
  std::string_view name() const override { return "notify"; }

  Result<void> check(const JsonObject& arguments) const override {
    const Json value(arguments);
    MARU_TRY(JsonReader(value).only({"notify", "text", "severity"}));
    MARU_TRY(JsonReader(value).text("notify"));
    return {};
  }

  Result<JsonObject> act(const ActionContext& context) override {
    const Json value(context.arguments);
    const JsonReader arguments(value);
    MARU_ASSIGN(const std::string to, arguments.text("notify"));
    MARU_ASSIGN(const std::string text, arguments.text_or("text", context.decision.sentence));
    MARU_ASSIGN(const std::string severity, arguments.text_or("severity", "warning"));
    const std::string subject = "rule/" + context.rule.name;
    MARU_ASSIGN(const auto recent, log_.list({.types = {"alert.raised"},
                                              .subject = subject,
                                              .project = {},
                                              .after_id = context.event.id,
                                              .limit = kRecentAlerts,
                                              .newest_first = true}));
    for (const auto& alert : recent) {
      const Json* key = alert.payload.if_contains("key");
      if (key != nullptr && key->is_string() && key->get_string() == context.key)
        return JsonObject{{"alert", alert.id}};
    }
    MARU_ASSIGN(const std::int64_t id, log_.append({.type = "alert.raised",
                                                    .subject = subject,
                                                    .project = context.rule.project,
                                                    .actor = context.actor,
                                                    .payload = {{"rule", context.rule.name},
                                                                {"to", to},
                                                                {"severity", severity},
                                                                {"title", subject},
                                                                {"text", text},
                                                                {"key", context.key}},
                                                    .cause = context.cause}));
    return JsonObject{{"alert", id}};
  }

 private:
  events::Log& log_;
};

}  // namespace

std::shared_ptr<RuleAction> make_run_action(Pipelines& pipelines) {
  return std::make_shared<RunAction>(pipelines);
}
std::shared_ptr<RuleAction> make_notify_action(events::Log& log) {
  return std::make_shared<NotifyAction>(log);
}

}  // namespace maru::automation
