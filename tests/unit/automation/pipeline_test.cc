#include "automation/pipeline.h"

#include <gtest/gtest.h>

#include <random>

namespace maru::automation {
namespace {

const StepKinds kKinds{{"sql", "command", "validate", "training_set", "automl", "evaluate", "register"},
                       {"validate"}};

Result<PipelineSpec> read(std::string_view text) {
  const auto value = parse_json(text);
  EXPECT_TRUE(value) << value.error().message;
  return read_pipeline("train", "bikes", "/project", JsonReader(*value, "pipelines.train"), kKinds);
}
std::vector<std::string> after(const PipelineSpec& spec, std::string_view step) {
  auto names = std::ranges::find(spec.steps, step, &StepSpec::name)->after;
  std::ranges::sort(names);
  return names;
}
using Names = std::vector<std::string>;

constexpr std::string_view kTrain = R"({"steps": {
  "data":     {"training_set": {"service": "demand_v1", "label": "rides.cnt"}, "cache": true},
  "check":    {"validate": "data"},
  "search":   {"automl": {"data": "data", "budget": "20s"}, "timeout": "5m"},
  "sklearn":  {"command": "python train_sklearn.py", "inputs": ["data"], "retries": 2, "backoff": "500ms"},
  "compare":  {"evaluate": {"models": ["search", "sklearn", "demand@champion"], "on": "last 28d"}},
  "register": {"register": {"model": "demand", "from": ["search", "sklearn"]}, "after": ["compare"]}}})";

TEST(ReadPipeline, FindsWhatEachStepWaitsFor) {
  const auto spec = read(kTrain);
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(after(*spec, "data"), Names{});
  EXPECT_EQ(after(*spec, "check"), Names{"data"});
  EXPECT_EQ(after(*spec, "search"), (Names{"check", "data"}));  // held back by the check
  EXPECT_EQ(after(*spec, "sklearn"), (Names{"check", "data"}));
  EXPECT_EQ(after(*spec, "compare"), (Names{"search", "sklearn"}));
  EXPECT_EQ(after(*spec, "register"), (Names{"compare", "search", "sklearn"}));
  EXPECT_TRUE(spec->steps[0].cache);
  EXPECT_EQ(spec->steps[2].timeout_ms, 5 * kMinuteMs);
  EXPECT_EQ(spec->steps[3].retry.attempts, 3);
  EXPECT_EQ(spec->steps[3].retry.backoff_ms, 500);
  EXPECT_EQ(spec->steps[3].arguments.at("command"), "python train_sklearn.py");
}

TEST(ReadPipeline, SurvivesTheWayThroughJson) {
  const auto spec = *read(kTrain);
  const Json stored = to_json_object(spec);
  const auto again = pipeline_from_json(JsonReader(stored));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(to_json_object(*again), to_json_object(spec));
}

TEST(ReadPipeline, SaysWhatIsWrong) {
  const auto error = [](std::string_view text) { return read(text).error().message; };
  EXPECT_EQ(error(R"({"steps": {"a": {"comand": "x"}}})"),
            "pipelines.train.steps.a.comand: unknown key (did you mean \"command\"?); the kinds of steps are "
            "sql, command, validate, training_set, "
            "automl, evaluate, register");
  EXPECT_EQ(error(R"({"steps": {"a": {"command": "x", "sql": "y"}}})"),
            "pipelines.train.steps.a: is both a command and a sql step");
  EXPECT_EQ(error(R"({"steps": {"a": {"after": ["b"]}}})"),
            "pipelines.train.steps.a: names no kind; expected one of sql, command, validate, training_set, "
            "automl, evaluate, register");
  EXPECT_EQ(error(R"({"steps": {"data": {"command": "x"}, "b": {"command": "x", "after": ["dat"]}}})"),
            "pipelines.train.steps.b.after: unknown step \"dat\" (did you mean \"data\"?)");
  EXPECT_EQ(
      error(
          R"({"steps": {"a": {"command": "x", "after": ["c"]}, "b": {"command": "x", "after": ["a"]}, "c": {"command": "x", "after": ["b"]}}})"),
      "pipelines.train.steps: these wait for each other: a → c → b → a");
  EXPECT_EQ(error(R"({"steps": {"a": {"command": "x", "after": ["a"]}}})"),
            "pipelines.train.steps: these wait for each other: a → a");
  EXPECT_EQ(error(R"({"steps": {}})"), "pipelines.train.steps: at least one step is needed");
  EXPECT_EQ(error(R"({"steps": {"a": {"command": "x", "timeout": "soon"}}})").substr(0, 46),
            "pipelines.train.steps.a.timeout: \"soon\" is not");
  EXPECT_EQ(error(R"({"steps": {"a b": {"command": "x"}}})"),
            "pipelines.train.steps.a b: a step's name is letters, digits, '.', '_' and '-'");
  EXPECT_EQ(error(R"({"steps": [{"name": "a", "command": "x"}, {"name": "a", "command": "x"}]})"),
            "pipelines.train.steps.a: there are two steps of that name");
  EXPECT_EQ(error(R"({"steps": {"a": {"command": "x", "retries": 99}}})"),
            "pipelines.train.steps.a: retries: expected 0 to 19, got 99");
}

