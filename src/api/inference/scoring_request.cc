#include "api/inference/scoring_request.h"

#include <deque>

#include "api/inference/frame.h"
#include "api/inference/infer_request.h"
#include "api/inference/json_tensor.h"

namespace maru::api::inference {
namespace {

using serving::DataType;
using serving::PredictRequest;
using serving::Shape;
using serving::Tensor;
using serving::TensorSpec;

constexpr std::string_view kForms[] = {"dataframe_split", "dataframe_records", "instances", "inputs"};

bool holds_text(const dom::element& value) {
  dom::element first = value;
  dom::array nested;
  while (first.get(nested) == simdjson::SUCCESS) {
    if (nested.at(0).get(first) != simdjson::SUCCESS) return false;
  }
  return first.is_string();
}

// A nested array as the tensor that `spec` describes; without a spec, numbers are FP64.
Result<Tensor> nested_tensor(std::string name, const dom::element& value, const TensorSpec* spec,
                             bool model_converts, std::string_view where) {
  dom::array data;
  if (value.get(data) != simdjson::SUCCESS)
    return invalid("{}: expected an array, got {}", where, shown(value));
  MARU_ASSIGN(const Shape shape, nested_shape(data, where));
  DataType type = spec != nullptr ? spec->type : DataType::fp64;
  if (model_converts && type != DataType::bytes) type = DataType::fp64;
  if (spec == nullptr && holds_text(value)) type = DataType::bytes;
  return tensor_from_json(std::move(name), type, shape, data, where);
}

const TensorSpec* spec_named(const serving::ModelMetadata& metadata, std::string_view name) {
  const auto found = std::ranges::find(metadata.inputs, name, &TensorSpec::name);
  return found == metadata.inputs.end() ? nullptr : &*found;
}

// A bare array: the one tensor of the model, or the matrix of its columns.
Result<std::vector<Tensor>> bare_array(const dom::element& value, const serving::ModelMetadata& metadata,
                                       std::string_view where) {
  const bool converts = metadata.form == serving::InputForm::columns;
  if (!converts && metadata.inputs.size() != 1) {
    return invalid("{}: the model has {} inputs; name them: {{\"{}\": …}}", where, metadata.inputs.size(),
                   metadata.inputs.empty() ? "x" : metadata.inputs.front().name);
  }
  const TensorSpec* spec = metadata.inputs.size() == 1 ? &metadata.inputs.front() : nullptr;
  MARU_ASSIGN(Tensor tensor,
              nested_tensor(spec != nullptr ? spec->name : "inputs", value, spec, converts, where));
  std::vector<Tensor> tensors;
  tensors.push_back(std::move(tensor));
  return tensors;
}

// {"name": array, …}.
Result<std::vector<Tensor>> named_arrays(const dom::object& values, const serving::ModelMetadata& metadata) {
  const bool converts = metadata.form == serving::InputForm::columns;
  std::vector<Tensor> tensors;
  for (const auto& [name, value] : values) {
    MARU_ASSIGN(Tensor tensor, nested_tensor(std::string(name), value, spec_named(metadata, name), converts,
                                             fmt::format("inputs.{}", name)));
    tensors.push_back(std::move(tensor));
  }
  if (tensors.empty()) return invalid("inputs: expected at least one input");
  return tensors;
}

bool begins_with_object(const dom::element& value) {
  dom::array items;
  dom::element first;
  return value.get(items) == simdjson::SUCCESS && items.at(0).get(first) == simdjson::SUCCESS &&
         first.is_object();
}

Result<std::vector<Tensor>> decode_form(std::string_view form, const dom::element& value,
                                        const serving::ModelMetadata& metadata) {
  if (form == "dataframe_split") {
    MARU_ASSIGN(const Frame frame, frame_from_split(value, form));
    return tensors_from_frame(frame, metadata, form);
  }
  if (form == "dataframe_records" || begins_with_object(value)) {
    MARU_ASSIGN(const Frame frame, frame_from_records(value, form));
    return tensors_from_frame(frame, metadata, form);
  }
  if (dom::object named; form == "inputs" && value.get(named) == simdjson::SUCCESS)
    return named_arrays(named, metadata);
  return bare_array(value, metadata, form);
}

Result<void> decode_params(const dom::object& root, PredictRequest& request) {
  dom::element params;
  if (root.at_key("params").get(params) != simdjson::SUCCESS || params.is_null()) return {};
  dom::object values;
  if (params.get(values) != simdjson::SUCCESS)
    return invalid("params: expected an object, got {}", shown(params));
  dom::element time;
  if (values.at_key("event_time").get(time) != simdjson::SUCCESS) return {};
  MARU_ASSIGN(request.event_ms, time_from_json(time, "params.event_time"));
  return {};
}

Result<PredictRequest> decode_json(std::string& body, const serving::ModelMetadata& metadata) {
  MARU_ASSIGN(const JsonDocument document, parse_document(body, body.size()));
  dom::object root;
  if (document.root.get(root) != simdjson::SUCCESS)
    return invalid("body: expected an object, got {}", shown(document.root));
  PredictRequest request;
  std::string_view chosen;
  for (const std::string_view form : kForms) {
    dom::element value;
    if (root.at_key(form).get(value) != simdjson::SUCCESS) continue;
    if (!chosen.empty()) return invalid("body: has both {} and {}; exactly one is right", chosen, form);
    chosen = form;
    MARU_ASSIGN(request.inputs, decode_form(form, value, metadata));
  }
  if (chosen.empty()) return invalid("body: expected exactly one of {}", fmt::join(kForms, ", "));
  MARU_TRY(decode_params(root, request));
  return request;
}

}  // namespace

Result<PredictRequest> decode_scoring(std::string& body, std::string_view content_type,
                                      const serving::ModelMetadata& metadata) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  if (type == "text/csv") {
    std::deque<std::string> cleaned;
    MARU_ASSIGN(const Frame frame, frame_from_csv(body, cleaned));
    PredictRequest request;
    MARU_ASSIGN(request.inputs, tensors_from_frame(frame, metadata, "csv"));
    return request;
  }
  if (type.empty() || type == "application/json") return decode_json(body, metadata);
  return invalid("content-type: expected application/json or text/csv, got \"{}\"", type);
}

}  // namespace maru::api::inference
