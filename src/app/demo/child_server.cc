#include "app/demo/child_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "app/server/locations.h"
#include "base/file.h"
#include "base/time.h"

extern char** environ;

namespace maru::app {
namespace {

constexpr DurationMs kStartLimitMs = 60 * kSecondMs;
constexpr DurationMs kStopLimitMs = 20 * kSecondMs;

// Reads lines until one begins with "ready "; the address after http=.
Result<std::string> wait_until_ready(int descriptor, const std::filesystem::path& log) {
  const std::int64_t deadline_ns = system_clock().steady_ns() + kStartLimitMs * 1'000'000;
  std::string text;
  while (system_clock().steady_ns() < deadline_ns) {
    pollfd waited{descriptor, POLLIN, 0};
    if (poll(&waited, 1, 200) <= 0) continue;
    char buffer[512];
    const ssize_t got = read(descriptor, buffer, sizeof buffer);
    if (got <= 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
    const auto at = text.find("ready http=");
    if (at == std::string::npos || text.find('\n', at) == std::string::npos) continue;
    const auto begin = at + std::string_view("ready http=").size();
    return "http://" + text.substr(begin, text.find_first_of(" \n", begin) - begin);
  }
  const auto said = read_file(log);
  return make_error(Code::unavailable, "the server did not start{}", said ? ":\n" + *said : std::string());
}

}  // namespace

bool port_taken(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return true;
  const int yes = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool taken = bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0;
  close(descriptor);
  return taken;
}

Result<ChildServer> ChildServer::start(const std::filesystem::path& data,
                                       const std::vector<std::string>& arguments) {
  MARU_TRY(make_folders(data));
  const auto log = data / "server.log";
  int out[2];
  if (pipe2(out, O_CLOEXEC) != 0) return internal("pipe: {}", std::strerror(errno));
  const std::string executable = own_executable().string();
  std::vector<std::string> words{executable, "up", "--stop-with-parent", "--data", data.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A group of its own: Ctrl-C is for the demo, which stops the server in order.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  pid_t pid = -1;
  const int failed = posix_spawn(&pid, executable.c_str(), &actions, &attributes, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(out[1]);
  if (failed != 0) {
    close(out[0]);
    return internal("cannot run {}: {}", executable, std::strerror(failed));
  }
  ChildServer child(pid, "");
  auto address = wait_until_ready(out[0], log);
  close(out[0]);
  if (!address) return address.error();
  child.http_ = std::move(*address);
  return child;
}

ChildServer::ChildServer(ChildServer&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), http_(std::move(other.http_)) {}
ChildServer& ChildServer::operator=(ChildServer&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(http_, other.http_);
  return *this;
}
ChildServer::~ChildServer() { stop(); }

bool ChildServer::running() const { return pid_ > 0 && kill(pid_, 0) == 0; }

void ChildServer::stop() {
  if (pid_ <= 0) return;
  kill(pid_, SIGTERM);
  const std::int64_t deadline_ns = system_clock().steady_ns() + kStopLimitMs * 1'000'000;
  while (waitpid(pid_, nullptr, WNOHANG) == 0) {
    if (system_clock().steady_ns() > deadline_ns) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
      break;
    }
    system_clock().sleep_ms(20);
  }
  pid_ = -1;
}

}  // namespace maru::app
