#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/native/event_feed.h"
#include "api/native/events_routes.h"
#include "api/native/pipelines_routes.h"
#include "api/native/rules_routes.h"
#include "automation/actions.h"
#include "automation/command_step.h"
#include "automation/executors/local/local_executor.h"
#include "store/test_database.h"

namespace maru::api {
namespace {

using testing::HasSubstr;
constexpr DurationMs kLongMs = 60'000;

class AutomationRoutes : public testing::Test {
 protected:
  AutomationRoutes() {
    auto command = automation::make_command_step(std::make_shared<automation::LocalExecutor>(),
                                                 [] { return automation::CommandStepOptions{}; });
    pipelines = *automation::Pipelines::open(database.get(), log, clock, {command},
                                             {.folder = database.folder() / "runs", .log = {}});
    rules = *automation::Rules::open(database.get(), log, clock, {automation::make_run_action(*pipelines)});
    define_pipeline(
        R"({"steps": {"say": {"command": "echo hello; echo bye"}, "wait": {"command": "sleep 1000", "after": ["say"]}}})");
    const Json rule = *parse_json(R"({"on": "thing.seen", "when": "x > 3", "do": {"run": "p"}})");
    EXPECT_TRUE(rules->define(*automation::read_rule("r", "bikes", JsonReader(rule), rules->action_names())));
    add_pipelines_routes(router, *pipelines);
    add_rules_routes(router, *rules, log);
    add_events_routes(router, log);
    EXPECT_TRUE(router.problem());
  }
  ~AutomationRoutes() override {
    router = net::Router();
    rules.reset();
    pipelines.reset();
  }
  void define_pipeline(std::string_view text) {
    const Json definition = *parse_json(text);
    EXPECT_TRUE(pipelines->define(*automation::read_pipeline("p", "bikes", database.folder(),
                                                             JsonReader(definition), pipelines->kinds())));
  }

  net::Response respond(net::Method method, std::string_view target, std::string body = {},
                        std::string last_event_id = {}) {
    net::Request request;
    request.method = method;
    EXPECT_TRUE(request.set_target(target).has_value());
    request.body = std::move(body);
    if (!last_event_id.empty()) request.headers.add("last-event-id", last_event_id);
    const auto match = router.match(request);
    EXPECT_NE(match.route, nullptr) << target;
    auto response = match.route->handler(request);
    return response ? std::move(*response) : router.encode_error(response.error(), request);
  }
  std::pair<int, Json> call(net::Method method, std::string_view target, std::string body = {}) {
    const auto response = respond(method, target, std::move(body));
    return {response.status, *parse_json(response.body)};
  }
  std::pair<int, Json> get(std::string_view target) { return call(net::Method::get, target); }

