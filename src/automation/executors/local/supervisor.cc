#include "automation/executors/local/supervisor.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace maru::automation {
namespace {

constexpr int kReport = 3;  // where the report's descriptor is moved
constexpr int kDescriptorsClosed = 65'536;
constexpr int kKillRounds = 1000;
constexpr long kKillRoundNs = 2'000'000;

std::int64_t monotonic_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

// Not _exit(): a sanitizer's own one writes out what this copy of the server had buffered.
[[noreturn]] void leave() {
  for (;;) ::syscall(SYS_exit_group, 0);
}

[[noreturn]] void report_and_exit(const SupervisorReport& report) {
  [[maybe_unused]] const ssize_t written = ::write(kReport, &report, sizeof(report));
  leave();
}

[[noreturn]] void fail(const char* call) {
  SupervisorReport report;
  report.failed_errno = errno;
  report.failed_call = call;
  report_and_exit(report);
}

void write_text(const char* path, const char* text) {
  const int descriptor = ::open(path, O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  [[maybe_unused]] const ssize_t written = ::write(descriptor, text, ::strlen(text));
  ::close(descriptor);
}

// Descriptors of the server (its database, its lock, its sockets) must not live on in a command.
void keep_only(int output, int report) {
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(output, 100);  // out of the way of 0 … 3, which may be among the sources
  ::dup2(report, 101);
  ::dup2(null, 0);
  ::dup2(100, 1);
  ::dup2(100, 2);
  ::dup2(101, kReport);
  if (::syscall(SYS_close_range, kReport + 1, ~0U, 0) !=
      0) {  // a kernel before 5.9, or a sandbox that does not know it
    for (int descriptor = kReport + 1; descriptor < kDescriptorsClosed; ++descriptor) ::close(descriptor);
  }
  ::fcntl(kReport, F_SETFD, FD_CLOEXEC);
}

void limit(int resource, rlim_t value) {
  if (value == 0) return;
  const rlimit both{value, value};
  ::setrlimit(static_cast<__rlimit_resource_t>(resource), &both);
}

[[noreturn]] void become_command(const SupervisorPlan& plan) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  limit(RLIMIT_AS, plan.memory_bytes);
  limit(RLIMIT_CPU, plan.cpu_seconds);
  limit(RLIMIT_FSIZE, plan.file_bytes);
  limit(RLIMIT_NOFILE, plan.open_files);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  write_text("/proc/self/oom_score_adj", "500");  // when memory runs out, the step goes before the server
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t empty;
  ::sigemptyset(&empty);
  ::sigprocmask(SIG_SETMASK, &empty, nullptr);
  if (::chdir(plan.folder) != 0) fail("the folder");
  ::execve(plan.program, plan.arguments, plan.environment);
  fail("the program");
}

// Ends every child of this process. Reads /proc, because a process has no other way to ask.
void kill_children() {
  const int descriptor = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  char text[4096];
  const ssize_t count = ::read(descriptor, text, sizeof(text));
  ::close(descriptor);
  pid_t process = 0;
  for (ssize_t i = 0; i < count; ++i) {
    if (text[i] >= '0' && text[i] <= '9') {
      process = process * 10 + (text[i] - '0');
    } else {
      if (process > 0) ::kill(process, SIGKILL);
      process = 0;
    }
  }
}

// Ends what the command left: each orphan becomes our child once its parent is gone. How many there were.
std::int64_t kill_the_rest(pid_t group) {
  std::int64_t ended = 0;
  ::kill(-group, SIGKILL);
  for (int round = 0; round < kKillRounds; ++round) {
    for (;;) {
      const pid_t reaped = ::waitpid(-1, nullptr, WNOHANG);
      if (reaped < 0) return ended;  // ECHILD: nobody is left
      if (reaped == 0) break;
      ++ended;
    }
    kill_children();
    const timespec pause{0, kKillRoundNs};
    ::nanosleep(&pause, nullptr);
  }
  return ended;
}

void record(SupervisorReport& report, int status, const rusage& usage) {
  report.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  report.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  report.peak_memory_kib = usage.ru_maxrss;
  report.cpu_seconds = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                       static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

// Reaps what has ended; true once the command itself has.
bool reap(pid_t command, SupervisorReport& report) {
  for (;;) {
    int status = 0;
    rusage usage{};
    const pid_t reaped = ::wait4(-1, &status, WNOHANG, &usage);
    if (reaped <= 0) return false;
    if (reaped != command) continue;
    record(report, status, usage);
    return true;
  }
}

}  // namespace

void supervise(const SupervisorPlan& plan, int parent_process) {
  sigset_t awaited;
  ::sigemptyset(&awaited);
  ::sigaddset(&awaited, SIGCHLD);
  ::sigaddset(&awaited, SIGTERM);
  ::signal(SIGCHLD, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  ::setsid();
  keep_only(plan.output_descriptor, plan.report_descriptor);
  ::prctl(PR_SET_NAME, "maru-step");
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent_process) leave();  // the server died before it could be told of

  SupervisorReport report;
  const pid_t command = ::fork();
  if (command < 0) fail("fork");
  if (command == 0) become_command(plan);
  ::setpgid(command, command);  // both sides set it, so that neither can be too late

  std::int64_t kill_at_ms = -1;
  while (!reap(command, report)) {
    const std::int64_t left_ms = kill_at_ms < 0 ? 60'000 : kill_at_ms - monotonic_ms();
    if (left_ms <= 0) {
      ::kill(-command, SIGKILL);
      kill_at_ms = -1;
      continue;
    }
    const timespec wait{left_ms / 1000, left_ms % 1000 * 1'000'000};
    if (::sigtimedwait(&awaited, nullptr, &wait) == SIGTERM && kill_at_ms < 0) {
      ::kill(-command, SIGTERM);
      kill_at_ms = monotonic_ms() + plan.grace_ms;
    }
  }
  report.left_behind = kill_the_rest(command);
  report_and_exit(report);
}

}  // namespace maru::automation
