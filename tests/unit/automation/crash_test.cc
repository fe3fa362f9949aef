// kill -9 of the server at any moment: no command lives on, no run that was acknowledged is lost.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "automation/command_step.h"
#include "automation/executors/local/local_executor.h"
#include "automation/pipelines.h"
#include "base/file.h"
#include "store/crash_child.h"

namespace maru::automation {
namespace {

constexpr DurationMs kLongMs = 60'000;
constexpr unsigned kRounds = 3;

bool is_gone(int process) {
  for (DurationMs waited_ms = 0; waited_ms < kLongMs; waited_ms += 10) {
    if (::kill(process, 0) != 0) return true;
    system_clock().sleep_ms(10);
  }
  return false;
}

TEST(AutomationCrash, ACommandAndItsDaemonsGoWithTheServer) {
  const auto folder = *TemporaryFolder::create();
  const auto pids = folder.path() / "pids";
  const pid_t server = ::fork();
  if (server == 0) {
    const Command command{
        .arguments = {"/bin/sh", "-c",
                      "(setsid sh -c 'echo $$ >>pids; exec sleep 1000' &); echo $$ >>pids; sleep 1000"},
        .folder = folder.path(),
        .environment = {{"PATH", "/usr/bin:/bin"}},
        .limits = {},
        .grace_ms = 100};
    (void)LocalExecutor().run(
        command, [](std::string_view) {}, [] { return StopReason::none; });
    ::_exit(0);
  }
  std::string text;
  while (std::ranges::count(text, '\n') < 2) {
    system_clock().sleep_ms(5);
    text = read_file(pids).value_or("");
  }
  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
  const std::size_t second = text.find('\n') + 1;
  EXPECT_TRUE(is_gone(std::atoi(text.c_str())));
  EXPECT_TRUE(is_gone(std::atoi(text.c_str() + second)));
}

class Server {
 public:
  explicit Server(const std::filesystem::path& folder)
      : database_(store::open_sqlite(folder / "maru.db").value()), log_(*database_, system_clock()) {
    CommandStepOptions options;
    options.inherited = {{"PATH", "/usr/bin:/bin"}};
    auto command = make_command_step(std::make_shared<LocalExecutor>(), [options] { return options; });
    pipelines_ =
        Pipelines::open(*database_, log_, system_clock(), {command}, {.folder = folder / "runs", .log = {}})
            .value();
    const Json definition = *parse_json(
        R"({"steps": {"a": {"command": "true"}, "b": {"command": "true"}, "c": {"command": "true", "after": ["a", "b"]}}})");
    EXPECT_TRUE(
        pipelines_->define(*read_pipeline("p", "", folder, JsonReader(definition), pipelines_->kinds())));
    EXPECT_TRUE(pipelines_->resume());
  }
  Pipelines& pipelines() { return *pipelines_; }
  std::size_t count(std::string type, std::int64_t run) {
    return log_
        .list({.types = {std::move(type)}, .subject = fmt::format("pipeline_run/{}", run), .project = {}})
        ->size();
  }

 private:
  std::unique_ptr<store::Database> database_;
  events::Log log_;
  std::unique_ptr<Pipelines> pipelines_;
};

TEST(AutomationCrash, EveryAcknowledgedRunIsFinishedOnce) {
  const auto folder = *TemporaryFolder::create();
  std::vector<std::int64_t> asked;
  for (unsigned round = 0; round < kRounds; ++round) {
    const auto acknowledged = store::acknowledged_before_kill(round, [&](const auto& acknowledge) {
      Server server(folder.path());
      for (;;) {
        const auto id = server.pipelines().start({.pipeline = "p", .params = {}, .cause = {}, .key = {}});
        if (id) acknowledge(*id);
        if (id && *id % 10 == 0) (void)server.pipelines().wait(*id, kLongMs);
      }
    });
    asked.insert(asked.end(), acknowledged.begin(), acknowledged.end());
  }
  Server server(folder.path());
  EXPECT_GE(asked.size(), 20u * kRounds);
  for (const auto id : asked) {
    const auto run = server.pipelines().wait(id, kLongMs);
    ASSERT_TRUE(run) << run.error().message;
    EXPECT_EQ(run->state, RunState::succeeded) << run->reason;
    for (const auto& step : run->steps) EXPECT_EQ(step.state, StepState::succeeded);
    EXPECT_EQ(server.count("pipeline.started", id), 1u);
    EXPECT_EQ(server.count("pipeline.finished", id), 1u);
  }
}

}  // namespace
}  // namespace maru::automation
