#include "app/project/appliers/appliers.h"
#include "app/server/rooms.h"

namespace maru::app {
namespace {

constexpr std::array kKinds{ResourceKind::rule};

Result<automation::RuleSpec> rule_of(const ApplyContext& context, const Resource& resource,
                                     const std::string& path) {
  JsonObject object = resource.spec.as_object();
  object.erase("description");
  const Json value(std::move(object));
  return automation::read_rule(resource.name, context.project.project, JsonReader(value, path),
                               context.rooms.rules->action_names());
}

class RuleApplier final : public Applier {
 public:
  std::span<const ResourceKind> kinds() const override { return kKinds; }

  Result<void> check(const ApplyContext& context) const override {
    for (const auto& [resource, spec] : resources_of(context.project, ResourceKind::rule, "rules"))
      MARU_TRY(rule_of(context, *resource, spec.path()));
    return {};
  }

  Result<void> apply(const ApplyContext& context, std::span<const Change> changes) const override {
    for (const auto& change : changes) {
      if (change.action == ChangeAction::remove) {
        MARU_TRY(context.rooms.rules->remove(change.resource.name));
        continue;
      }
      MARU_ASSIGN(const auto rule, rule_of(context, change.resource, "rules." + change.resource.name));
      MARU_TRY(context.rooms.rules->define(rule));
    }
    return {};
  }
};

}  // namespace

std::unique_ptr<Applier> make_rule_applier() { return std::make_unique<RuleApplier>(); }

}  // namespace maru::app
