#pragma once
// A child process that writes and acknowledges until it is killed with SIGKILL in the middle of it.

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <random>
#include <vector>

namespace maru::store {

// Runs `write_all(acknowledge)` in a forked child, kills it -9 after a random number of acknowledgements, and
// returns those that came over the pipe: what the child said was durable.
inline std::vector<std::int64_t> acknowledged_before_kill(
    unsigned seed,
    const std::function<void(const std::function<void(std::int64_t)>& acknowledge)>& write_all) {
  int channel[2];
  if (::pipe(channel) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(channel[0]);
    write_all([&](std::int64_t number) {
      if (::write(channel[1], &number, sizeof number) != sizeof number) ::_exit(1);
    });
    ::pause();
    ::_exit(0);
  }
  ::close(channel[1]);
  std::mt19937 random(seed);
  const std::size_t kill_after = 20 + random() % 100;
  std::vector<std::int64_t> acknowledged;
  std::int64_t number = 0;
  const auto next_arrives = [&] {
    constexpr int kPatienceMs = 60'000;
    pollfd waiting{channel[0], POLLIN, 0};
    if (::poll(&waiting, 1, kPatienceMs) > 0) return true;
    ADD_FAILURE() << "the child acknowledged nothing for " << kPatienceMs << " ms";
    ::kill(child, SIGKILL);
    return false;
  };
  while (next_arrives() && ::read(channel[0], &number, sizeof number) == sizeof number) {
    acknowledged.push_back(number);
    if (acknowledged.size() == kill_after)
      ::kill(child, SIGKILL);  // and read on what was said before it died
  }
  ::close(channel[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended before it was killed";
  return acknowledged;
}

}  // namespace maru::store
