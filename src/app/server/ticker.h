#pragma once
// The server's background rhythm: closes monitoring windows, writes endpoint windows, flushes and prunes
// features, expires events. Each is looked at by the server's clock, so that a replay's time counts and not
// ours.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/config.h"
#include "base/time.h"

namespace maru::app {

struct Rooms;

class Ticker {
 public:
  Ticker(Rooms& rooms, const Config& config);
  ~Ticker();  // stops; waits for the tick under way

 private:
  void run();
  void tick();

  Rooms& rooms_;
  const DurationMs every_ms_;
  const DurationMs event_retention_ms_;
  TimeMs next_housekeeping_ms_ = 0;  // by the machine's steady clock
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace maru::app
