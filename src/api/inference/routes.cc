#include "api/inference/routes.h"

#include "api/inference/scoring_routes.h"
#include "api/inference/v2_routes.h"

namespace maru::api::inference {

void add_inference_routes(net::Router& router, serving::Endpoints& endpoints,
                          const InferenceOptions& options) {
  const auto costs = std::make_shared<PredictionCosts>();
  add_v2_routes(router, endpoints, options, costs);
  add_scoring_routes(router, endpoints, options, costs);
}

}  // namespace maru::api::inference
