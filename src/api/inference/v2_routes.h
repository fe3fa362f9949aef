#pragma once
// The Open Inference Protocol V2 over REST.

#include <memory>

#include "api/inference/prediction_costs.h"
#include "api/inference/routes.h"

namespace maru::api::inference {

void add_v2_routes(net::Router& router, serving::Endpoints& endpoints, const InferenceOptions& options,
                   const std::shared_ptr<PredictionCosts>& costs);

// Whether every endpoint has been tried: none is loading for the first time.
bool is_ready(const serving::Endpoints& endpoints);

}  // namespace maru::api::inference
