#pragma once
// What the writer needs to know of a run before it writes to it. Logging to a run asks the database once, not
// once a batch.

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"
#include "store/database.h"
#include "tracking/types.h"

namespace maru::tracking {

struct KnownRun {
  std::int64_t number = 0;
  std::int64_t experiment_id = 0;
  TimeMs last_metrics_event_ms = 0;  // of the newest metrics.logged event
};

// Touched by the writer thread only (inside a write function or its on_commit), so it needs no lock. Holds
// active runs only; the least recently used goes first.
class RunCache {
 public:
  static constexpr std::size_t kRuns = 4096;

  // not_found: no such run; invalid_argument: it is deleted.
  Result<KnownRun*> active(store::Reader& reader, std::string_view run_id);
  // After any change of a run's life.
  void forget(std::string_view run_id);
  void clear();

 private:
  struct Entry {
    std::string run_id;
    KnownRun run;
  };
  std::list<Entry> entries_;                                                // most recently used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_id_;  // views of entries_
};

struct RunRow {
  std::int64_t number = 0;
  std::int64_t experiment_id = 0;
  Lifecycle lifecycle = Lifecycle::active;
};
// not_found says "Run with id=… not found".
Result<RunRow> find_run(store::Reader& reader, std::string_view run_id);
// Also invalid_argument when it is deleted.
Result<RunRow> find_active_run(store::Reader& reader, std::string_view run_id);

}  // namespace maru::tracking
