#pragma once
// The HTTP front doors of serving: Open Inference Protocol V2 under /v2, MLflow's scoring server under
// /invocations and /endpoints/{name}/invocations. A model, to these protocols, is an endpoint.

#include <string>

#include "net/router.h"
#include "serving/endpoints.h"

namespace maru::api::inference {

struct InferenceOptions {
  std::string version = "0";  // of the server, in /v2
  std::string default_endpoint =
      {};                     // that /invocations means when there are several; "" = say which there are
  std::string pool = "http";  // for predictions that are not quick
};

// `endpoints` must outlive the server.
void add_inference_routes(net::Router& router, serving::Endpoints& endpoints,
                          const InferenceOptions& options = {});

}  // namespace maru::api::inference
