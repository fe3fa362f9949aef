#pragma once
// Maru's own REST over the event log.
//
//   GET /api/v1/events?type=&subject=&project=&after=&before=&since=&limit=&order=desc|asc    {"events": […]}
//       `type` may be given more than once or hold several with commas; "model." is every type that begins
//       so, subject "model/" everything below it.
//   GET /api/v1/events/{id}
//   GET /api/v1/events/{id}/causes     {"event", "causes": [nearest first]}
//   GET /api/v1/events/stream?type=&subject=&project=   server-sent events: one JSON event a message, its id
//   as the
//       message's; with Last-Event-ID (or after=) what was missed comes first

#include "events/log.h"
#include "net/router.h"

namespace maru::api {

// The log outlives the router.
void add_events_routes(net::Router& router, events::Log& log);

}  // namespace maru::api
