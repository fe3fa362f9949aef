#include "automation/executors/local/local_executor.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "automation/executors/local/supervisor.h"

namespace maru::automation {
namespace {

constexpr int kPollMs = 50;  // how soon a wish to stop is seen
constexpr std::size_t kReadBytes = 64 << 10;

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  void set(int number) {
    close();
    number_ = number;
  }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

struct Pipe {
  Descriptor read, write;
};
Result<void> open_pipe(Pipe& pipe) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return make_error(Code::unavailable, "no pipe could be made: {}", std::strerror(errno));
  pipe.read.set(ends[0]);
  pipe.write.set(ends[1]);
  return {};
}

bool is_program(const std::filesystem::path& path) {
  std::error_code code;
  return std::filesystem::is_regular_file(path, code) && ::access(path.c_str(), X_OK) == 0;
}

// As execvp would find it, but in the command's own PATH and folder.
Result<std::string> find_program(const Command& command) {
  if (command.arguments.empty() || command.arguments.front().empty()) return invalid("the command is empty");
  const std::string& name = command.arguments.front();
  if (name.find('/') != std::string::npos) {
    const auto path = command.folder / name;
    return is_program(path) ? Result<std::string>(path.string())
                            : invalid("{}: no such program", path.string());
  }
  const auto found = command.environment.find("PATH");
  const std::string search =
      found == command.environment.end() ? "/usr/local/bin:/usr/bin:/bin" : found->second;
  for (std::size_t start = 0; start <= search.size();) {
    const std::size_t end = std::min(search.find(':', start), search.size());
    const auto path = std::filesystem::path(search.substr(start, end - start)) / name;
    if (is_program(path)) return path.string();
    start = end + 1;
  }
  return invalid("{}: no such program in {}", name, search);
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// So that a SIGTERM sent at once waits until the supervisor is ready for it. Only in the child do they stay
// blocked.
pid_t fork_with_signals_blocked() {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t child = ::fork();
  if (child != 0) ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return child;
}

// Reads what is there; false at the end.
bool drain(int descriptor, std::string& buffer, const std::function<void(std::string_view)>& output) {
  const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
  if (count > 0) output(std::string_view(buffer).substr(0, static_cast<std::size_t>(count)));
  return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

Result<SupervisorReport> read_report(int descriptor) {
  SupervisorReport report;
  std::size_t done = 0;
  auto* bytes = reinterpret_cast<char*>(&report);
  while (done < sizeof(report)) {
    const ssize_t count = ::read(descriptor, bytes + done, sizeof(report) - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return make_error(Code::unavailable, "the command's supervisor was killed from outside");
    done += static_cast<std::size_t>(count);
  }
  return report;
}

// Passes the output on and watches for the wish to stop, until the supervisor and all below it are gone.
StopReason watch(pid_t supervisor, int output_descriptor, const std::function<void(std::string_view)>& output,
                 const std::function<StopReason()>& should_stop) {
  StopReason stopped = StopReason::none;
  std::string buffer(kReadBytes, '\0');
  for (bool open = true; open;) {
    if (stopped == StopReason::none) {
      stopped = should_stop();
      if (stopped != StopReason::none) ::kill(supervisor, SIGTERM);
    }
    pollfd ready{output_descriptor, POLLIN, 0};
    if (::poll(&ready, 1, kPollMs) > 0) open = drain(output_descriptor, buffer, output);
  }
  return stopped;
}

}  // namespace

Result<CommandResult> LocalExecutor::run(const Command& command,
                                         const std::function<void(std::string_view)>& output,
                                         const std::function<StopReason()>& should_stop) {
  MARU_ASSIGN(const std::string program, find_program(command));
  std::error_code code;
  if (!std::filesystem::is_directory(command.folder, code))
    return invalid("{}: no such folder", command.folder.string());

  std::vector<std::string> arguments = command.arguments, environment;
  for (const auto& [name, value] : command.environment) environment.push_back(name + "=" + value);
  const auto argument_pointers = pointers_to(arguments), environment_pointers = pointers_to(environment);
  const std::string folder = command.folder.string();
  Pipe output_pipe, report_pipe;
  MARU_TRY(open_pipe(output_pipe));
  MARU_TRY(open_pipe(report_pipe));
  const SupervisorPlan plan{.program = program.c_str(),
                            .arguments = argument_pointers.data(),
                            .environment = environment_pointers.data(),
                            .folder = folder.c_str(),
                            .memory_bytes = command.limits.memory_bytes,
                            .cpu_seconds = command.limits.cpu_seconds,
                            .file_bytes = command.limits.file_bytes,
                            .open_files = command.limits.open_files,
                            .grace_ms = command.grace_ms,
                            .output_descriptor = output_pipe.write.get(),
                            .report_descriptor = report_pipe.write.get()};
  const pid_t self = ::getpid();
  const pid_t supervisor = fork_with_signals_blocked();
  if (supervisor < 0)
    return make_error(Code::unavailable, "no process could be made: {}", std::strerror(errno));
  if (supervisor == 0) supervise(plan, self);

  output_pipe.write.close();
  report_pipe.write.close();
  const StopReason stopped = watch(supervisor, output_pipe.read.get(), output, should_stop);
  const auto report = read_report(report_pipe.read.get());
  while (::waitpid(supervisor, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (!report) return report.error();
  if (report->failed_errno != 0) {
    return invalid("{}: {} cannot be used: {}", command.arguments.front(), report->failed_call,
                   std::strerror(report->failed_errno));
  }
  return CommandResult{.exit_code = report->exit_code,
                       .signal = report->signal,
                       .stopped = stopped,
                       .left_behind = report->left_behind,
                       .peak_memory_bytes = static_cast<std::uint64_t>(report->peak_memory_kib) * 1024,
                       .cpu_seconds = report->cpu_seconds};
}

}  // namespace maru::automation