TEST(Retry, BacksOffTwiceAsLongEachTime) {
  const RetryPolicy policy{.attempts = 5, .backoff_ms = 1000};
  EXPECT_EQ(backoff_before(policy, 2), 1000);
  EXPECT_EQ(backoff_before(policy, 3), 2000);
  EXPECT_EQ(backoff_before(policy, 4), 4000);
  EXPECT_EQ(backoff_before(policy, 1000), kBackoffLimitMs);
  EXPECT_TRUE(should_retry(policy, 4, Code::unavailable));
  EXPECT_FALSE(should_retry(policy, 5, Code::unavailable));
  EXPECT_FALSE(should_retry(policy, 1, Code::invalid_argument));
  EXPECT_FALSE(should_retry(policy, 1, Code::cancelled));
}

TEST(States, HaveNamesBothWays) {
  for (const RunState state :
       {RunState::queued, RunState::running, RunState::succeeded, RunState::failed, RunState::cancelled}) {
    EXPECT_EQ(run_state_of(name_of(state)), state);
  }
  for (const StepState state : {StepState::waiting, StepState::running, StepState::succeeded,
                                StepState::failed, StepState::cancelled, StepState::skipped}) {
    EXPECT_EQ(step_state_of(name_of(state)), state);
  }
  EXPECT_EQ(run_state_of("waiting"), std::nullopt);
}

TEST(NextSteps, StartsWhatIsReadyAndStopsAfterAFailure) {
  const auto spec = *read(kTrain);
  using enum StepState;
  const auto next = [&](std::vector<StepState> states, Cancelled cancelled = Cancelled::no) {
    return next_steps(spec, states, cancelled);
  };
  EXPECT_EQ(next({waiting, waiting, waiting, waiting, waiting, waiting}).start,
            (std::vector<std::size_t>{0}));
  EXPECT_EQ(next({succeeded, succeeded, waiting, waiting, waiting, waiting}).start,
            (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(next({succeeded, succeeded, running, waiting, waiting, waiting}).start,
            (std::vector<std::size_t>{3}));
  const auto failing = next({succeeded, succeeded, running, failed, waiting, waiting});
  EXPECT_EQ(failing.skip, (std::vector<std::size_t>{4, 5}));
  EXPECT_EQ(failing.finished, std::nullopt);  // a step still runs
  EXPECT_EQ(next({succeeded, succeeded, succeeded, failed, skipped, skipped}).finished, RunState::failed);
  EXPECT_EQ(next({succeeded, succeeded, succeeded, succeeded, succeeded, succeeded}).finished,
            RunState::succeeded);
  EXPECT_EQ(next({succeeded, waiting, waiting, waiting, waiting, waiting}, Cancelled::yes).finished,
            RunState::cancelled);
}

// The laws, over random graphs and random outcomes: every run ends; no step starts before what it waits for
// has succeeded; none starts after a failure; a run that succeeds has run every step once.
TEST(NextStepsProperty, EveryRunEndsInOrder) {
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    PipelineSpec spec{"p", "", {}, {}};
    const std::size_t count = 1 + random() % 12;
    for (std::size_t i = 0; i < count; ++i) {
      StepSpec step{.name = std::to_string(i), .kind = "k", .arguments = {}, .after = {}, .retry = {}};
      for (std::size_t j = 0; j < i; ++j) {
        if (random() % 3 == 0) step.after.push_back(std::to_string(j));
      }
      spec.steps.push_back(step);
    }
    ASSERT_TRUE(check_graph(spec.steps));
    std::vector<StepState> states(count, StepState::waiting);
    std::vector<std::size_t> running;
    const auto cancel_at = random() % 40;
    std::optional<RunState> finished;
    for (unsigned turn = 0; turn < 100 && !finished; ++turn) {
      const bool failed_before = std::ranges::find(states, StepState::failed) != states.end();
      const auto next = next_steps(spec, states, turn >= cancel_at ? Cancelled::yes : Cancelled::no);
      for (const auto i : next.skip) states[i] = StepState::skipped;
      for (const auto i : next.start) {
        EXPECT_FALSE(failed_before || turn >= cancel_at);
        EXPECT_EQ(states[i], StepState::waiting);
        for (const auto& name : spec.steps[i].after)
          EXPECT_EQ(states[std::stoul(name)], StepState::succeeded);
        states[i] = StepState::running;
        running.push_back(i);
      }
      finished = next.finished;
      EXPECT_TRUE(finished || !running.empty()) << "it would wait for ever";
      if (running.empty()) continue;
      const std::size_t pick = random() % running.size();
      states[running[pick]] = random() % 10 == 0 ? StepState::failed : StepState::succeeded;
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(pick));
    }
    ASSERT_TRUE(finished);
    EXPECT_TRUE(running.empty());
    const bool all =
        std::ranges::all_of(states, [](StepState state) { return state == StepState::succeeded; });
    EXPECT_EQ(*finished == RunState::succeeded, all);
  }
}

}  // namespace
}  // namespace maru::automation
