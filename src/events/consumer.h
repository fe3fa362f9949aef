#pragma once
// Reads the event log from where it left off, also after a crash: at least once, so effects must be
// idempotent or be written in the transaction that moves the cursor.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "events/log.h"

namespace maru::events {

// Where a consumer begins that has no cursor yet.
enum class StartAt : std::uint8_t { beginning, now };

// One thread at a time; one Consumer a name in a server. The log outlives it.
class Consumer {
 public:
  // Opens the durable cursor of that name, or makes it.
  static Result<Consumer> open(Log& log, std::string name, StartAt start = StartAt::beginning);

  // Removes the cursor of a consumer that is no more, so that retention need not wait for it.
  static Result<void> forget(Log& log, std::string_view name);

  // The next events after the cursor, at most `limit`, oldest first; those of `types` only when given (as in
  // Filter), moving past the others. Polling again without commit() gives the same events again.
  Result<std::vector<Event>> poll(std::size_t limit, std::vector<std::string> types = {});
  // Every event up to `last_id` was handled: in the transaction of the effects …
  Result<void> commit(store::Transaction& transaction, std::int64_t last_id);
  // … or in one of its own.
  Result<void> commit(std::int64_t last_id);

  // Waits for an event after the cursor: true when there may be one, false after `timeout_ms` or
  // Log::wake_all().
  bool wait(DurationMs timeout_ms) const;
  std::int64_t position() const { return position_->load(); }  // of the last commit
  const std::string& name() const { return name_; }

 private:
  Consumer(Log& log, std::string name, std::int64_t position)
      : log_(&log),
        name_(std::move(name)),
        position_(std::make_shared<std::atomic<std::int64_t>>(position)) {}
  Log* log_;
  std::string name_;
  std::shared_ptr<std::atomic<std::int64_t>> position_;  // shared with commits under way
};

}  // namespace maru::events
