#pragma once
// The description of Maru's own REST API, made from the routes that are there: it cannot forget one.

#include <string>
#include <vector>

#include "base/json.h"

namespace maru::app {

// OpenAPI 3.1 of the routes below /api/v1, from Router::list() lines ("GET /api/v1/datasets/{name}").
JsonObject openapi_of(const std::vector<std::string>& routes, std::string_view version);

}  // namespace maru::app
