// register, deploy: from a run's model to a version, and from a version to an endpoint.

#include "app/server/rooms.h"
#include "app/steps/step_data.h"
#include "app/steps/step_kinds.h"

namespace maru::app {
namespace {

using automation::PipelineSpec;
using automation::StepContext;
using automation::StepSpec;

// {register: {model, from: [step, …], data?}}: a version of MODEL from each step's {run_id, model_uri}.
class RegisterStep final : public automation::StepKind {
 public:
  explicit RegisterStep(Rooms& rooms) : rooms_(rooms) {}
  std::string_view name() const override { return "register"; }
  // A version cannot be registered twice without being there twice.
  automation::Repeatable repeatable() const override { return automation::Repeatable::no; }

  Result<void> check(const StepSpec& step, const PipelineSpec&) const override {
    const StepArguments held(step);
    MARU_TRY(held.reader.only({"model", "from", "data"}));
    MARU_TRY(held.reader.text("model"));
    MARU_ASSIGN(const auto from, held.reader.field("from"));
    MARU_TRY(from.texts());
    return {};
  }

  Result<JsonObject> run(StepContext& context) const override {
    const StepArguments held(context.step);
    const JsonReader& arguments = held.reader;
    MARU_ASSIGN(const std::string model, arguments.text("model"));
    MARU_ASSIGN(const auto from_reader, arguments.field("from"));
    MARU_ASSIGN(const auto from, from_reader.texts());
    std::optional<StepData> data;
    if (arguments.find("data")) {
      MARU_ASSIGN(data, data_argument(context, "data"));
    }
    const registry::Origin origin{.actor = fmt::format("pipeline_run/{}", context.run_id),
                                  .project = context.pipeline.project,
                                  .cause = context.cause};
    MARU_TRY(rooms_.registry->ensure_model(model, origin));
    JsonArray versions;
    for (const auto& step : from) {
      const auto output = context.outputs.find(step);
      if (output == context.outputs.end())
        return from_reader.wrong(fmt::format("\"{}\" is not an earlier step", step));
      MARU_ASSIGN(JsonObject version, register_one(context, model, step, output->second, data, origin));
      context.log.line(
          fmt::format("{} version {} from step {}", model, to_json(version.at("version")), step));
      versions.push_back(std::move(version));
    }
    return JsonObject{{"model", model}, {"versions", std::move(versions)}};
  }

 private:
  Result<JsonObject> register_one(const StepContext& context, const std::string& model,
                                  const std::string& step, const JsonObject& step_output,
                                  const std::optional<StepData>& data, const registry::Origin& origin) const {
    const Json value(step_output);
    const JsonReader output(value, fmt::format("output of step {}", step));
    MARU_ASSIGN(const std::string run_id, output.text("run_id"));
    MARU_ASSIGN(const std::string source, output.text("model_uri"));
    registry::NewVersion wanted;
    wanted.model = model;
    wanted.source = source;
    wanted.run_id = run_id;
    wanted.user_id = "maru";
    wanted.tags = {{"maru.step", step}, {"maru.pipeline_run", std::to_string(context.run_id)}};
    if (data) wanted.tags.push_back({"maru.trained_on", fmt::format("{}/{}", data->dataset, data->version)});
    MARU_ASSIGN(const auto version, rooms_.registry->create_version(std::move(wanted), origin));
    const datasets::Node run{"run", run_id},
        made{"model_version", fmt::format("{}/{}", model, version.version)};
    if (data)
      MARU_TRY(rooms_.lineage->link({"dataset_version", fmt::format("{}/{}", data->dataset, data->version)},
                                    run, "trained"));
    MARU_TRY(rooms_.lineage->link(run, made, "registered"));
    MARU_TRY(rooms_.lineage->link({"pipeline_run", std::to_string(context.run_id)}, run, "made"));
    return JsonObject{{"version", version.version}, {"step", step}, {"run_id", run_id}};
  }

  Rooms& rooms_;
};

// {deploy: {endpoint, model, alias}}: creates the endpoint or points it at another model.
class DeployStep final : public automation::StepKind {
 public:
  explicit DeployStep(Rooms& rooms) : rooms_(rooms) {}
  std::string_view name() const override { return "deploy"; }

  Result<void> check(const StepSpec& step, const PipelineSpec&) const override {
    const StepArguments held(step);
    MARU_TRY(held.reader.only({"endpoint", "model", "alias", "version"}));
    MARU_TRY(held.reader.text("endpoint"));
    MARU_TRY(held.reader.text("model"));
    return {};
  }

  Result<JsonObject> run(StepContext& context) const override {
    const StepArguments held(context.step);
    serving::EndpointSpec spec;
    MARU_ASSIGN(const std::string name, held.reader.text("endpoint"));
    if (const auto existing = rooms_.endpoints->get(name)) spec = existing->spec;
    spec.name = name;
    spec.project = context.pipeline.project;
    MARU_ASSIGN(spec.model, held.reader.text("model"));
    MARU_ASSIGN(spec.alias, held.reader.text_or("alias", spec.alias));
    MARU_ASSIGN(spec.version, held.reader.integer_or("version", 0));
    MARU_ASSIGN(const auto info,
                rooms_.endpoints->apply(spec, fmt::format("pipeline_run/{}", context.run_id), context.cause));
    if (info.state != serving::EndpointState::ready) {
      return make_error(Code::failed_precondition, "endpoint {} does not serve {} {}: {}", name, spec.model,
                        spec.reference(), info.reason);
    }
    return JsonObject{{"endpoint", name}, {"model", spec.model}, {"version", info.version}};
  }

 private:
  Rooms& rooms_;
};

}  // namespace

std::shared_ptr<automation::StepKind> make_register_step(Rooms& rooms) {
  return std::make_shared<RegisterStep>(rooms);
}
std::shared_ptr<automation::StepKind> make_deploy_step(Rooms& rooms) {
  return std::make_shared<DeployStep>(rooms);
}

}  // namespace maru::app
