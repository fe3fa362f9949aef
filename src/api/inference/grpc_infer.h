#pragma once
// ModelInfer's messages to and from a prediction.

#include "serving/endpoints.h"

#include "inference.pb.h"

namespace maru::api::inference {

// Tensors given as raw_input_contents borrow from the message. invalid_argument with the path of what is
// wrong.
Result<serving::PredictRequest> decode_grpc_infer(const ::inference::ModelInferRequest& message);

// Outputs as raw_output_contents, as Triton sends them.
void encode_grpc_infer(const serving::PredictReply& reply, ::inference::ModelInferResponse& message);

}  // namespace maru::api::inference
