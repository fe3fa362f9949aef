#include "api/inference/v2_routes.h"

#include <charconv>

#include "api/inference/infer_response.h"
#include "api/inference/model_views.h"

namespace maru::api::inference {
namespace {

using net::Request;
using net::Response;

Response v2_error(const Error& error, const Request&) {
  return Response::json(JsonObject{{"error", error.message}}, mapping_of(error.code).http_status);
}

// The Inference-Header-Content-Length header, when there is one.
Result<std::optional<std::size_t>> json_length_of(const Request& request) {
  const std::string_view text = request.header(kHeaderLength);
  if (text.empty()) return std::nullopt;
  std::size_t length = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (problem != std::errc() || end != text.data() + text.size()) {
    return invalid("{}: expected a number of bytes, got \"{}\"", kHeaderLength, text);
  }
  return std::optional<std::size_t>(length);
}

Result<Response> infer(serving::Endpoints& endpoints, Request& request) {
  const std::string_view model = request.param("model");
  MARU_ASSIGN(const std::int64_t version, version_of(model, request.param("version")));
  MARU_ASSIGN(const std::optional<std::size_t> json_length, json_length_of(request));
  InferCall call;
  if (json_length == 0) {
    MARU_ASSIGN(const serving::ModelMetadata metadata, endpoints.metadata(model, version));
    MARU_ASSIGN(call, decode_raw_infer(request.body, metadata));
  } else {
    MARU_ASSIGN(call, decode_infer(request.body, json_length));
  }
  if (call.request.id.empty()) call.request.id = request.id;
  MARU_ASSIGN(const serving::PredictReply reply, endpoints.predict(model, std::move(call.request), version));
  return encode_infer(model, reply, call);
}

Result<Response> infer_and_learn(serving::Endpoints& endpoints, PredictionCosts& costs, Request& request) {
  const std::int64_t started_ns = system_clock().steady_ns();
  auto response = infer(endpoints, request);
  if (response) costs.learn(request.param("model"), system_clock().steady_ns() - started_ns);
  return response;
}

Result<Response> model_ready(serving::Endpoints& endpoints, Request& request) {
  const std::string_view model = request.param("model");
  const auto endpoint = serving_endpoint(endpoints, model, request.param("version"));
  if (!endpoint && endpoint.error().code == Code::not_found) return endpoint.error();
  return Response::json(JsonObject{{"name", model}, {"ready", endpoint.has_value()}}, endpoint ? 200 : 503);
}

Result<Response> index(serving::Endpoints& endpoints, Request& request) {
  bool only_ready = false;
  if (!request.body.empty()) {  // tritonclient sends none
    MARU_ASSIGN(const Json body, request.json());
    MARU_ASSIGN(only_ready, JsonReader(body).boolean_or("ready", false));
  }
  return Response::json(Json(repository_index(endpoints.list(), only_ready)));
}

Result<JsonObject> statistics_of(serving::Endpoints& endpoints, const serving::EndpointInfo& endpoint) {
  MARU_ASSIGN(const serving::EndpointStatistics statistics, endpoints.statistics(endpoint.spec.name));
  return model_statistics(endpoint, statistics);
}

Result<Response> statistics(serving::Endpoints& endpoints, Request& request) {
  JsonArray list;
  if (const std::string_view model = request.param("model"); !model.empty()) {
    MARU_ASSIGN(const serving::EndpointInfo endpoint,
                serving_endpoint(endpoints, model, request.param("version")));
    MARU_ASSIGN(JsonObject view, statistics_of(endpoints, endpoint));
    list.push_back(std::move(view));
  } else {
    for (const serving::EndpointInfo& endpoint : endpoints.list()) {
      auto view = statistics_of(endpoints, endpoint);
      if (view) list.push_back(std::move(*view));  // one that was removed meanwhile has none
    }
  }
  return Response::json(JsonObject{{"model_stats", std::move(list)}});
}

void add_server_routes(net::Router& router, serving::Endpoints& endpoints, const InferenceOptions& options) {
  const net::RouteOptions quick{.run = net::Run::inline_on_io};
  router.add(
      net::Method::get, "/v2",
      [version = options.version](Request&) -> Result<Response> {
        return Response::json(server_metadata(version));
      },
      quick);
  router.add(
      net::Method::get, "/v2/health/live",
      [](Request&) -> Result<Response> {
        return Response::json(JsonObject{{"live", true}});
      },
      quick);
  router.add(
      net::Method::get, "/v2/health/ready",
      [&endpoints](Request&) -> Result<Response> {
        const bool ready = is_ready(endpoints);
        return Response::json(JsonObject{{"ready", ready}}, ready ? 200 : 503);
      },
      quick);
  router.add(net::Method::get, "/v2/models", [&endpoints](Request&) -> Result<Response> {
    JsonArray names;
    for (const serving::EndpointInfo& endpoint : endpoints.list()) names.emplace_back(endpoint.spec.name);
    return Response::json(JsonObject{{"models", std::move(names)}});
  });
  router.add(net::Method::get, "/v2/models/stats",
             [&endpoints](Request& request) { return statistics(endpoints, request); });
  router.add(net::Method::post, "/v2/repository/index",
             [&endpoints](Request& request) { return index(endpoints, request); });
}

void add_model_routes(net::Router& router, serving::Endpoints& endpoints, const std::string& model,
                      const InferenceOptions& options, const std::shared_ptr<PredictionCosts>& costs) {
  router.add(net::Method::get, model, [&endpoints](Request& request) -> Result<Response> {
    MARU_ASSIGN(const auto endpoint,
                serving_endpoint(endpoints, request.param("model"), request.param("version")));
    return Response::json(model_metadata(endpoint));
  });
  router.add(net::Method::get, model + "/ready",
             [&endpoints](Request& request) { return model_ready(endpoints, request); });
  router.add(net::Method::get, model + "/config", [&endpoints](Request& request) -> Result<Response> {
    MARU_ASSIGN(const auto endpoint,
                serving_endpoint(endpoints, request.param("model"), request.param("version")));
    return Response::json(model_configuration(endpoint));
  });
  router.add(net::Method::get, model + "/stats",
             [&endpoints](Request& request) { return statistics(endpoints, request); });
  router.add(net::Method::post, model + "/infer",
             [&endpoints, costs](Request& request) { return infer_and_learn(endpoints, *costs, request); },
             {.pool = options.pool, .choose_run = [costs](const Request& request) {
                return costs->is_quick(request.param("model"), request.body.size()) ? net::Run::inline_on_io
                                                                                    : net::Run::on_pool;
              }});
}

}  // namespace

bool is_ready(const serving::Endpoints& endpoints) {
  return std::ranges::none_of(endpoints.list(), [](const serving::EndpointInfo& endpoint) {
    return endpoint.state == serving::EndpointState::loading;
  });
}

void add_v2_routes(net::Router& router, serving::Endpoints& endpoints, const InferenceOptions& options,
                   const std::shared_ptr<PredictionCosts>& costs) {
  router.set_error_encoder("/v2", v2_error);
  add_server_routes(router, endpoints, options);
  add_model_routes(router, endpoints, "/v2/models/{model}", options, costs);
  add_model_routes(router, endpoints, "/v2/models/{model}/versions/{version}", options, costs);
}

}  // namespace maru::api::inference
