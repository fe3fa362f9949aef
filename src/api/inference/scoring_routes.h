#pragma once
// MLflow's scoring server: POST /invocations, /endpoints/{name}/invocations, GET /ping.
// Source: MLflow's docs, "MLflow Model serving", and mlflow/pyfunc/scoring_server.

#include <memory>

#include "api/inference/prediction_costs.h"
#include "api/inference/routes.h"

namespace maru::api::inference {

void add_scoring_routes(net::Router& router, serving::Endpoints& endpoints, const InferenceOptions& options,
                        const std::shared_ptr<PredictionCosts>& costs);

}  // namespace maru::api::inference
