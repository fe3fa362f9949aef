#pragma once
// Maru's own REST over pipelines.
//
//   GET  /api/v1/pipelines                              {"pipelines": [{name, project, steps, last_run}]}
//   GET  /api/v1/pipelines/{name}                       … with its steps and newest runs
//   GET  /api/v1/pipelines/{name}/runs?limit=&before=   {"runs": […]}, newest first
//   POST /api/v1/pipelines/{name}/runs                  {"params"?} → the run
//   GET  /api/v1/pipeline-runs?limit=&before=           {"runs": […]} of every pipeline
//   GET  /api/v1/pipeline-runs/{id}                     the run with its steps
//   POST /api/v1/pipeline-runs/{id}/cancel              the run
//   GET  /api/v1/pipeline-runs/{id}/steps/{step}/log?offset=&tail=&limit=
//        Text from `offset` (or the last `tail` bytes). x-next-offset says where to go on, x-log-complete
//        whether the step has ended: to follow a log, ask again until it has.

#include "automation/pipelines.h"
#include "net/router.h"

namespace maru::api {

// The pipelines outlive the router.
void add_pipelines_routes(net::Router& router, automation::Pipelines& pipelines);

}  // namespace maru::api
