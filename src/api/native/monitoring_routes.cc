#include "api/native/monitoring_routes.h"

namespace maru::api {
namespace {

using monitoring::MonitorInfo;
using monitoring::MonitorResult;
using monitoring::Monitors;
using monitoring::MonitorSpec;
using monitoring::PredictionLog;
using monitoring::StoredPrediction;
using net::Request;
using net::Response;
using enum net::Method;

constexpr std::size_t kResultsShown = 60;
constexpr std::size_t kPredictionsShown = 50;
constexpr std::size_t kListLimit = 1'000;

Result<std::size_t> limit_in(const Request& request, std::size_t fallback) {
  const auto text = request.query("limit");
  if (!text) return fallback;
  std::size_t limit = 0;
  const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (code != std::errc{} || end != text->data() + text->size() || limit < 1 || limit > kListLimit) {
    return invalid("limit: expected a number from 1 to {}, got \"{}\"", kListLimit, *text);
  }
  return limit;
}

// RFC 3339 text, or milliseconds.
Result<TimeMs> time_in(const JsonReader& json) {
  if (json.value().is_string()) {
    MARU_ASSIGN(const std::string text, json.text());
    return parse_time(text).at(json.path());
  }
  return json.integer();
}

JsonObject json_of(const MonitorInfo& info) {
  JsonObject out{{"name", info.spec.name}};
  for (auto& [key, value] : info.spec.json()) out[key] = value;
  out["status"] = info.last ? name_of(info.status) : "empty";
  out["closed_until_ms"] = info.closed_until_ms ? Json(*info.closed_until_ms) : Json(nullptr);
  out["last"] = info.last ? Json(monitoring::json_of(*info.last)) : Json(nullptr);
  return out;
}

JsonObject json_of(const StoredPrediction& stored) {
  const auto& record = stored.record;
  return {{"request_id", record.request_id}, {"endpoint", record.schema->endpoint()},
          {"model", record.schema->model()}, {"version", record.schema->version()},
          {"event_ms", record.event_ms},     {"inputs", stored.inputs_json()},
          {"output", record.prediction},     {"truth", stored.truth ? Json(*stored.truth) : Json(nullptr)}};
}

Result<Response> list_monitors(const Monitors& monitors) {
  MARU_ASSIGN(const auto all, monitors.list());
  JsonArray out;
  for (const auto& info : all) out.emplace_back(json_of(info));
  return Response::json(JsonObject{{"monitors", std::move(out)}});
}

Result<Response> get_monitor(const Monitors& monitors, const Request& request) {
  MARU_ASSIGN(const std::size_t limit, limit_in(request, kResultsShown));
  MARU_ASSIGN(const MonitorInfo info, monitors.get(request.param("name")));
  MARU_ASSIGN(const auto results, monitors.results(info.spec.name, limit));
  JsonArray list;
  for (const auto& result : results) list.emplace_back(monitoring::json_of(result));
  JsonObject out = json_of(info);
  out["results"] = std::move(list);
  return Response::json(out);
}

Result<Response> create_monitor(Monitors& monitors, const Request& request) {
  MARU_ASSIGN(JsonObject body, request.json_object());
  MARU_ASSIGN(const std::string name, JsonReader(Json(body)).text("name"));
  body.erase("name");
  const Json spec_json = std::move(body);
  MARU_ASSIGN(const MonitorSpec spec, MonitorSpec::from_json(name, spec_json));
  MARU_TRY(monitors.define(spec));
  MARU_ASSIGN(const MonitorInfo info, monitors.get(name));
  return Response::json(json_of(info), 201);
}

Result<Response> get_result(const Monitors& monitors, const Request& request) {
  std::int64_t id = 0;
  const auto text = request.param("id");
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (code != std::errc{} || end != text.data() + text.size())
    return invalid("id: expected a number, got \"{}\"", text);
  MARU_ASSIGN(const MonitorResult result, monitors.result(request.param("name"), id));
  JsonObject out = monitoring::json_of(result);
  JsonArray columns;
  for (const auto& [column, found] : result.drift_columns) {
    JsonObject described{{"name", column}};
    for (const auto& [key, value] : found.as_object()) described[key] = value;
    columns.emplace_back(std::move(described));
  }
  out["columns"] = std::move(columns);
  return Response::json(out);
}

Result<Response> evaluate(Monitors& monitors, const Request& request) {
  MARU_ASSIGN(const Json body, request.json());
  const JsonReader reader(body);
  MARU_TRY(reader.only({"from", "to"}));
  MARU_ASSIGN(const auto from, reader.field("from"));
  MARU_ASSIGN(const auto to, reader.field("to"));
  MARU_ASSIGN(const TimeMs from_ms, time_in(from));
  MARU_ASSIGN(const TimeMs to_ms, time_in(to));
  MARU_ASSIGN(const MonitorResult result, monitors.evaluate(request.param("name"), from_ms, to_ms));
  return Response::json(monitoring::json_of(result));
}

Result<monitoring::Truth> truth_in(const JsonReader& json) {
  MARU_TRY(json.only({"request_id", "value", "at"}));
  monitoring::Truth out;
  MARU_ASSIGN(out.request_id, json.text("request_id"));
  MARU_ASSIGN(out.value, json.number("value"));
  if (const auto at = json.find("at")) {
    MARU_ASSIGN(out.at_ms, time_in(*at));
  }
  return out;
}

Result<Response> report_truth(PredictionLog& predictions, const Request& request) {
  MARU_ASSIGN(const Json body, request.json());
  const JsonReader reader(body);
  MARU_TRY(reader.only({"truths"}));
  MARU_ASSIGN(const auto list, reader.field("truths"));
  MARU_ASSIGN(const auto items, list.items());
  std::vector<monitoring::Truth> truths;
  truths.reserve(items.size());
  for (const auto& item : items) {
    MARU_ASSIGN(auto truth, truth_in(item));
    truths.push_back(std::move(truth));
  }
  MARU_ASSIGN(const std::size_t accepted, predictions.report_truth(request.param("name"), truths));
  return Response::json(JsonObject{{"accepted", accepted}});
}

Result<Response> newest_predictions(PredictionLog& predictions, const Request& request) {
  MARU_ASSIGN(const std::size_t limit, limit_in(request, kPredictionsShown));
  MARU_TRY(predictions.flush());
  MARU_ASSIGN(const auto newest, predictions.newest(request.param("name"), limit));
  JsonArray out;
  for (const auto& stored : newest) out.emplace_back(json_of(stored));
  return Response::json(JsonObject{{"predictions", std::move(out)}});
}

Result<Response> get_prediction(PredictionLog& predictions, const ModelOrigin& origin,
                                const Request& request) {
  MARU_TRY(predictions.flush());  // what was answered a moment ago can be asked for
  MARU_ASSIGN(const StoredPrediction stored, predictions.find(request.param("request_id")));
  JsonObject out = json_of(stored);
  if (origin) {
    // A model version that was removed meanwhile takes nothing from the prediction.
    if (const auto known = origin(stored.record.schema->model(), stored.record.schema->version());
        known.has_value()) {
      for (const auto& [key, value] : *known) out[key] = value;
    }
  }
  return Response::json(out);
}

}  // namespace

void add_monitoring_routes(net::Router& router, Monitors& monitors, PredictionLog& predictions,
                           ModelOrigin origin) {
  router.add(get, "/api/v1/monitors", [&](Request&) { return list_monitors(monitors); });
  router.add(post, "/api/v1/monitors", [&](Request& request) { return create_monitor(monitors, request); });
  router.add(get, "/api/v1/monitors/{name}",
             [&](Request& request) { return get_monitor(monitors, request); });
  router.add(del, "/api/v1/monitors/{name}", [&](Request& request) -> Result<Response> {
    MARU_TRY(monitors.remove(request.param("name")));
    return Response::no_content();
  });
  router.add(get, "/api/v1/monitors/{name}/results/{id}",
             [&](Request& request) { return get_result(monitors, request); });
  router.add(post, "/api/v1/monitors/{name}/evaluate",
             [&](Request& request) { return evaluate(monitors, request); });
  router.add(post, "/api/v1/endpoints/{name}/truth",
             [&](Request& request) { return report_truth(predictions, request); });
  router.add(get, "/api/v1/endpoints/{name}/predictions",
             [&](Request& request) { return newest_predictions(predictions, request); });
  router.add(get, "/api/v1/predictions/{request_id}",
             [&predictions, origin = std::move(origin)](Request& request) {
               return get_prediction(predictions, origin, request);
             });
}

}  // namespace maru::api
