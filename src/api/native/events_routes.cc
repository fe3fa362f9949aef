#include "api/native/events_routes.h"

#include "api/native/event_feed.h"
#include "api/native/query.h"

namespace maru::api {
namespace {

using events::Event;
using events::Filter;
using net::Request;
using net::Response;

constexpr std::int64_t kEventsShown = 100;
constexpr std::int64_t kListLimit = 1'000;
constexpr std::int64_t kAnyId = std::numeric_limits<std::int64_t>::max();

std::vector<std::string> types_in(const Request& request) {
  std::vector<std::string> types;
  for (const auto& value : request.all_query("type")) {
    for (std::size_t start = 0; start <= value.size();) {
      const std::size_t end = std::min(value.find(',', start), value.size());
      if (end > start) types.push_back(value.substr(start, end - start));
      start = end + 1;
    }
  }
  return types;
}

Result<Filter> filter_in(const Request& request) {
  Filter filter;
  filter.types = types_in(request);
  filter.subject = request.query("subject").value_or("");
  filter.project = request.query("project").value_or("");
  MARU_ASSIGN(filter.after_id, number_in(request, "after", 0, kAnyId));
  MARU_ASSIGN(filter.before_id, number_in(request, "before", 0, kAnyId));
  if (const auto since = request.query("since")) {
    MARU_ASSIGN(const TimeMs since_ms, parse_time(*since).at("since"));
    filter.since_ms = since_ms;
  }
  return filter;
}

JsonArray events_json(const std::vector<Event>& events) {
  JsonArray out;
  for (const auto& event : events) out.push_back(events::to_json_object(event));
  return out;
}

Result<Response> list(const events::Log& log, const Request& request) {
  MARU_ASSIGN(Filter filter, filter_in(request));
  MARU_ASSIGN(const auto limit, number_in(request, "limit", 1, kListLimit));
  filter.limit = static_cast<std::size_t>(limit.value_or(kEventsShown));
  const std::string order = request.query("order").value_or("desc");
  if (order != "asc" && order != "desc") return invalid("order: expected asc or desc, got \"{}\"", order);
  filter.newest_first = order == "desc";
  MARU_ASSIGN(const auto events, log.list(filter));
  return Response::json(JsonObject{{"events", events_json(events)}});
}

Result<Response> get(const events::Log& log, const Request& request) {
  MARU_ASSIGN(const std::int64_t id, id_in(request));
  MARU_ASSIGN(const Event event, log.get(id));
  return Response::json(events::to_json_object(event));
}

Result<Response> causes(const events::Log& log, const Request& request) {
  MARU_ASSIGN(const std::int64_t id, id_in(request));
  MARU_ASSIGN(const Event event, log.get(id));
  MARU_ASSIGN(const auto causes, log.causes(id));
  return Response::json(
      JsonObject{{"event", events::to_json_object(event)}, {"causes", events_json(causes)}});
}

Result<Response> stream(EventFeed& feed, const Request& request) {
  MARU_ASSIGN(Filter filter, filter_in(request));
  if (const auto last = request.header("last-event-id"); !last.empty()) {
    std::int64_t id = 0;
    const auto [end, code] = std::from_chars(last.data(), last.data() + last.size(), id);
    if (code == std::errc{} && end == last.data() + last.size()) filter.after_id = id;
  }
  MARU_ASSIGN(auto channel, feed.open(std::move(filter)));
  return Response::sse(std::move(channel));
}

}  // namespace

void add_events_routes(net::Router& router, events::Log& log) {
  const auto feed = std::make_shared<EventFeed>(log);
  router.add(net::Method::get, "/api/v1/events", [&](Request& request) { return list(log, request); });
  router.add(net::Method::get, "/api/v1/events/stream",
             [feed](Request& request) { return stream(*feed, request); });
  router.add(net::Method::get, "/api/v1/events/{id}", [&](Request& request) { return get(log, request); });
  router.add(net::Method::get, "/api/v1/events/{id}/causes",
             [&](Request& request) { return causes(log, request); });
}

}  // namespace maru::api
