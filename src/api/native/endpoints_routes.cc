#include "api/native/endpoints_routes.h"

namespace maru::api {
namespace {

using net::Request;
using net::Response;
using serving::EndpointInfo;
using serving::Endpoints;
using serving::EndpointSpec;
using serving::TensorSpec;
using enum net::Method;

JsonArray json_of(std::span<const TensorSpec> tensors) {
  JsonArray out;
  for (const auto& tensor : tensors)
    out.emplace_back(JsonObject{{"name", tensor.name},
                                {"datatype", serving::name_of(tensor.type)},
                                {"shape", JsonArray(tensor.shape.begin(), tensor.shape.end())}});
  return out;
}

Json or_null(std::int64_t number) { return number == 0 ? Json(nullptr) : Json(number); }

// The spec's fields, and beside them what is: `version` is the one that serves.
JsonObject json_of(const EndpointInfo& info, const serving::EndpointStatistics& statistics) {
  JsonObject out = info.spec.json();
  out["fixed_version"] = or_null(info.spec.version);
  if (info.spec.version != 0) out["alias"] = nullptr;
  out["version"] = or_null(info.version);
  out["state"] = serving::name_of(info.state);
  out["phase"] = serving::name_of(info.phase);
  out["reason"] = info.reason;
  out["flavor"] = info.metadata.flavor;
  out["run_id"] = info.run_id;
  out["requests"] = statistics.requests;
  out["errors"] = statistics.errors;
  out["rows"] = statistics.rows;
  out["rate_per_s"] = statistics.rate_per_s;
  out["p50_ms"] = statistics.latency.p50_ms;
  out["p90_ms"] = statistics.latency.p90_ms;
  out["p99_ms"] = statistics.latency.p99_ms;
  out["mean_ms"] = statistics.latency.mean_ms;
  out["swaps"] = info.swaps;
  out["in_flight"] = info.in_flight;
  out["loaded_ms"] = or_null(info.loaded_ms);
  return out;
}

JsonObject with_tensors(const EndpointInfo& info, const serving::EndpointStatistics& statistics) {
  JsonObject out = json_of(info, statistics);
  out["platform"] = info.metadata.platform;
  out["inputs"] = json_of(info.metadata.inputs);
  out["outputs"] = json_of(info.metadata.outputs);
  return out;
}

Result<Response> one(const Endpoints& endpoints, std::string_view name, int status = 200) {
  MARU_ASSIGN(const auto info, endpoints.get(name));
  MARU_ASSIGN(const auto statistics, endpoints.statistics(name));
  return Response::json(with_tensors(info, statistics), status);
}

Result<Response> list(const Endpoints& endpoints) {
  JsonArray out;
  for (const auto& info : endpoints.list())
    // One that was removed in between is left out.
    if (const auto statistics = endpoints.statistics(info.spec.name))
      out.emplace_back(json_of(info, *statistics));
  return Response::json(JsonObject{{"endpoints", std::move(out)}});
}

Result<Response> apply(Endpoints& endpoints, const Request& request) {
  MARU_ASSIGN(const Json body, request.json());
  MARU_ASSIGN(const auto spec, EndpointSpec::from_json(JsonReader(body, "body")));
  const bool is_new = !endpoints.get(spec.name).has_value();
  MARU_TRY(endpoints.apply(spec, "api"));
  return one(endpoints, spec.name, is_new ? 201 : 200);
}

Result<Response> refresh(Endpoints& endpoints, const Request& request) {
  MARU_TRY(endpoints.refresh(request.param("name")));
  return one(endpoints, request.param("name"));
}

Result<Response> series(const Endpoints& endpoints, const Request& request) {
  DurationMs step_ms = kSecondMs;
  if (const auto step = request.query("step")) {
    MARU_ASSIGN(step_ms, parse_duration(*step).at("step"));
    if (step_ms < kSecondMs) return invalid("step: expected at least 1s, got \"{}\"", *step);
  }
  MARU_ASSIGN(const auto found, endpoints.series(request.param("name"), step_ms));
  JsonArray points, swaps;
  for (const auto& point : found.points)
    points.emplace_back(JsonObject{{"t_ms", point.t_ms},
                                   {"requests", point.requests},
                                   {"errors", point.errors},
                                   {"p50_ms", point.p50_ms},
                                   {"p99_ms", point.p99_ms},
                                   {"version", or_null(point.version)}});
  for (const auto& swap : found.swaps)
    swaps.emplace_back(JsonObject{{"t_ms", swap.t_ms}, {"version", swap.version}});
  return Response::json(
      JsonObject{{"step_ms", found.step_ms}, {"points", std::move(points)}, {"swaps", std::move(swaps)}});
}

}  // namespace

void add_endpoints_routes(net::Router& router, Endpoints& endpoints) {
  router.add(get, "/api/v1/endpoints", [&](Request&) { return list(endpoints); });
  router.add(post, "/api/v1/endpoints", [&](Request& request) { return apply(endpoints, request); });
  router.add(get, "/api/v1/endpoints/{name}",
             [&](Request& request) { return one(endpoints, request.param("name")); });
  router.add(del, "/api/v1/endpoints/{name}", [&](Request& request) -> Result<Response> {
    MARU_TRY(endpoints.remove(request.param("name"), "api"));
    return Response::no_content();
  });
  router.add(post, "/api/v1/endpoints/{name}/refresh",
             [&](Request& request) { return refresh(endpoints, request); });
  router.add(get, "/api/v1/endpoints/{name}/series",
             [&](Request& request) { return series(endpoints, request); });
}

}  // namespace maru::api
