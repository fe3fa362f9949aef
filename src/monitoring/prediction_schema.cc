#include "base/hash.h"
#include "monitoring/prediction_log.h"

namespace maru::monitoring {

PredictionSchema::PredictionSchema(std::string endpoint, std::string model, std::int64_t version,
                                   std::vector<InputColumn> inputs)
    : endpoint_(std::move(endpoint)),
      model_(std::move(model)),
      version_(version),
      inputs_(std::move(inputs)) {
  id_ = fmt::format("{:016x}", stable_hash64(to_json(json())));
}

JsonObject PredictionSchema::json() const {
  JsonArray inputs;
  for (const auto& input : inputs_)
    inputs.emplace_back(JsonObject{{"name", input.name}, {"type", name_of(input.type)}});
  return {{"endpoint", endpoint_}, {"model", model_}, {"version", version_}, {"inputs", std::move(inputs)}};
}

Result<PredictionSchema> PredictionSchema::from_json(const JsonReader& json) {
  MARU_ASSIGN(std::string endpoint, json.text("endpoint"));
  MARU_ASSIGN(std::string model, json.text("model"));
  MARU_ASSIGN(const std::int64_t version, json.integer("version"));
  MARU_ASSIGN(const auto list, json.field("inputs"));
  MARU_ASSIGN(const auto items, list.items());
  std::vector<InputColumn> inputs;
  for (const auto& item : items) {
    InputColumn input;
    MARU_ASSIGN(input.name, item.text("name"));
    MARU_ASSIGN(const std::string type, item.text("type"));
    MARU_ASSIGN(input.type, column_type(type));
    inputs.push_back(std::move(input));
  }
  return PredictionSchema(std::move(endpoint), std::move(model), version, std::move(inputs));
}

JsonObject StoredPrediction::inputs_json() const {
  JsonObject out;
  std::size_t number = 0, text = 0;
  for (const auto& input : record.schema->inputs()) {
    if (input.type == ColumnType::text) {
      out[input.name] = record.texts[text++];
      continue;
    }
    const double value = record.numbers[number++];
    out[input.name] = std::isnan(value)                 ? Json(nullptr)
                      : input.type == ColumnType::int64 ? Json(static_cast<std::int64_t>(value))
                                                        : Json(value);
  }
  return out;
}

}  // namespace maru::monitoring
