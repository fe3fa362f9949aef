#include "app/server/ticker.h"

#include "app/server/rooms.h"
#include "base/log.h"

namespace maru::app {
namespace {

// Flushing and pruning look at a lot; once in a while is enough.
constexpr DurationMs kHousekeepingEveryMs = 30 * kSecondMs;

void complain(std::string_view what, const Error& error) {
  log_warn("server", fmt::format("{} failed", what), {{"reason", error.message}});
}

}  // namespace

Ticker::Ticker(Rooms& rooms, const Config& config)
    : rooms_(rooms),
      every_ms_(config.duration_ms("server.tick")),
      event_retention_ms_(config.duration_ms("events.retention")),
      thread_([this] { run(); }) {}

Ticker::~Ticker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Ticker::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    tick();
    lock.lock();
    wake_.wait_for(lock, std::chrono::milliseconds(every_ms_), [this] { return stopping_; });
  }
}

void Ticker::tick() {
  rooms_.endpoints->tick();
  rooms_.monitors->tick();
  const TimeMs steady_ms = system_clock().steady_ns() / 1'000'000;
  if (steady_ms < next_housekeeping_ms_) return;
  next_housekeeping_ms_ = steady_ms + kHousekeepingEveryMs;
  if (auto flushed = rooms_.features->flush(); !flushed)
    complain("flushing pushed features", flushed.error());
  if (auto pruned = rooms_.features->prune(); !pruned) complain("pruning online features", pruned.error());
  if (auto archived = rooms_.archive->write_finished_months(rooms_.endpoints->list(), rooms_.clock->now_ms());
      !archived)
    complain("archiving predictions", archived.error());
  if (auto expired = rooms_.predictions->remove_expired(); !expired)
    complain("expiring predictions", expired.error());
  if (event_retention_ms_ == 0) return;  // keeps all
  if (auto removed = rooms_.events->remove_before(rooms_.clock->now_ms() - event_retention_ms_); !removed)
    complain("expiring events", removed.error());
}

}  // namespace maru::app
