#pragma once
// MLflow's REST API as the unmodified mlflow client 3.17 calls it, under /api and /ajax-api.

#include "net/router.h"
#include "registry/store.h"
#include "tracking/store.h"

namespace maru::api::mlflow {

// The version whose behaviour is spoken: what GET /version answers.
inline constexpr std::string_view kVersion = "3.17.2";

// The stores must outlive the router. Errors below /api/2.0, /api/3.0 and their /ajax-api forms take MLflow's
// shape.
void add_mlflow_routes(net::Router& router, tracking::Store& tracking, registry::Store& registry);

}  // namespace maru::api::mlflow
