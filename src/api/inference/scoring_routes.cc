#include "api/inference/scoring_routes.h"

#include "api/inference/scoring_request.h"
#include "api/inference/scoring_response.h"

namespace maru::api::inference {
namespace {

using net::Request;
using net::Response;

// MLflow's scoring server answers a bad body with BAD_REQUEST; other errors have MLflow's usual names.
Response scoring_error(const Error& error, const Request&) {
  const CodeMapping& mapping = mapping_of(error.code);
  const std::string_view code = mapping.http_status == 400 ? "BAD_REQUEST" : mapping.mlflow_error;
  return Response::json(JsonObject{{"error_code", code}, {"message", error.message}}, mapping.http_status);
}

// The endpoint that /invocations, which names none, means.
Result<std::string> meant_endpoint(const serving::Endpoints& endpoints, const std::string& default_endpoint) {
  if (!default_endpoint.empty()) return default_endpoint;
  const auto all = endpoints.list();
  if (all.size() == 1) return all.front().spec.name;
  std::string names;
  for (const serving::EndpointInfo& endpoint : all) names += (names.empty() ? "" : ", ") + endpoint.spec.name;
  if (all.empty()) return not_found("no endpoint serves anything yet");
  return invalid("which endpoint? POST /endpoints/NAME/invocations with one of: {}", names);
}

Result<Response> score(serving::Endpoints& endpoints, const std::string& name, PredictionCosts& costs,
                       Request& request) {
  const std::int64_t started_ns = system_clock().steady_ns();
  MARU_ASSIGN(const serving::ModelMetadata metadata, endpoints.metadata(name));
  MARU_ASSIGN(serving::PredictRequest call,
              decode_scoring(request.body, request.header("content-type"), metadata));
  call.id = request.id;
  MARU_ASSIGN(const serving::PredictReply reply, endpoints.predict(name, std::move(call)));
  auto response = encode_scoring(reply);
  costs.learn(name, system_clock().steady_ns() - started_ns);
  return response;
}

}  // namespace

void add_scoring_routes(net::Router& router, serving::Endpoints& endpoints, const InferenceOptions& options,
                        const std::shared_ptr<PredictionCosts>& costs) {
  router.set_error_encoder("/invocations", scoring_error);
  router.set_error_encoder("/endpoints", scoring_error);
  router.add(
      net::Method::post, "/invocations",
      [&endpoints, costs, default_endpoint = options.default_endpoint](Request& request) -> Result<Response> {
        MARU_ASSIGN(const std::string name, meant_endpoint(endpoints, default_endpoint));
        return score(endpoints, name, *costs, request);
      },
      {.pool = options.pool});
  router.add(net::Method::post, "/endpoints/{name}/invocations",
             [&endpoints, costs](Request& request) {
               return score(endpoints, std::string(request.param("name")), *costs, request);
             },
             {.pool = options.pool, .choose_run = [costs](const Request& request) {
                return costs->is_quick(request.param("name"), request.body.size()) ? net::Run::inline_on_io
                                                                                   : net::Run::on_pool;
              }});
  const net::RouteOptions quick{.run = net::Run::inline_on_io};
  // MLflow wants any 200, TorchServe this body. (Its GET /version is the tracking API's.)
  router.add(
      net::Method::get, "/ping",
      [](Request&) -> Result<Response> {
        return Response::json(JsonObject{{"status", "Healthy"}});
      },
      quick);
}

}  // namespace maru::api::inference
