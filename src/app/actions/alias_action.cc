#include "app/actions/rule_actions.h"

namespace maru::app {
namespace {

class AliasAction final : public automation::RuleAction {
 public:
  explicit AliasAction(registry::Store& registry) : registry_(registry) {}
  std::string_view name() const override { return "alias"; }

  Result<void> check(const JsonObject& arguments) const override {
    const Json value(arguments);
    const JsonReader reader(value, "do");
    MARU_TRY(reader.only({"alias", "to", "model"}));
    MARU_TRY(reader.text("alias"));
    return {};
  }

  // Setting an alias where it is already changes nothing, so that a second try is harmless.
  Result<JsonObject> act(const automation::ActionContext& context) override {
    const Json value(context.arguments);
    const JsonReader arguments(value, "do");
    const Json payload_value(context.event.payload);
    const JsonReader payload(payload_value, "event");
    MARU_ASSIGN(const std::string alias, arguments.text("alias"));
    MARU_ASSIGN(const std::string model,
                arguments.find("model") ? arguments.text("model") : payload.text("model"));
    MARU_ASSIGN(const std::int64_t version, version_of(arguments, payload, model, alias));
    const registry::Origin origin{
        .actor = context.actor, .project = context.rule.project, .cause = context.cause};
    MARU_TRY(registry_.set_alias(model, alias, version, origin));
    return JsonObject{{"model", model}, {"alias", alias}, {"version", version}};
  }

 private:
  Result<std::int64_t> version_of(const JsonReader& arguments, const JsonReader& payload,
                                  const std::string& model, const std::string& alias) const {
    const auto to = arguments.find("to");
    if (!to) return payload.integer("version");
    if (to->value().is_int64()) return to->integer();
    MARU_ASSIGN(const std::string text, to->text());
    if (text == "previous") {
      MARU_ASSIGN(const auto previous, registry_.previous_of_alias(model, alias));
      if (!previous)
        return make_error(Code::failed_precondition, "{}@{} has no earlier version to go back to", model,
                          alias);
      return *previous;
    }
    MARU_ASSIGN(const auto version, registry_.resolve(model, text));
    return version.version;
  }

  registry::Store& registry_;
};

}  // namespace

std::shared_ptr<automation::RuleAction> make_alias_action(registry::Store& registry) {
  return std::make_shared<AliasAction>(registry);
}

}  // namespace maru::app
