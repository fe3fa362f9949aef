#pragma once
// Maru's own REST over rules.
//
//   GET  /api/v1/rules                            {"rules": [{name, kind, on, given, when, select, do,
//   at_most, last}]} GET  /api/v1/rules/{name}?limit=              … with its evaluations, newest first, and
//   warnings about names POST /api/v1/rules/{name}/test                {"event_id"} or {"event": {type,
//   payload, …}} → what it would decide

#include "automation/rules.h"
#include "events/log.h"
#include "net/router.h"

namespace maru::api {

// Both outlive the router.
void add_rules_routes(net::Router& router, automation::Rules& rules, events::Log& log);

}  // namespace maru::api
