#include "app/steps/step_data.h"

#include "store/lake.h"

namespace maru::app {

JsonObject StepData::json() const {
  return {{"dataset", dataset},
          {"version", version},
          {"label", label},
          {"time", time_column},
          {"features", boost::json::value_from(features)},
          {"train", train.string()},
          {"holdout", holdout.string()},
          {"rows", rows},
          {"holdout_rows", holdout_rows},
          {"holdout_from_ms", holdout_from_ms},
          {"to_ms", to_ms}};
}

Result<StepData> StepData::from_json(const JsonReader& json) {
  StepData data;
  MARU_ASSIGN(data.dataset, json.text("dataset"));
  MARU_ASSIGN(data.version, json.integer("version"));
  MARU_ASSIGN(data.label, json.text_or("label", ""));
  MARU_ASSIGN(data.time_column, json.text_or("time", ""));
  if (const auto features = json.find("features")) {
    MARU_ASSIGN(data.features, features->texts());
  }
  MARU_ASSIGN(data.train, json.text("train"));
  MARU_ASSIGN(data.holdout, json.text_or("holdout", ""));
  MARU_ASSIGN(const auto rows, json.integer_or("rows", 0));
  MARU_ASSIGN(const auto holdout_rows, json.integer_or("holdout_rows", 0));
  data.rows = static_cast<std::uint64_t>(rows);
  data.holdout_rows = static_cast<std::uint64_t>(holdout_rows);
  MARU_ASSIGN(data.holdout_from_ms, json.integer_or("holdout_from_ms", 0));
  MARU_ASSIGN(data.to_ms, json.integer_or("to_ms", 0));
  return data;
}

Result<StepData> data_argument(const automation::StepContext& context, std::string_view key) {
  const StepArguments held(context.step);
  const JsonReader& arguments = held.reader;
  MARU_ASSIGN(const std::string name, arguments.text(key));
  const auto found = context.outputs.find(name);
  if (found == context.outputs.end())
    return arguments.field(key)->wrong(fmt::format("\"{}\" is not an earlier step", name));
  const Json output(found->second);
  return StepData::from_json(JsonReader(output, fmt::format("output of step {}", name)));
}

Result<Table> read_parquet(store::Lake& lake, const std::filesystem::path& file) {
  return lake.read_file(file, store::FileFormat::parquet);
}

Result<void> check_stop(const automation::StepContext& context) {
  switch (context.should_stop()) {
    case automation::StopReason::none:
      return {};
    case automation::StopReason::timeout:
      return make_error(Code::deadline_exceeded, "the step ran out of its time");
    case automation::StopReason::cancelled:
      return make_error(Code::cancelled, "the run was cancelled");
    case automation::StopReason::shutdown:
      return make_error(Code::cancelled, "the server is stopping");
  }
  return {};
}

}  // namespace maru::app