  store::TestDatabase database;
  SystemClock clock;
  events::Log log{database.get(), clock};
  std::unique_ptr<automation::Pipelines> pipelines;
  std::unique_ptr<automation::Rules> rules;
  net::Router router;
};

TEST_F(AutomationRoutes, APipelineRunFromStartToCancel) {
  EXPECT_EQ(to_json(get("/api/v1/pipelines").second),
            R"({"pipelines":[{"name":"p","project":"bikes","steps":2,"last_run":null}]})");
  const auto [status, run] =
      call(net::Method::post, "/api/v1/pipelines/p/runs", R"({"params": {"month": "2011-05"}})");
  EXPECT_EQ(status, 201);
  EXPECT_EQ(run.at("params").at("month"), "2011-05");
  const std::string id = std::to_string(run.at("id").as_int64());
  for (bool done = false; !done; clock.sleep_ms(2))
    done = get("/api/v1/pipeline-runs/" + id).second.at("steps").at(0).at("state") == "succeeded";
  const auto log_piece = respond(net::Method::get, "/api/v1/pipeline-runs/" + id + "/steps/say/log?offset=6");
  EXPECT_EQ(log_piece.body, "bye\n");
  EXPECT_EQ(log_piece.headers.get("x-next-offset"), "10");
  EXPECT_EQ(log_piece.headers.get("x-log-complete"), "true");
  EXPECT_EQ(respond(net::Method::get, "/api/v1/pipeline-runs/" + id + "/steps/say/log?tail=4").body, "bye\n");
  EXPECT_EQ(respond(net::Method::get, "/api/v1/pipeline-runs/" + id + "/steps/wait/log")
                .headers.get("x-log-complete"),
            "false");
  EXPECT_EQ(call(net::Method::post, "/api/v1/pipeline-runs/" + id + "/cancel").first, 200);
  EXPECT_EQ(pipelines->wait(run.at("id").as_int64(), kLongMs)->state, automation::RunState::cancelled);
  EXPECT_EQ(get("/api/v1/pipelines/p").second.at("runs").at(0).at("state"), "cancelled");
  EXPECT_EQ(get("/api/v1/pipelines/p").second.at("steps").as_array().size(), 2u);
  EXPECT_EQ(get("/api/v1/pipeline-runs?limit=1").second.at("runs").as_array().size(), 1u);
  EXPECT_EQ(get("/api/v1/pipelines/p/runs").second.at("runs").at(0).at("reason"), "cancelled by user/api");
}

TEST_F(AutomationRoutes, WrongRequestsSayWhatIsWrong) {
  const auto message = [&](std::pair<int, Json> answer) {
    return std::string(answer.second.at("error").at("message").as_string());
  };
  EXPECT_EQ(get("/api/v1/pipelines/q").first, 404);
  EXPECT_EQ(call(net::Method::post, "/api/v1/pipelines/q/runs").first, 404);
  EXPECT_THAT(message(call(net::Method::post, "/api/v1/pipelines/p/runs", R"({"parms": {}})")),
              HasSubstr("did you mean \"params\""));
  EXPECT_THAT(message(call(net::Method::post, "/api/v1/pipelines/p/runs", "{")), HasSubstr("body"));
  EXPECT_EQ(message(get("/api/v1/pipeline-runs/x")), "id: expected a number, got \"x\"");
  EXPECT_EQ(get("/api/v1/pipeline-runs/99").first, 404);
  EXPECT_EQ(get("/api/v1/pipeline-runs/99/steps/say/log").first, 404);
  EXPECT_EQ(message(get("/api/v1/events?limit=0")), "limit: expected a number from 1 to 1000, got \"0\"");
  EXPECT_EQ(message(get("/api/v1/events?order=up")), "order: expected asc or desc, got \"up\"");
  EXPECT_EQ(get("/api/v1/events/99").first, 404);
  EXPECT_EQ(get("/api/v1/rules/q").first, 404);
  EXPECT_EQ(call(net::Method::post, "/api/v1/rules/r/test", "{}").first, 400);
}

TEST_F(AutomationRoutes, RulesAndWhatTheyWouldDo) {
  const auto listed = get("/api/v1/rules").second.at("rules").at(0);
  EXPECT_EQ(listed.at("kind"), "action");
  EXPECT_EQ(listed.at("when"), "x > 3");
  const auto [status, decision] = call(net::Method::post, "/api/v1/rules/r/test",
                                       R"({"event": {"type": "thing.seen", "payload": {"x": 5}}})");
  EXPECT_EQ(status, 200);
  EXPECT_EQ(decision.at("verdict"), "acted");
  EXPECT_EQ(decision.at("sentence"), "x 5 > 3");
  EXPECT_TRUE(pipelines->runs("p", 10)->empty());
  const auto event = *log.append({.type = "thing.seen",
                                  .subject = "thing/x",
                                  .project = {},
                                  .actor = {},
                                  .payload = {{"x", 2}},
                                  .cause = {}});
  ASSERT_TRUE(rules->handle_events());
  EXPECT_EQ(get("/api/v1/rules/r").second.at("evaluations").at(0).at("sentence"), "x 2 ≤ 3");
  EXPECT_EQ(call(net::Method::post, "/api/v1/rules/r/test", fmt::format(R"({{"event_id": {}}})", event))
                .second.at("verdict"),
            "skipped");
}

TEST_F(AutomationRoutes, EventsAndTheirCauses) {
  const auto append = [&](std::string type, std::optional<std::int64_t> cause) {
    return *log.append({.type = std::move(type),
                        .subject = "thing/x",
                        .project = "bikes",
                        .actor = {},
                        .payload = {},
                        .cause = cause});
  };
  const auto first = append("a.one", {});
  const auto second = append("b.two", first);
  const auto newest = get("/api/v1/events?limit=2").second.at("events");
  EXPECT_EQ(newest.at(0).at("id"), second);
  EXPECT_EQ(get("/api/v1/events?type=a.,c.&order=asc").second.at("events").as_array().size(), 1u);
  EXPECT_EQ(get(fmt::format("/api/v1/events?after={}", first)).second.at("events").as_array().size(), 1u);
  EXPECT_EQ(get(fmt::format("/api/v1/events/{}/causes", second)).second.at("causes").at(0).at("type"),
            "a.one");
}

TEST_F(AutomationRoutes, TheStreamLeavesNothingOutAndSendsNothingTwice) {
  const auto append = [&](std::string type) {
    return *log.append({.type = std::move(type),
                        .subject = "thing/x",
                        .project = {},
                        .actor = {},
                        .payload = {},
                        .cause = {}});
  };
  const auto first = append("a.one");
  append("a.two");
  append("b.other");
  // Events keep coming while clients connect.
  std::atomic<bool> stop{false};
  std::jthread writer([&] {
    for (int i = 0; i < 200 && !stop; ++i) append("a.more");
  });
  std::vector<std::shared_ptr<net::EventChannel>> channels;
  for (int i = 0; i < 10; ++i)
    channels.push_back(
        respond(net::Method::get, "/api/v1/events/stream?type=a.", {}, std::to_string(first)).events);
  writer.join();
  const auto last = append("a.last");
  for (const auto& channel : channels) {
    ASSERT_NE(channel, nullptr);
    std::string bytes;
    while (bytes.find(fmt::format("id: {}\n", last)) == std::string::npos) bytes += channel->take().bytes;
    int count = 0;
    std::int64_t before = first;
    for (std::size_t at = bytes.find("id: "); at != std::string::npos;
         at = bytes.find("id: ", at + 1), ++count) {
      const std::int64_t id = std::atoll(bytes.c_str() + at + 4);
      EXPECT_GT(id, before);
      before = id;
    }
    EXPECT_EQ(count, 202);
    EXPECT_EQ(bytes.find("b.other"), std::string::npos);
  }
}

TEST_F(AutomationRoutes, AClientThatWentIsForgotten) {
  EventFeed feed(log);
  const auto channel = *feed.open({.types = {}, .subject = {}, .project = {}});
  EXPECT_EQ(feed.clients(), 1u);
  channel->close();
  ASSERT_TRUE(log.append(
      {.type = "a.b", .subject = "thing/x", .project = {}, .actor = {}, .payload = {}, .cause = {}}));
  EXPECT_EQ(feed.clients(), 0u);
}

}  // namespace
}  // namespace maru::api
