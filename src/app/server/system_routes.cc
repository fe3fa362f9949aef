#include "app/server/system_routes.h"

#include "app/server/overview.h"
#include "app/server/process_info.h"
#include "app/server/rooms.h"
#include "app/version.h"
#include "app/why/why.h"

namespace maru::app {
namespace {

constexpr std::size_t kPendingRuns = 100;

// What has not settled yet: runs that wait or run, and whether the rules still have events before them.
Result<JsonObject> pending_json(Rooms& rooms) {
  MARU_ASSIGN(const std::int64_t newest, rooms.events->newest_id());
  const bool handled = rooms.rules->wait_handled(newest, 0).has_value();
  MARU_ASSIGN(const auto runs, rooms.pipelines->runs("", kPendingRuns));
  JsonArray ids;
  for (const auto& run : runs) {
    if (!automation::is_final(run.state)) ids.emplace_back(run.id);
  }
  return JsonObject{{"events", handled ? 0 : 1}, {"runs", std::move(ids)}};
}

Result<net::Response> status(Rooms& rooms, Projects& projects, const ServerFacts& facts) {
  MARU_ASSIGN(const JsonObject counts, room_counts(rooms));
  MARU_ASSIGN(const JsonObject pending, pending_json(rooms));
  MARU_ASSIGN(const auto applied, projects.store().list());
  JsonArray names;
  for (const auto& project : applied) names.emplace_back(project.name);
  return net::Response::json(
      JsonObject{{"version", kVersion},
                 {"uptime_ms", (system_clock().steady_ns() - facts.started_steady_ns) / 1'000'000},
                 {"now_ms", rooms.clock->now_ms()},
                 {"clock", rooms.adjustable_clock == nullptr ? "system" : "adjustable"},
                 {"data_dir", rooms.data.string()},
                 {"http", facts.http},
                 {"grpc", facts.grpc},
                 {"projects", std::move(names)},
                 {"counts", counts},
                 {"pending", pending},
                 {"rss_bytes", resident_bytes()}});
}

Result<net::Response> move_clock(Rooms& rooms, net::Request& request) {
  if (rooms.adjustable_clock == nullptr) {
    return make_error(
        Code::failed_precondition,
        "this server runs on the machine's clock; start it with --set server.clock_start=TIME to move it");
  }
  MARU_ASSIGN(const Json body, request.json());
  const JsonReader reader(body);
  MARU_TRY(reader.only({"advance", "now", "at_least"}));
  if (const auto advance = reader.find("advance")) {
    MARU_ASSIGN(const std::string text, advance->text());
    MARU_ASSIGN(const DurationMs by_ms, parse_duration(text).at("advance"));
    rooms.adjustable_clock->advance(by_ms);
  } else if (const auto at_least = reader.find("at_least")) {
    MARU_ASSIGN(const std::string text, at_least->text());
    MARU_ASSIGN(const TimeMs least_ms, parse_time(text).at("at_least"));
    if (least_ms > rooms.clock->now_ms()) MARU_TRY(rooms.adjustable_clock->move_to(least_ms));
  } else {
    MARU_ASSIGN(const std::string text, reader.text("now"));
    MARU_ASSIGN(const TimeMs now_ms, parse_time(text).at("now"));
    MARU_TRY(rooms.adjustable_clock->move_to(now_ms));
  }
  return net::Response::json(JsonObject{{"now_ms", rooms.clock->now_ms()}});
}

}  // namespace

void add_system_routes(net::Router& router, Rooms& rooms, Projects& projects, const Config& config,
                       const ServerFacts& facts) {
  using net::Method;
  router.add(Method::get, "/api/v1/status",
             [&rooms, &projects, &facts](net::Request&) { return status(rooms, projects, facts); });
  router.add(Method::get, "/api/v1/overview", [&rooms](net::Request&) -> Result<net::Response> {
    MARU_ASSIGN(const JsonObject overview, overview_json(rooms));
    return net::Response::json(overview);
  });
  router.add(Method::get, "/api/v1/config",
             [settings = config.explain()](net::Request&) -> Result<net::Response> {
               return net::Response::json(JsonObject{{"settings", settings}});
             });
  // Inline: a replay moves the clock before every request.
  router.add(Method::post, "/api/v1/clock",
             [&rooms](net::Request& request) { return move_clock(rooms, request); },
             {.run = net::Run::inline_on_io});
  router.add(Method::get, "/api/v1/why", [&rooms](net::Request& request) -> Result<net::Response> {
    const auto thing = request.query("thing");
    if (!thing || thing->empty())
      return invalid("thing: is required: MODEL@ALIAS, MODEL/VERSION, a run's id, an endpoint or #EVENT");
    MARU_ASSIGN(const auto lines, explain(*rooms.events, *thing));
    return net::Response::json(why_json(*thing, lines));
  });
}

}  // namespace maru::app
