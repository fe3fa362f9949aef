#include "automation/executors/local/local_executor.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <filesystem>

#include "automation/step_log.h"
#include "base/file.h"

namespace maru::automation {
namespace {

class LocalExecutorTest : public testing::Test {
 protected:
  Command shell(const std::string& text) const {
    return {.arguments = {"/bin/sh", "-c", text},
            .folder = folder_.path(),
            .environment = {{"PATH", "/usr/bin:/bin"}},
            .limits = {},
            .grace_ms = 200};
  }
  Result<CommandResult> run(const Command& command) {
    return executor_.run(
        command, [&](std::string_view bytes) { output_ += bytes; }, [&] { return stop_(); });
  }
  // True once no process with that id is alive.
  static bool is_gone(int process) {
    for (int i = 0; i < 500; ++i) {
      if (::kill(process, 0) != 0) return true;
      system_clock().sleep_ms(10);
    }
    return false;
  }
  int number_in(const std::string& file) const {
    const auto text = read_file(folder_.path() / file);
    return text ? std::atoi(text->c_str()) : 0;
  }

  TemporaryFolder folder_ = *TemporaryFolder::create();
  LocalExecutor executor_;
  std::string output_;
  std::function<StopReason()> stop_ = [] { return StopReason::none; };
};

TEST_F(LocalExecutorTest, GivesOutputAndExitCode) {
  const auto result = run(shell("echo out; echo err >&2; pwd; exit 3"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->exit_code, 3);
  EXPECT_EQ(result->signal, 0);
  EXPECT_EQ(output_, "out\nerr\n" + std::filesystem::canonical(folder_.path()).string() + "\n");
  EXPECT_EQ(result->left_behind, 0);
}

TEST_F(LocalExecutorTest, InheritsNothing) {
  ::setenv("MARU_SECRET", "hunter2", 1);
  auto command = shell("env; ls -l /proc/self/fd");
  command.environment["ONLY"] = "this";
  ASSERT_TRUE(run(command));
  EXPECT_EQ(output_.find("hunter2"), std::string::npos);
  EXPECT_NE(output_.find("ONLY=this"), std::string::npos);
  EXPECT_EQ(output_.find("socket"), std::string::npos) << output_;
}

TEST_F(LocalExecutorTest, TellsACrash) {
  const auto result = run(shell("kill -SEGV $$"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->signal, SIGSEGV);
}

TEST_F(LocalExecutorTest, RefusesWhatIsNotThere) {
  auto command = shell("true");
  command.arguments = {"no-such-program"};
  EXPECT_EQ(run(command).error().message, "no-such-program: no such program in /usr/bin:/bin");
  command = shell("true");
  command.folder = "/no/such/folder";
  EXPECT_EQ(run(command).error().code, Code::invalid_argument);
  EXPECT_FALSE(run(Command{.arguments = {}, .folder = folder_.path(), .environment = {}, .limits = {}}));
  ASSERT_TRUE(write_file_atomically(folder_.path() / "bad", "not a program\x01"));
  std::filesystem::permissions(folder_.path() / "bad", std::filesystem::perms::owner_all);
  command = shell("true");
  command.arguments = {"./bad"};
  EXPECT_NE(run(command).error().message.find("the program cannot be used"), std::string::npos);
}

TEST_F(LocalExecutorTest, EndsACommandThatHangs) {
  stop_ = [] { return StopReason::timeout; };
  const auto result = run(shell("sleep 1000"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->stopped, StopReason::timeout);
  EXPECT_EQ(result->signal, SIGTERM);
}

TEST_F(LocalExecutorTest, KillsACommandThatIgnoresTheAsking) {
  stop_ = [&] {
    return output_.find("ready") == std::string::npos ? StopReason::none : StopReason::cancelled;
  };
  const auto result = run(shell("trap '' TERM; echo ready; while true; do sleep 1; done"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->stopped, StopReason::cancelled);
  EXPECT_EQ(result->signal, SIGKILL);
}

TEST_F(LocalExecutorTest, LetsACommandEndInItsOwnWay) {
  stop_ = [&] {
    return output_.find("ready") == std::string::npos ? StopReason::none : StopReason::cancelled;
  };
  const auto result = run(shell("trap 'echo bye; exit 7' TERM; echo ready; while true; do sleep 0.05; done"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 7);
  EXPECT_NE(output_.find("bye"), std::string::npos);
}

TEST_F(LocalExecutorTest, LeavesNoDaemonBehind) {
  // A daemon: its own session, its parent gone, its output elsewhere.
  const auto result =
      run(shell("setsid sh -c 'echo $$ >daemon; exec sleep 1000' >/dev/null 2>&1 </dev/null & while [ ! -s "
                "daemon ]; do sleep 0.01; done"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_EQ(result->left_behind, 1);
  const int daemon = number_in("daemon");
  ASSERT_GT(daemon, 1);
  EXPECT_TRUE(is_gone(daemon));
}

TEST_F(LocalExecutorTest, EndsATreeOfProcesses) {
  stop_ = [&] {
    return output_.find("ready") == std::string::npos ? StopReason::none : StopReason::cancelled;
  };
  const auto result = run(shell(
      "for i in 1 2 3; do (setsid sh -c 'trap \"\" TERM; echo $$ >>tree; sleep 1000 & wait' &) ; done; "
      "while [ $(wc -l <tree 2>/dev/null || echo 0) -lt 3 ]; do sleep 0.01; done; echo ready; sleep 1000"));
  ASSERT_TRUE(result);
  const auto text = read_file(folder_.path() / "tree");
  ASSERT_TRUE(text);
  int processes = 0;
  for (std::size_t start = 0; start < text->size(); start = text->find('\n', start) + 1, ++processes) {
    EXPECT_TRUE(is_gone(std::atoi(text->c_str() + start)));
  }
  EXPECT_EQ(processes, 3);
}

TEST_F(LocalExecutorTest, ABackgroundProcessDoesNotHoldTheStepOpen) {
  const auto result = run(shell("sleep 1000 & echo started"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_EQ(result->left_behind, 1);
}

TEST_F(LocalExecutorTest, LimitsCpuFilesAndMemory) {
  auto command = shell("while true; do :; done");
  command.limits.cpu_seconds = 1;
  auto result = run(command);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->signal == SIGXCPU || result->signal == SIGKILL) << result->signal;
  EXPECT_GE(result->cpu_seconds, 0.5);

  command = shell("head -c 10000000 /dev/zero >big");
  command.limits.file_bytes = 1'000'000;
  result = run(command);
  ASSERT_TRUE(result);
  EXPECT_NE(result->exit_code + result->signal, 0);
  EXPECT_LE(std::filesystem::file_size(folder_.path() / "big"), 1'000'000u);

  command = shell("python3 -c 'x = bytearray(2_000_000_000)'");
  command.limits.memory_bytes = 512ULL << 20;
  result = run(command);
  ASSERT_TRUE(result);
  EXPECT_NE(result->exit_code, 0);
  EXPECT_NE(output_.find("MemoryError"), std::string::npos);
}

TEST_F(LocalExecutorTest, AGigabyteOfOutputStaysBounded) {
  const auto file = folder_.path() / "step.log";
  {
    auto log = *StepLog::open(file, {.file_bytes = 1 << 20, .tail_bytes = 4096});
    const auto result = executor_.run(
        shell("head -c 1000000000 /dev/zero | tr '\\0' 'x'; echo; echo the end"),
        [&](std::string_view bytes) { log->write(bytes); }, stop_);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->exit_code, 0);
    EXPECT_EQ(log->written_bytes(), 1'000'000'009u);
    EXPECT_EQ(log->tail(1), "the end");
  }
  EXPECT_LT(std::filesystem::file_size(file), (1u << 20) + 8192);
  const auto end = read_log(file, -5000, 10'000);
  EXPECT_NE(end->text.find("bytes left out"), std::string::npos);
  EXPECT_TRUE(end->text.ends_with("the end\n"));
}

TEST_F(LocalExecutorTest, RunsManyAtOnce) {
  std::atomic<int> succeeded{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto result = executor_.run(
          shell("sleep 0.05; exit 5"), [](std::string_view) {}, [] { return StopReason::none; });
      if (result && result->exit_code == 5) ++succeeded;
    });
  }
  threads.clear();
  EXPECT_EQ(succeeded, 8);
}

}  // namespace
}  // namespace maru::automation
