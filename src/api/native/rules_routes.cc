#include "api/native/rules_routes.h"

#include "api/native/query.h"
#include "automation/event_names.h"

namespace maru::api {
namespace {

using automation::Rules;
using automation::RuleSpec;
using net::Request;
using net::Response;

constexpr std::int64_t kEvaluationsShown = 50;
constexpr std::int64_t kListLimit = 1'000;

JsonObject rule_json(const RuleSpec& rule) {
  const auto field = [&](std::string_view name) {
    const Json* value = rule.definition.if_contains(name);
    return value == nullptr ? Json(nullptr) : *value;
  };
  return {{"name", rule.name},
          {"project", rule.project},
          {"kind", rule.select.empty() ? "action" : "selection"},
          {"on", boost::json::value_from(rule.on)},
          {"every", field("every")},
          {"given", field("given")},
          {"when", field("when")},
          {"environment", boost::json::value_from(rule.environment)},
          {"select", field("select")},
          {"do", boost::json::value_from(rule.actions)},
          {"at_most", field("at_most")},
          {"description", field("description")}};
}

JsonArray evaluations_json(const std::vector<automation::Evaluation>& evaluations) {
  JsonArray out;
  for (const auto& evaluation : evaluations) out.push_back(automation::to_json_object(evaluation));
  return out;
}

Result<Response> list(const Rules& rules) {
  MARU_ASSIGN(const auto specs, rules.list());
  JsonArray out;
  for (const auto& rule : specs) {
    MARU_ASSIGN(const auto last, rules.evaluations(rule.name, 1));
    JsonObject item = rule_json(rule);
    item["last"] = last.empty() ? Json(nullptr) : Json(automation::to_json_object(last[0]));
    out.push_back(std::move(item));
  }
  return Response::json(JsonObject{{"rules", std::move(out)}});
}

Result<Response> get(const Rules& rules, const Request& request) {
  MARU_ASSIGN(const auto limit, number_in(request, "limit", 1, kListLimit));
  MARU_ASSIGN(const RuleSpec rule, rules.get(request.param("name")));
  MARU_ASSIGN(const auto evaluations,
              rules.evaluations(rule.name, static_cast<std::size_t>(limit.value_or(kEvaluationsShown))));
  JsonObject out = rule_json(rule);
  out["warnings"] = boost::json::value_from(automation::warnings_of(rule));
  out["evaluations"] = evaluations_json(evaluations);
  return Response::json(out);
}

// An event made up by the caller.
Result<events::Event> read_event(const JsonReader& reader) {
  MARU_TRY(reader.only({"type", "subject", "project", "actor", "payload", "at_ms", "id", "cause"}));
  events::Event event;
  MARU_ASSIGN(event.type, reader.text("type"));
  MARU_ASSIGN(event.subject, reader.text_or("subject", ""));
  MARU_ASSIGN(event.project, reader.text_or("project", ""));
  MARU_ASSIGN(event.actor, reader.text_or("actor", ""));
  MARU_ASSIGN(event.at_ms, reader.integer_or("at_ms", 0));
  if (const auto payload = reader.find("payload")) {
    MARU_ASSIGN(event.payload, payload->object());
  }
  return event;
}

Result<Response> test(const Rules& rules, const events::Log& log, const Request& request) {
  MARU_ASSIGN(const Json body, request.json());
  const JsonReader reader(body);
  MARU_TRY(reader.only({"event_id", "event"}));
  events::Event event;
  if (const auto made_up = reader.find("event")) {
    MARU_ASSIGN(event, read_event(*made_up));
  } else {
    MARU_ASSIGN(const std::int64_t id, reader.integer("event_id"));
    MARU_ASSIGN(event, log.get(id));
  }
  MARU_ASSIGN(const automation::Decision decision, rules.test(request.param("name"), event));
  JsonObject out = automation::to_json_object(decision);
  out["rule"] = request.param("name");
  out["event"] = events::to_json_object(event);
  return Response::json(out);
}

}  // namespace

void add_rules_routes(net::Router& router, Rules& rules, events::Log& log) {
  router.add(net::Method::get, "/api/v1/rules", [&](Request&) { return list(rules); });
  router.add(net::Method::get, "/api/v1/rules/{name}", [&](Request& request) { return get(rules, request); });
  router.add(net::Method::post, "/api/v1/rules/{name}/test",
             [&](Request& request) { return test(rules, log, request); });
}

}  // namespace maru::api
