#include "api/metrics/routes.h"

#include "base/metrics.h"

namespace maru::api::metrics {

using net::Request;
using net::Response;

void add_metrics_routes(net::Router& router, std::function<Result<void>()> ready) {
  router.add(net::Method::get, "/metrics", [](Request&) -> Result<Response> {
    Response response = Response::bytes(maru::metrics().render(), "text/plain; version=0.0.4; charset=utf-8");
    response.compressible = true;
    return response;
  });
  router.add(net::Method::get, "/health",
             [](Request&) -> Result<Response> {
               // The body that MLflow's own server answers with, which its clients' probes compare.
               return Response::text("OK");
             },
             {.run = net::Run::inline_on_io});
  router.add(net::Method::get, "/ready",
             [ready = std::move(ready)](Request&) -> Result<Response> {
               const auto able = ready();
               if (able) return Response::json(JsonObject{{"ready", true}});
               return Response::json(JsonObject{{"ready", false}, {"reason", able.error().message}}, 503);
             },
             {.run = net::Run::inline_on_io});
}

}  // namespace maru::api::metrics
