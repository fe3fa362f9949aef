#pragma once
// The body of a V2 infer request: JSON, optionally followed by tensors as bytes (the binary tensor data
// extension). Source: Open Inference Protocol v2; Triton's protocol/extension_binary_data.md.

#include <optional>
#include <string>
#include <vector>

#include "api/inference/json_document.h"
#include "serving/endpoints.h"

namespace maru::api::inference {

struct OutputWish {
  std::string name;
  std::optional<bool> binary;  // parameters.binary_data
};

struct InferCall {
  serving::PredictRequest request;  // its tensors may borrow from the body
  std::vector<OutputWish> outputs;  // empty = all
  bool binary_outputs = false;      // parameters.binary_data_output
};

// `json_length` is the Inference-Header-Content-Length, when there is one; otherwise the whole body is JSON.
// The body must stay as it is while the call is used; it may be moved first to get room behind its end.
// invalid_argument with the path of what is wrong: `inputs[0].shape: …`.
Result<InferCall> decode_infer(std::string& body, std::optional<std::size_t> json_length);

// A length-0 header: the body is the bytes of the model's only input, which may have one variable dimension.
Result<InferCall> decode_raw_infer(std::string& body, const serving::ModelMetadata& metadata);

// A JSON time: RFC 3339, or integer milliseconds.
Result<TimeMs> time_from_json(const dom::element& value, std::string_view where);

}  // namespace maru::api::inference
