#include "app/demo/demo.h"

#include <thread>

#include "app/cli/terminal.h"
#include "app/demo/bikes_data.h"
#include "app/demo/child_server.h"
#include "app/demo/replay.h"
#include "app/demo/waiting.h"
#include "base/file.h"
#include "base/time.h"

namespace maru::app {
namespace {

constexpr std::string_view kStart = "2011-05-01T00:00:00Z";  // what came before is known when the demo begins
constexpr std::uint16_t kUsualPort = 8250;

class Demo {
 public:
  Demo(const DemoOptions& options, const ServerClient& client)
      : options_(options), client_(client), replay_(client.base_url(), {}) {}

  Result<Story> run() {
    MARU_ASSIGN(const TimeMs start_ms, parse_time(kStart));
    MARU_ASSIGN(const BikesData data, read_bikes(options_.project / "data" / "hour.csv.gz", start_ms));
    MARU_TRY(plan_and_apply("plan"));
    MARU_TRY(plan_and_apply("apply"));
    MARU_TRY(register_data(data));
    MARU_TRY(materialize());
    MARU_TRY(train_first());
    say(Story::header());
    MARU_TRY(replay_months(data));
    MARU_ASSIGN(story_.champion_versions, champions());
    story_.swaps = static_cast<int>(story_.champion_versions.size()) - 1;
    story_.p50_ms = replay_.quantile_ms(0.5);
    story_.p99_ms = replay_.quantile_ms(0.99);
    return std::move(story_);
  }

 private:
  void say(std::string_view line) const {
    if (options_.quiet) return;
    fmt::print("{}\n", line);
    std::fflush(stdout);
  }
  void step(std::string_view title, std::string_view text) const {
    say(fmt::format("▸ {} {}", padded(title, 9, Align::left), text));
  }

  Result<void> plan_and_apply(const std::string& verb) {
    const auto file = options_.project / "maru.yaml";
    MARU_ASSIGN(const std::string text, read_file(file));
    const JsonObject body{{"file", file.string()},
                          {"text", text},
                          {"root", std::filesystem::absolute(options_.project).string()}};
    MARU_ASSIGN(const Json plan, client_.post("/api/v1/projects/" + verb, body));
    if (verb != "plan") return {};
    std::map<std::string, int> counts;
    MARU_ASSIGN(const auto changes, JsonReader(plan).field("changes"));
    MARU_ASSIGN(const auto items, changes.items());
    for (const auto& change : items) ++counts[change.text("kind").value_or("")];
    step("plan",
         fmt::format(
             "{} sources, {} feature views, {} pipeline, {} endpoints, {} monitors, {} rules to create",
             counts["source"], counts["feature_view"], counts["pipeline"], counts["endpoint"],
             counts["monitor"], counts["rule"]));
    return {};
  }

  Result<void> register_data(const BikesData& data) {
    for (const auto& [name, csv] : {std::pair{"rides", &data.rides_csv}, {"weather", &data.weather_csv}}) {
      MARU_ASSIGN(const Json version,
                  client_.send(net::Method::post, fmt::format("/api/v1/datasets/{}/versions", name), *csv,
                               "text/csv"));
      const JsonReader reader(version);
      MARU_ASSIGN(const auto rows, reader.integer("rows"));
      step("data", fmt::format("{} v{}: {} hours, {} columns, {}", name,
                               reader.integer_or("version", 0).value_or(0), format_count(rows),
                               items_in(reader, "schema").size(), checked(items_in(reader, "checks"))));
    }
    return {};
  }

  static std::vector<JsonReader> items_in(const JsonReader& reader, std::string_view name) {
    const auto found = reader.find(name);
    return found ? found->items().value_or(std::vector<JsonReader>{}) : std::vector<JsonReader>{};
  }

  // "4 expectations pass", or which do not.
  static std::string checked(const std::vector<JsonReader>& checks) {
    std::string failing;
    for (const auto& check : checks) {
      if (!check.boolean_or("passed", false).value_or(false))
        failing += fmt::format("{}{}", failing.empty() ? "" : ", ", check.text_or("expect", "").value_or(""));
    }
    return failing.empty() ? fmt::format("{} expectations pass", checks.size())
                           : fmt::format("{} expectations, not met: {}", checks.size(), failing);
  }

  Result<void> materialize() {
    MARU_ASSIGN(const Json report, client_.post("/api/v1/features/materialize", JsonObject{}));
    step("features",
         fmt::format("{} rows online", format_count(JsonReader(report).integer_or("rows", 0).value_or(0))));
    return {};
  }

