#pragma once
// Maru's own REST over the monitoring room: monitors and their results, truth, predictions.
//
//   GET    /api/v1/monitors                             {"monitors": […]}
//   POST   /api/v1/monitors                             {"name", …spec} → the monitor
//   GET    /api/v1/monitors/{name}?limit=               … with its results, newest window first
//   DELETE /api/v1/monitors/{name}
//   GET    /api/v1/monitors/{name}/results/{id}         … with its columns
//   POST   /api/v1/monitors/{name}/evaluate             {"from", "to"} (RFC 3339 or ms) → the result
//   POST   /api/v1/endpoints/{name}/truth               {"truths": [{"request_id", "value", "at"?}]} →
//   {"accepted"} GET    /api/v1/endpoints/{name}/predictions?limit=  {"predictions": […]}, newest first GET
//   /api/v1/predictions/{request_id}

#include <functional>

#include "monitoring/monitors.h"
#include "monitoring/prediction_log.h"
#include "net/router.h"

namespace maru::api {

// What else is known of a model version: {"run_id", "trained_on": [{"dataset", "version"}]}; fields are added
// to a prediction's answer. Wired over the registry; may be empty.
using ModelOrigin = std::function<Result<JsonObject>(std::string_view model, std::int64_t version)>;

// The objects outlive the router.
void add_monitoring_routes(net::Router& router, monitoring::Monitors& monitors,
                           monitoring::PredictionLog& predictions, ModelOrigin origin = {});

}  // namespace maru::api
