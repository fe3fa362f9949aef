#pragma once
// Maru's own REST over the serving room: endpoints, what they serve and how they do.
//
//   GET    /api/v1/endpoints                       {"endpoints": […]}
//   POST   /api/v1/endpoints                       serving::EndpointSpec as JSON → the endpoint; creates or
//   changes GET    /api/v1/endpoints/{name}                … with its inputs and outputs DELETE
//   /api/v1/endpoints/{name} POST   /api/v1/endpoints/{name}/refresh        looks where the alias points and
//   brings that version in → the endpoint GET    /api/v1/endpoints/{name}/series?step=   {"step_ms",
//   "points": […], "swaps": […]}; step as "5s", default 1s

#include "net/router.h"
#include "serving/endpoints.h"

namespace maru::api {

// `endpoints` outlives the router.
void add_endpoints_routes(net::Router& router, serving::Endpoints& endpoints);

}  // namespace maru::api
