// Endpoints, and the monitors that watch them.

#include "app/project/appliers/appliers.h"
#include "app/server/rooms.h"

namespace maru::app {
namespace {

constexpr std::array kEndpoints{ResourceKind::endpoint};
constexpr std::array kMonitors{ResourceKind::monitor};

// `log: all | none | 0.1` is how people write log_sample.
Result<double> sample_of(const JsonReader& log) {
  if (log.value().is_number()) return log.number();
  MARU_ASSIGN(const std::string text, log.text());
  if (text == "all") return 1.0;
  if (text == "none") return 0.0;
  return log.expected("all, none or a number from 0 to 1");
}

Result<serving::EndpointSpec> endpoint_of(const ApplyContext& context, const Resource& resource,
                                          const JsonReader& spec) {
  JsonObject object = resource.spec.as_object();
  object.erase("log");
  object.erase("description");
  object["name"] = resource.name;
  object["project"] = context.project.project;
  if (const auto log = spec.find("log")) {
    MARU_ASSIGN(object["log_sample"], sample_of(*log));
  }
  const Json value(std::move(object));
  return serving::EndpointSpec::from_json(JsonReader(value, spec.path()));
}

class EndpointApplier final : public Applier {
 public:
  std::span<const ResourceKind> kinds() const override { return kEndpoints; }

  Result<void> check(const ApplyContext& context) const override {
    for (const auto& [resource, spec] : resources_of(context.project, ResourceKind::endpoint, "endpoints"))
      MARU_TRY(endpoint_of(context, *resource, spec));
    return {};
  }

  Result<void> apply(const ApplyContext& context, std::span<const Change> changes) const override {
    for (const auto& change : changes) {
      if (change.action == ChangeAction::remove) {
        MARU_TRY(context.rooms.endpoints->remove(change.resource.name, context.actor));
        continue;
      }
      const JsonReader spec(change.resource.spec, "endpoints." + change.resource.name);
      MARU_ASSIGN(const auto endpoint, endpoint_of(context, change.resource, spec));
      MARU_TRY(context.rooms.endpoints->apply(endpoint, context.actor));
    }
    return {};
  }
};

Result<monitoring::MonitorSpec> monitor_of(const ApplyContext& context, const Resource& resource,
                                           std::string_view path) {
  JsonObject object = resource.spec.as_object();
  object.erase("description");
  const Json value(std::move(object));
  MARU_ASSIGN(auto monitor,
              monitoring::MonitorSpec::from_json(resource.name, JsonReader(value, std::string(path))));
  monitor.project = context.project.project;
  return monitor;
}

class MonitorApplier final : public Applier {
 public:
  std::span<const ResourceKind> kinds() const override { return kMonitors; }

  Result<void> check(const ApplyContext& context) const override {
    for (const auto& [resource, spec] : resources_of(context.project, ResourceKind::monitor, "monitors"))
      MARU_TRY(monitor_of(context, *resource, spec.path()));
    return {};
  }

  Result<void> apply(const ApplyContext& context, std::span<const Change> changes) const override {
    for (const auto& change : changes) {
      if (change.action == ChangeAction::remove) {
        MARU_TRY(context.rooms.monitors->remove(change.resource.name));
        continue;
      }
      MARU_ASSIGN(const auto monitor,
                  monitor_of(context, change.resource, "monitors." + change.resource.name));
      MARU_TRY(context.rooms.monitors->define(monitor));
    }
    return {};
  }
};

}  // namespace

std::unique_ptr<Applier> make_endpoint_applier() { return std::make_unique<EndpointApplier>(); }
std::unique_ptr<Applier> make_monitor_applier() { return std::make_unique<MonitorApplier>(); }

}  // namespace maru::app
