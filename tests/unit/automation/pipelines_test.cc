#include "automation/pipelines.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "automation/command_step.h"
#include "automation/executors/local/local_executor.h"
#include "store/test_database.h"

namespace maru::automation {
namespace {

constexpr DurationMs kLongMs = 60'000;  // never reached unless something is wrong

// What a `test` step does is its `do` argument: ok | fail | fail_once | throw | block | big.
class TestStep final : public StepKind {
 public:
  std::string_view name() const override { return "test"; }
  Result<void> check(const StepSpec& step, const PipelineSpec&) const override {
    if (!step.arguments.contains("do")) return invalid("do: is required");
    return {};
  }
  Result<std::string> fingerprint(const StepContext&) const override { return surroundings; }
  Repeatable repeatable() const override { return repeatable_; }

  Result<JsonObject> run(StepContext& context) const override {
    const std::string what(context.step.arguments.at("do").as_string());
    {
      const std::lock_guard lock(mutex);
      started.push_back(context.step.name);
      most_at_once = std::max(most_at_once, ++at_once);
    }
    changed.notify_all();
    context.progress(0.5, "half way");
    context.log.line("step " + context.step.name + " does " + what);
    auto result = act(what, context);
    const std::lock_guard lock(mutex);
    --at_once;
    return result;
  }

  void wait_started(std::size_t count) const {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::chrono::milliseconds(kLongMs), [&] { return started.size() >= count; });
  }
  void release() const {
    const std::lock_guard lock(mutex);
    released = true;
    changed.notify_all();
  }

  std::string surroundings = "same";
  Repeatable repeatable_ = Repeatable::yes;
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  mutable std::vector<std::string> started;
  mutable int at_once = 0, most_at_once = 0;
  mutable bool released = false;

 private:
  Result<JsonObject> act(const std::string& what, StepContext& context) const {
    if (what == "fail" || (what == "fail_once" && context.attempt == 1))
      return make_error(Code::unavailable, "no luck\nreally none");
    if (what == "throw") throw std::runtime_error("thrown");
    if (what == "big") return JsonObject{{"text", std::string(kOutputLimitBytes, 'x')}};
    if (what == "block") {
      std::unique_lock lock(mutex);
      while (!released && context.should_stop() == StopReason::none)
        changed.wait_for(lock, std::chrono::milliseconds(5));
      const StopReason reason = context.should_stop();
      if (reason == StopReason::timeout) return make_error(Code::deadline_exceeded, "too slow");
      if (reason != StopReason::none) return make_error(Code::cancelled, "stopped");
    }
    JsonObject output{{"by", context.step.name}, {"params", context.params}};
    for (const auto& [name, earlier] : context.outputs) output[name] = earlier.at("by");
    return output;
  }
};

class PipelinesTest : public testing::Test {
 protected:
  PipelinesTest() { open(); }

  void open() {
    log = std::make_unique<events::Log>(database.get(), clock);
    CommandStepOptions command;
    command.server_url = "http://127.0.0.1:1";
    command.inherited = {{"PATH", "/usr/bin:/bin"}};
    auto command_step = make_command_step(std::make_shared<LocalExecutor>(), [command] { return command; });
    auto opened = Pipelines::open(database.get(), *log, clock, {step, command_step},
                                  {.folder = database.folder() / "runs", .log = {}});
    ASSERT_TRUE(opened) << opened.error().message;
    pipelines = std::move(*opened);
  }
  // As after kill -9 for the engine: a step in flight leaves its row as it was.
  void restart() {
    pipelines.reset();
    log.reset();
    database.reopen();
    open();
  }

  void define(std::string_view steps, std::string_view name = "p") {
    const Json definition{{"steps", *parse_json(steps)}};
    auto spec = read_pipeline(name, "bikes", database.folder(), JsonReader(definition), pipelines->kinds());
    ASSERT_TRUE(spec) << spec.error().message;
    const auto defined = pipelines->define(*spec);
    ASSERT_TRUE(defined) << defined.error().message;
  }
  std::int64_t start(std::string_view name = "p") {
    const auto id = pipelines->start({.pipeline = std::string(name),
                                      .params = {{"month", "2011-05"}},
                                      .actor = "user/kim",
                                      .cause = {},
                                      .key = {}});
    EXPECT_TRUE(id) << id.error().message;
    return id.value_or(0);
  }
  PipelineRun finish(std::int64_t id) { return *pipelines->wait(id, kLongMs); }
  std::vector<std::string> event_types(std::int64_t run) {
    std::vector<std::string> out;
    const std::vector<events::Event> found =
        *log->list({.types = {"pipeline."}, .subject = fmt::format("pipeline_run/{}", run), .project = {}});
    for (const auto& event : found) {
      out.push_back(event.type.substr(9));
      if (event.type == "pipeline.step")
        out.back() = std::string(event.payload.at("step").as_string()) + " " +
                     std::string(event.payload.at("state").as_string());
    }
    return out;
  }

