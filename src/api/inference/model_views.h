#pragma once
// What the inference protocols say about endpoints: metadata, readiness, index, statistics, configuration.

#include "base/json.h"
#include "serving/endpoints.h"

namespace maru::api::inference {

JsonObject server_metadata(std::string_view version);
// The extensions of the protocol that this server has, as Triton names them.
std::span<const std::string_view> server_extensions();

JsonObject model_metadata(const serving::EndpointInfo& endpoint);
JsonArray repository_index(std::span<const serving::EndpointInfo> endpoints, bool only_ready);
std::string_view repository_state(serving::EndpointState state);  // "READY", "LOADING", "UNAVAILABLE"
JsonObject model_statistics(const serving::EndpointInfo& endpoint,
                            const serving::EndpointStatistics& statistics);
JsonObject model_configuration(const serving::EndpointInfo& endpoint);

// The endpoint, serving `version` ("" = whichever serves). not_found: no such endpoint or version;
// unavailable: not loaded.
Result<serving::EndpointInfo> serving_endpoint(const serving::Endpoints& endpoints, std::string_view name,
                                               std::string_view version);
// "" is 0: the version that serves. not_found for what is no version number.
Result<std::int64_t> version_of(std::string_view model, std::string_view version);

}  // namespace maru::api::inference
