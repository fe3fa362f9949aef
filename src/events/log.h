#pragma once
// The one durable event log. An event is written in the transaction of the change that it tells of: both
// happen or neither.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/time.h"
#include "events/event.h"
#include "store/database.h"
#include "store/statement_list.h"

namespace maru::events {

inline constexpr std::size_t kPayloadLimitBytes = std::size_t{1} << 20;
inline constexpr std::size_t kCauseDepthLimit = 100;

// Keeps a subscriber subscribed; once its destructor returns the callback is not running and never runs
// again. A callback may end subscriptions, also its own, which then is over when the callback returns.
class Subscription {
 public:
  Subscription() = default;
  explicit Subscription(std::move_only_function<void()> end) : end_(std::move(end)) {}
  Subscription(Subscription&& other) noexcept : end_(std::exchange(other.end_, nullptr)) {}
  Subscription& operator=(Subscription&& other) noexcept {
    std::swap(end_, other.end_);
    return *this;
  }
  ~Subscription() {
    if (end_) end_();
  }

 private:
  std::move_only_function<void()> end_;
};

// Thread-safe. The database and clock outlive it.
class Log {
 public:
  Log(store::Database& database, const Clock& clock);
  ~Log();

  // Appends in the caller's transaction; consumers wake and subscribers are called once it committed.
  // invalid_argument: type or subject empty or malformed. payload_too_large: over kPayloadLimitBytes.
  Result<std::int64_t> append(store::Transaction& transaction, NewEvent event);
  // In a transaction of its own; durable when it returns.
  Result<std::int64_t> append(NewEvent event);

  // Ordered by id, oldest first unless the filter says otherwise. invalid_argument: limit over kListLimit.
  Result<std::vector<Event>> list(const Filter& filter) const;
  Result<Event> get(std::int64_t id) const;  // not_found
  // The event's cause, the cause of that, …: nearest first, without the event itself; ends where retention
  // removed one.
  Result<std::vector<Event>> causes(std::int64_t id) const;
  Result<std::int64_t> newest_id() const;  // 0 when there is none

  // `callback` runs for every event after its commit, in id order, on the writer thread: hand over and
  // return, do not block and do not write. For live streams; nothing is replayed (list() with after_id fills
  // the gap).
  Subscription subscribe(std::function<void(const Event&)> callback);

  // Returns when an event after `after_id` may exist, `wake_all` was called, or `timeout_ms` of real time
  // passed. True when there is one.
  bool wait_for_event_after(std::int64_t after_id, DurationMs timeout_ms) const;
  void wake_all() const;

  // Removes events older than `before_ms` that every consumer with a cursor has handled; how many. In small
  // transactions.
  Result<std::uint64_t> remove_before(TimeMs before_ms);

  store::Database& database() const { return database_; }

 private:
  struct State;
  store::Database& database_;
  const Clock& clock_;
  std::shared_ptr<State> state_;
};

std::span<const store::NamedStatement> statements();

}  // namespace maru::events