  store::TestDatabase database;
  SystemClock clock;
  std::shared_ptr<TestStep> step = std::make_shared<TestStep>();
  std::unique_ptr<events::Log> log;
  std::unique_ptr<Pipelines> pipelines;
};

using Names = std::vector<std::string>;

TEST(PipelineStatements, Prepare) { store::expect_statements_prepare(pipeline_statements()); }

TEST_F(PipelinesTest, RunsStepsInOrderAndPassesOutputsOn) {
  define(
      R"({"a": {"test": {"do": "ok"}}, "b": {"test": {"do": "ok", "of": "a"}}, "c": {"test": {"do": "ok", "of": ["a", "b"]}}})");
  const PipelineRun run = finish(start());
  EXPECT_EQ(run.state, RunState::succeeded);
  EXPECT_EQ(to_json(run.steps[2].output), R"({"by":"c","params":{"month":"2011-05"},"a":"a","b":"b"})");
  EXPECT_EQ(step->started, (Names{"a", "b", "c"}));
  EXPECT_EQ(event_types(run.id), (Names{"started", "a running", "a succeeded", "b running", "b succeeded",
                                        "c running", "c succeeded", "finished"}));
  const auto started = log->get(run.started_event);
  EXPECT_EQ(started->actor, "user/kim");
  EXPECT_EQ((*log->list({.types = {"pipeline.finished"}, .subject = {}, .project = {}}))[0].cause,
            run.started_event);
  EXPECT_EQ(read_log(*pipelines->log_file(run.id, "a"), 0, 1000)->text, "step a does ok\n");
}

TEST_F(PipelinesTest, RunsIndependentStepsAtOnce) {
  define(
      R"({"a": {"test": {"do": "block"}}, "b": {"test": {"do": "block"}}, "c": {"test": {"do": "block"}}})");
  const auto id = start();
  step->wait_started(3);
  step->release();
  EXPECT_EQ(finish(id).state, RunState::succeeded);
  EXPECT_EQ(step->most_at_once, 3);
}

TEST_F(PipelinesTest, AFailureStopsTheRunAndSaysWhy) {
  define(R"({"a": {"test": {"do": "fail"}}, "b": {"test": {"do": "ok", "of": "a"}}})");
  const PipelineRun run = finish(start());
  EXPECT_EQ(run.state, RunState::failed);
  EXPECT_EQ(run.reason, "step \"a\" failed: no luck");
  EXPECT_EQ(run.steps[0].error, "no luck\nreally none");
  EXPECT_EQ(run.steps[1].state, StepState::skipped);
  EXPECT_EQ(event_types(run.id), (Names{"started", "a running", "a failed", "failed"}));
}

TEST_F(PipelinesTest, AnExceptionIsAFailure) {
  define(R"({"a": {"test": {"do": "throw"}}})");
  EXPECT_EQ(finish(start()).steps[0].error, "test: thrown");
}

TEST_F(PipelinesTest, AnOutputIsBounded) {
  define(R"({"a": {"test": {"do": "big"}}})");
  EXPECT_NE(finish(start()).steps[0].error.find("the limit is 1048576"), std::string::npos);
}

TEST_F(PipelinesTest, TriesAgainAfterABackoff) {
  define(R"({"a": {"test": {"do": "fail_once"}, "retries": 2, "backoff": "1ms"}})");
  const PipelineRun run = finish(start());
  EXPECT_EQ(run.state, RunState::succeeded);
  EXPECT_EQ(run.steps[0].attempt, 2);
  EXPECT_EQ(run.steps[0].error, "");
}

TEST_F(PipelinesTest, GivesUpAfterTheLastAttempt) {
  define(R"({"a": {"test": {"do": "fail"}, "retries": 2, "backoff": "1ms"}})");
  const PipelineRun run = finish(start());
  EXPECT_EQ(run.state, RunState::failed);
  EXPECT_EQ(run.steps[0].attempt, 3);
}

TEST_F(PipelinesTest, AStepThatTakesTooLongEnds) {
  define(R"({"a": {"test": {"do": "block"}, "timeout": "20ms"}})");
  const PipelineRun run = finish(start());
  EXPECT_EQ(run.state, RunState::failed);
  EXPECT_EQ(run.steps[0].error, "too slow");
}

TEST_F(PipelinesTest, CancelEndsWhatRunsAndSkipsTheRest) {
  define(R"({"a": {"test": {"do": "block"}}, "b": {"test": {"do": "ok", "of": "a"}}})");
  const auto id = start();
  step->wait_started(1);
  ASSERT_TRUE(pipelines->cancel(id, "user/kim"));
  const PipelineRun run = finish(id);
  EXPECT_EQ(run.state, RunState::cancelled);
  EXPECT_EQ(run.reason, "cancelled by user/kim");
  EXPECT_EQ(run.steps[0].state, StepState::cancelled);
  EXPECT_EQ(run.steps[1].state, StepState::skipped);
  EXPECT_EQ(pipelines->cancel(id, "user/kim").error().message,
            fmt::format("pipeline run {} has cancelled already", id));
  EXPECT_EQ(pipelines->cancel(999, "user/kim").error().code, Code::not_found);
}

TEST_F(PipelinesTest, CancelEndsAWaitForTheNextAttempt) {
  define(R"({"a": {"test": {"do": "fail"}, "retries": 5, "backoff": "1h"}})");
  const auto id = start();
  while (pipelines->run(id)->steps[0].progress_text.find("attempt 2 of 6") == std::string::npos)
    clock.sleep_ms(1);
  ASSERT_TRUE(pipelines->cancel(id, "user/kim"));
  EXPECT_EQ(finish(id).state, RunState::cancelled);
}

TEST_F(PipelinesTest, OneRunAtATimeInOrder) {
  define(R"({"a": {"test": {"do": "block"}}})");
  const auto first = start(), second = start(), third = start();
  step->wait_started(1);
  EXPECT_EQ(pipelines->run(second)->state, RunState::queued);
  ASSERT_TRUE(pipelines->cancel(third, "user/kim"));
  EXPECT_EQ(finish(third).state, RunState::cancelled);  // never begun
  step->release();
  EXPECT_EQ(finish(first).state, RunState::succeeded);
  EXPECT_EQ(finish(second).state, RunState::succeeded);
  EXPECT_EQ(step->most_at_once, 1);
  const auto runs = *pipelines->runs("p", 10);
  ASSERT_EQ(runs.size(), 3u);
  EXPECT_EQ(runs[0].id, third);
  EXPECT_EQ(pipelines->runs("", 1)->size(), 1u);
  EXPECT_EQ(pipelines->runs("p", 10, second)->size(), 1u);
}

TEST_F(PipelinesTest, TheSameKeyIsTheSameRun) {
  define(R"({"a": {"test": {"do": "ok"}}})");
  const StartRequest request{.pipeline = "p", .params = {}, .actor = "rule/r", .cause = {}, .key = "r/17/0"};
  const auto first = *pipelines->start(request);
  EXPECT_EQ(*pipelines->start(request), first);
  finish(first);
  EXPECT_EQ(*pipelines->start(request), first);
  EXPECT_EQ(pipelines->runs("p", 10)->size(), 1u);
}

TEST_F(PipelinesTest, ACachedStepIsNotRunAgain) {
  define(R"({"a": {"test": {"do": "ok"}, "cache": true}, "b": {"test": {"do": "ok", "of": "a"}}})");
  finish(start());
  const PipelineRun second = finish(start());
  EXPECT_TRUE(second.steps[0].cached);
  EXPECT_FALSE(second.steps[1].cached);
  EXPECT_EQ(second.steps[0].output.at("by"), "a");
  EXPECT_EQ(step->started, (Names{"a", "b", "b"}));
  step->surroundings = "changed";
  EXPECT_FALSE(finish(start()).steps[0].cached);
}

TEST_F(PipelinesTest, RefusesWrongDefinitions) {
  EXPECT_EQ(pipelines->start({.pipeline = "nope", .params = {}, .cause = {}, .key = {}}).error().message,
            "no pipeline \"nope\"");
  PipelineSpec spec{"p", "", {{.name = "a", .kind = "tset", .arguments = {}, .after = {}, .retry = {}}}, {}};
  EXPECT_EQ(pipelines->define(spec).error().message,
            "steps.a: unknown kind \"tset\" (did you mean \"test\"?)");
  spec.steps[0].kind = "test";
  EXPECT_EQ(pipelines->define(spec).error().message, "steps.a: do: is required");
}

TEST_F(PipelinesTest, GoesOnAfterARestart) {
  define(
      R"({"a": {"test": {"do": "ok"}}, "b": {"test": {"do": "block", "of": "a"}}, "c": {"test": {"do": "ok", "of": "b"}}})");
  const auto id = start();
  step->wait_started(2);
  restart();
  EXPECT_EQ(pipelines->run(id)->state, RunState::running);
  step->release();
  ASSERT_TRUE(pipelines->resume());
  const PipelineRun run = finish(id);
  EXPECT_EQ(run.state, RunState::succeeded);
  EXPECT_EQ(step->started, (Names{"a", "b", "b", "c"}));  // a's output was kept
  EXPECT_EQ(run.steps[1].output.at("a"), "a");
  EXPECT_EQ(run.steps[1].attempt, 2);
}

TEST_F(PipelinesTest, ARunThatCannotGoOnSaysWhy) {
  define(R"({"a": {"test": {"do": "block"}}, "b": {"test": {"do": "ok", "of": "a"}}})");
  const auto id = start();
  const auto queued = start();
  step->wait_started(1);
  step->repeatable_ = Repeatable::no;
  restart();
  step->release();
  ASSERT_TRUE(pipelines->resume());
  const PipelineRun run = finish(id);
  EXPECT_EQ(run.state, RunState::failed);
  EXPECT_EQ(run.reason,
            "step \"a\" failed: the server ended while this step ran, and a test step cannot be repeated");
  EXPECT_EQ(finish(queued).state, RunState::succeeded);  // its turn comes after the restart
}

TEST_F(PipelinesTest, ACancelSurvivesARestart) {
  define(R"({"a": {"test": {"do": "block"}}, "b": {"test": {"do": "ok", "of": "a"}}})");
  const auto id = start();
  step->wait_started(1);
  // Between cancel()'s write and its effect the server dies: what is left is the reason in the row.
  ASSERT_TRUE(database->write([&](store::Transaction& t) {
    return t.execute("UPDATE pipeline_runs SET reason = 'cancelled by user/kim'");
  }));
  restart();
  ASSERT_TRUE(pipelines->resume());
  const PipelineRun run = finish(id);
  EXPECT_EQ(run.state, RunState::cancelled);
  EXPECT_EQ(run.reason, "cancelled by user/kim");
  EXPECT_EQ(step->started, (Names{"a"}));
}

TEST_F(PipelinesTest, ACommandGetsItsSurroundingsAndGivesAnOutput) {
  define(
      R"({"a": {"command": "env | sort; echo \"{\\\"uri\\\": \\\"runs:/1/model\\\", \\\"month\\\": \\\"$MARU_PARAM_MONTH\\\"}\" >$MARU_OUTPUT"}})");
  const PipelineRun run = finish(start());
  ASSERT_EQ(run.state, RunState::succeeded) << run.reason;
  EXPECT_EQ(to_json(run.steps[0].output), R"({"uri":"runs:/1/model","month":"2011-05"})");
  const std::string text = read_log(*pipelines->log_file(run.id, "a"), 0, 100'000)->text;
  EXPECT_NE(text.find("MLFLOW_TRACKING_URI=http://127.0.0.1:1\n"), std::string::npos);
  EXPECT_NE(text.find("MLFLOW_EXPERIMENT_NAME=bikes\n"), std::string::npos);
  EXPECT_NE(text.find("MARU_STEP=a\n"), std::string::npos);
}