  Result<void> train_first() {
    MARU_ASSIGN(const Json started,
                client_.post("/api/v1/pipelines/train/runs", JsonObject{{"params", JsonObject{}}}));
    MARU_ASSIGN(const auto id, JsonReader(started).field("id"));
    ProgressLine line("train");
    MARU_ASSIGN(const Json run, wait_for_run(client_, to_json(id.value()),
                                             [&](const JsonReader& now) { show_progress(line, now); }));
    if (!options_.quiet) line.finish(trained(JsonReader(run)));
    MARU_TRY(wait_until_settled(client_, [](const JsonReader&) {}));
    MARU_ASSIGN(const std::int64_t version, champion_version());
    // The first champion stays as it is beside the one that is kept in training: what the demo compares with.
    MARU_TRY(client_.post(
        "/api/2.0/mlflow/registered-models/alias",
        JsonObject{{"name", "demand"}, {"alias", "frozen"}, {"version", std::to_string(version)}}));
    MARU_TRY(wait_until_ready("demand", version));
    MARU_TRY(wait_until_ready("demand_frozen", version));
    step("champion", fmt::format("demand v{} (rule `champion`)", version));
    return {};
  }

  Result<void> wait_until_ready(const std::string& endpoint, std::int64_t version) {
    for (int attempt = 0; attempt < 500; ++attempt) {
      MARU_ASSIGN(const Json found, client_.get("/api/v1/endpoints/" + endpoint));
      const JsonReader reader(found);
      if (reader.text_or("state", "").value_or("") == "ready" &&
          reader.integer_or("version", 0).value_or(0) == version)
        return {};
      system_clock().sleep_ms(20);
    }
    return make_error(Code::deadline_exceeded, "endpoint {} does not serve version {}", endpoint, version);
  }

  static void show_progress(ProgressLine& line, const JsonReader& run) {
    double done = 0;
    std::string text;
    const auto steps = run.find("steps");
    const auto items = steps ? steps->items().value_or(std::vector<JsonReader>{}) : std::vector<JsonReader>{};
    for (const auto& step : items) {
      const std::string state = step.text_or("state", "").value_or("");
      if (state == "succeeded") done += 1;
      if (state != "running") continue;
      done += step.number_or("progress", 0).value_or(0);
      const std::string said = step.text_or("progress_text", "").value_or("");
      text += fmt::format("{}{} {}", text.empty() ? "" : " · ", step.text_or("name", "").value_or(""), said);
    }
    line.update(items.empty() ? 0 : done / static_cast<double>(items.size()), text);
  }

  // "6 of 6 candidates  best rmse 38.1  (xgboost depth 6) · sklearn 42.0"
  static std::string trained(const JsonReader& run) {
    std::string text;
    const auto steps = run.find("steps");
    if (!steps) return text;
    for (const auto& step : steps->items().value_or(std::vector<JsonReader>{})) {
      const auto output = step.find("output");
      if (!output) continue;
      const auto metrics = output->find("metrics");
      const auto rmse = metrics ? metrics->find("rmse") : std::nullopt;
      if (!rmse) continue;
      if (const auto candidates = output->find("candidates"); candidates && candidates->value().is_number()) {
        text += fmt::format("{} candidates  best rmse {:.1f} (xgboost)", to_json(candidates->value()),
                            rmse->number().value_or(NAN));
      } else {
        text += fmt::format("{}{} {:.1f}", text.empty() ? "" : "  ·  ", step.text_or("name", "").value_or(""),
                            rmse->number().value_or(NAN));
      }
    }
    return text;
  }

  Result<std::int64_t> champion_version() {
    MARU_ASSIGN(const Json found,
                client_.get("/api/2.0/mlflow/registered-models/alias?name=demand&alias=champion"));
    MARU_ASSIGN(const auto version, JsonReader(found).field("model_version"));
    return version.integer("version");
  }

  Result<void> replay_months(const BikesData& data) {
    std::size_t begin = 0;
    while (begin < data.later.size()) {
      const CivilTime first = civil_time(data.later[begin].hour_ms);
      const TimeMs end_ms =
          first.month == 12 ? from_civil(first.year + 1, 1, 1) : from_civil(first.year, first.month + 1, 1);
      std::size_t end = begin;
      while (end < data.later.size() && data.later[end].hour_ms < end_ms) ++end;
      MARU_TRY(replay_month(std::span(data.later).subspan(begin, end - begin), end_ms));
      begin = end;
    }
    return {};
  }

  Result<void> replay_month(std::span<const BikesHour> hours, TimeMs end_ms) {
    MonthRow row{.month = format_month(hours.front().hour_ms)};
    ProgressLine line(row.month);
    MARU_ASSIGN(const std::int64_t newest_before, newest_event());
    MARU_ASSIGN(const MonthTraffic traffic, replay_.play(hours, end_ms, [&](double fraction) {
      if (!options_.quiet) line.update(fraction, "");
    }));
    count(traffic);
    row.rmse_frozen = traffic.frozen.rmse();
    row.rmse_champion = traffic.champion.rmse();
    MARU_TRY(settle(line, end_ms));
    MARU_TRY(tell_events(newest_before, row));
    story_.months.push_back(row);
    if (is_terminal(1) && !options_.quiet) fmt::print("\r\x1b[2K");
    say(story_.line(row));
    return {};
  }

