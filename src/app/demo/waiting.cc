#include "app/demo/waiting.h"

#include "base/time.h"

namespace maru::app {
namespace {

constexpr DurationMs kPollMs = 20;
constexpr DurationMs kLimitMs = 5 * kMinuteMs;

bool is_final(std::string_view state) { return state != "queued" && state != "running"; }

// Calls `done` until it says true; deadline_exceeded after five minutes.
Result<void> poll(std::string_view what, const std::function<Result<bool>()>& done) {
  const std::int64_t deadline_ns = system_clock().steady_ns() + kLimitMs * 1'000'000;
  for (;;) {
    MARU_ASSIGN(const bool ready, done());
    if (ready) return {};
    if (system_clock().steady_ns() > deadline_ns)
      return make_error(Code::deadline_exceeded, "{} took more than {}", what, format_duration(kLimitMs));
    system_clock().sleep_ms(kPollMs);
  }
}

Result<bool> window_closed(const ServerClient& client, const std::string& monitor,
                           std::int64_t window_end_ms) {
  MARU_ASSIGN(const Json found, client.get(fmt::format("/api/v1/monitors/{}?limit=1", monitor)));
  const auto results = JsonReader(found).find("results");
  if (!results) return false;
  MARU_ASSIGN(const auto items, results->items());
  if (items.empty()) return false;
  MARU_ASSIGN(const auto end_ms, items.front().integer("window_end_ms"));
  return end_ms >= window_end_ms;
}

}  // namespace

Result<Json> wait_for_run(const ServerClient& client, const std::string& run_id,
                          const RunProgress& progress) {
  Json run;
  MARU_TRY(poll("a pipeline run", [&]() -> Result<bool> {
    MARU_ASSIGN(run, client.get("/api/v1/pipeline-runs/" + run_id));
    const JsonReader reader(run);
    progress(reader);
    MARU_ASSIGN(const std::string state, reader.text("state"));
    return is_final(state);
  }));
  const JsonReader reader(run);
  MARU_ASSIGN(const std::string state, reader.text("state"));
  if (state != "succeeded")
    return make_error(Code::failed_precondition, "pipeline run {} {}: {}", run_id, state,
                      reader.text_or("reason", "").value_or(""));
  return run;
}

Result<void> wait_for_windows(const ServerClient& client, const std::string& endpoint,
                              std::int64_t window_end_ms) {
  MARU_ASSIGN(const Json found, client.get("/api/v1/monitors"));
  MARU_ASSIGN(const auto list, JsonReader(found).field("monitors"));
  MARU_ASSIGN(const auto monitors, list.items());
  for (const auto& monitor : monitors) {
    MARU_ASSIGN(const std::string name, monitor.text("name"));
    MARU_ASSIGN(const std::string watched, monitor.text("endpoint"));
    if (watched != endpoint) continue;
    MARU_TRY(poll(fmt::format("closing a window of monitor {}", name),
                  [&] { return window_closed(client, name, window_end_ms); }));
  }
  return {};
}

Result<void> wait_until_settled(const ServerClient& client, const RunProgress& progress) {
  return poll("settling", [&]() -> Result<bool> {
    MARU_ASSIGN(const Json status, client.get("/api/v1/status"));
    MARU_ASSIGN(const auto pending, JsonReader(status).field("pending"));
    MARU_ASSIGN(const auto runs, pending.field("runs"));
    MARU_ASSIGN(const auto ids, runs.items());
    for (const auto& id : ids) {
      MARU_ASSIGN(const Json run, client.get(fmt::format("/api/v1/pipeline-runs/{}", to_json(id.value()))));
      progress(JsonReader(run));
    }
    MARU_ASSIGN(const auto events, pending.integer("events"));
    return ids.empty() && events == 0;
  });
}

}  // namespace maru::app