TEST_F(PipelinesTest, ACommandThatFailsShowsTheEndOfItsLog) {
  define(
      R"({"a": {"command": "echo one; echo two >&2; exit 3"}, "b": {"command": "kill -SEGV $$"}, "c": {"command": "sleep 1000", "timeout": "50ms"}})");
  const PipelineRun run = finish(start());
  EXPECT_EQ(run.state, RunState::failed);
  EXPECT_EQ(run.steps[0].error, "exit code 3; its last lines:\none\ntwo");
  EXPECT_EQ(run.steps[1].error, "killed by SIGSEGV");
  EXPECT_EQ(run.steps[2].error, "ran longer than its timeout of 50ms and was ended");
}

TEST_F(PipelinesTest, OldFoldersAreRemoved) {
  pipelines.reset();
  pipelines = *Pipelines::open(database.get(), *log, clock, {step},
                               {.folder = database.folder() / "runs", .keep_runs = 2, .log = {}});
  define(R"({"a": {"test": {"do": "ok"}}})");
  const auto first = start();
  for (int i = 0; i < 3; ++i) finish(start());
  const auto last = start();
  finish(last);
  pipelines->stop();
  EXPECT_FALSE(std::filesystem::exists(database.folder() / "runs" / std::to_string(first)));
  EXPECT_TRUE(std::filesystem::exists(database.folder() / "runs" / std::to_string(last)));
}

TEST_F(PipelinesTest, ManyRunsLoseNothing) {
  define(
      R"({"a": {"test": {"do": "ok"}}, "b": {"test": {"do": "ok"}}, "c": {"test": {"do": "ok", "of": ["a", "b"]}}})",
      "x");
  define(R"({"a": {"test": {"do": "fail_once"}, "retries": 1, "backoff": "1ms"}})", "y");
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 50; ++i) {
    ids.push_back(start("x"));
    ids.push_back(start("y"));
  }
  for (const auto id : ids) EXPECT_EQ(finish(id).state, RunState::succeeded);
}

}  // namespace
}  // namespace maru::automation
