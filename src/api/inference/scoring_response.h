#pragma once
// {"predictions": …} as MLflow's scoring server gives it.

#include "net/message.h"
#include "serving/endpoints.h"

namespace maru::api::inference {

// One output: its rows, flat when a row is one value ([n] and [n,1]) and nested otherwise. Several: one
// object a row.
Result<net::Response> encode_scoring(const serving::PredictReply& reply);

}  // namespace maru::api::inference
