#pragma once
// A prediction as a V2 response: JSON, with the tensors that were asked for as bytes behind it.

#include <string>
#include <string_view>

#include "api/inference/infer_request.h"
#include "net/message.h"

namespace maru::api::inference {

// `model` is the name the client asked for.
net::Response encode_infer(std::string_view model, const serving::PredictReply& reply, const InferCall& call);

// The header that says where the JSON ends and the tensors' bytes begin.
inline constexpr std::string_view kHeaderLength = "inference-header-content-length";

}  // namespace maru::api::inference