  void count(const MonthTraffic& traffic) {
    story_.frozen.add(traffic.frozen);
    story_.champion.add(traffic.champion);
    story_.requests += traffic.requests;
    story_.failures += traffic.failures;
    if (!traffic.first_failure.empty())
      say(styled("  a request failed: " + traffic.first_failure, Style::bad));
  }

  // The month's windows close, rules decide, a pipeline may run and the endpoint may swap; all the while
  // requests go on.
  Result<void> settle(ProgressLine& line, TimeMs end_ms) {
    std::atomic<bool> stop{false};
    std::pair<std::uint64_t, std::uint64_t> asked;
    std::thread asking([&] { asked = replay_.keep_asking(stop); });
    auto settled = wait_for_windows(client_, "demand", end_ms);
    if (settled) {
      settled = wait_until_settled(client_, [&](const JsonReader& run) {
        if (!options_.quiet) show_progress(line, run);
      });
    }
    if (settled) {
      const auto version = champion_version();
      settled = version ? wait_until_ready("demand", *version) : Result<void>(version.error());
    }
    stop = true;
    asking.join();
    story_.requests += asked.first;
    story_.failures += asked.second;
    return settled;
  }

  Result<std::int64_t> newest_event() {
    MARU_ASSIGN(const Json found, client_.get("/api/v1/events?limit=1&order=desc"));
    MARU_ASSIGN(const auto list, JsonReader(found).field("events"));
    MARU_ASSIGN(const auto items, list.items());
    if (items.empty()) return 0;
    return items.front().integer("id");
  }

  // What the month's events say: which columns drifted, and what the rules did about it.
  Result<void> tell_events(std::int64_t after, MonthRow& row) {
    MARU_ASSIGN(const Json found,
                client_.get(fmt::format("/api/v1/"
                                        "events?type=monitor.evaluated,pipeline.finished,pipeline.failed,"
                                        "version.aliased&after={}&limit=1000&order=asc",
                                        after)));
    MARU_ASSIGN(const auto list, JsonReader(found).field("events"));
    MARU_ASSIGN(const auto items, list.items());
    bool retrained = false;
    std::string outcome;
    for (const auto& event : items) {
      MARU_ASSIGN(const std::string type, event.text("type"));
      const auto payload = event.find("payload");
      if (!payload) continue;
      if (type == "monitor.evaluated") {
        const auto drift = payload->find("drift");
        const auto drifted = drift ? drift->find("drifted") : std::nullopt;
        if (drifted && row.drifted.empty())
          row.drifted = drifted->texts().value_or(std::vector<std::string>{});
      } else if (type == "pipeline.finished") {
        retrained = true;
      } else if (type == "pipeline.failed") {
        row.actions.push_back(
            fmt::format("training failed: {}", payload->text_or("reason", "").value_or("")));
      } else if (type == "version.aliased" && payload->text_or("alias", "").value_or("") == "champion") {
        outcome = fmt::format("v{} champion", payload->integer_or("version", 0).value_or(0));
      }
    }
    if (retrained) row.actions.push_back("retrained → " + (outcome.empty() ? "champion kept" : outcome));
    return {};
  }

  Result<std::vector<std::int64_t>> champions() {
    MARU_ASSIGN(const Json found, client_.get("/api/v1/events?type=version.aliased&limit=1000&order=asc"));
    MARU_ASSIGN(const auto list, JsonReader(found).field("events"));
    MARU_ASSIGN(const auto items, list.items());
    std::vector<std::int64_t> versions;
    for (const auto& event : items) {
      const auto payload = event.find("payload");
      if (payload && payload->text_or("alias", "").value_or("") == "champion")
        versions.push_back(payload->integer_or("version", 0).value_or(0));
    }
    return versions;
  }

  const DemoOptions& options_;
  const ServerClient& client_;
  Replay replay_;
  Story story_;
};

}  // namespace

Result<DemoOutcome> run_demo(const DemoOptions& options, std::optional<ChildServer>& server) {
  const std::string port = port_taken(kUsualPort) ? "0" : std::to_string(kUsualPort);
  std::vector<std::string> arguments{"--listen", "127.0.0.1:" + port,
                                     "--grpc",   "127.0.0.1:0",
                                     "--set",    fmt::format("server.clock_start={}", kStart),
                                     "--set",    "server.tick=50ms",
                                     "--set",    "events.retention=36500d"};
  if (!options.python.empty())
    arguments.insert(arguments.end(), {"--set", "automation.python=" + options.python});
  MARU_ASSIGN(server, ChildServer::start(options.data, arguments));
  const ServerClient client(server->http());
  MARU_ASSIGN(Story story, Demo(options, client).run());
  return DemoOutcome{std::move(story), server->http()};
}

}  // namespace maru::app
