#include "app/project/appliers/appliers.h"
#include "app/server/rooms.h"

namespace maru::app {
namespace {

constexpr std::array kKinds{ResourceKind::pipeline};

class PipelineApplier final : public Applier {
 public:
  std::span<const ResourceKind> kinds() const override { return kKinds; }

  Result<void> check(const ApplyContext& context) const override {
    for (const auto& [resource, spec] : resources_of(context.project, ResourceKind::pipeline, "pipelines")) {
      MARU_TRY(read(context, *resource, spec));
    }
    return {};
  }

  Result<void> apply(const ApplyContext& context, std::span<const Change> changes) const override {
    for (const auto& change : changes) {
      if (change.action == ChangeAction::remove) {
        MARU_TRY(context.rooms.pipelines->remove(change.resource.name));
        continue;
      }
      const JsonReader spec(change.resource.spec, "pipelines." + change.resource.name);
      MARU_ASSIGN(const auto pipeline, read(context, change.resource, spec));
      MARU_TRY(context.rooms.pipelines->define(pipeline));
    }
    return {};
  }

 private:
  static Result<automation::PipelineSpec> read(const ApplyContext& context, const Resource& resource,
                                               const JsonReader& spec) {
    return automation::read_pipeline(resource.name, context.project.project, context.project.root, spec,
                                     context.rooms.pipelines->kinds());
  }
};

}  // namespace

std::unique_ptr<Applier> make_pipeline_applier() { return std::make_unique<PipelineApplier>(); }

}  // namespace maru::app
