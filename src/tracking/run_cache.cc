#include "tracking/run_cache.h"

#include "tracking/statements.h"

namespace maru::tracking {
namespace {

constexpr std::string_view kFindRun = "SELECT number, experiment_id, lifecycle FROM runs WHERE run_id = ?1";
constexpr store::NamedStatement kStatements[] = {{"tracking.find_run", kFindRun}};

}  // namespace

std::span<const store::NamedStatement> run_cache_statements() { return kStatements; }

Result<RunRow> find_run(store::Reader& reader, std::string_view run_id) {
  MARU_ASSIGN(auto found, reader.first(kFindRun, {run_id}, [](const store::Row& row) {
    return RunRow{row.int64(0), row.int64(1),
                  row.text(2) == "active" ? Lifecycle::active : Lifecycle::deleted};
  }));
  if (!found) return not_found("Run with id={} not found", run_id);
  return *found;
}

Result<RunRow> find_active_run(store::Reader& reader, std::string_view run_id) {
  MARU_ASSIGN(auto run, find_run(reader, run_id));
  if (run.lifecycle == Lifecycle::active) return run;
  return invalid("The run {} must be in the 'active' state. Current state is {}.", run_id,
                 name_of(run.lifecycle));
}

Result<KnownRun*> RunCache::active(store::Reader& reader, std::string_view run_id) {
  if (auto known = by_id_.find(run_id); known != by_id_.end()) {
    entries_.splice(entries_.begin(), entries_, known->second);
    return &known->second->run;
  }
  MARU_ASSIGN(auto row, find_active_run(reader, run_id));
  if (entries_.size() == kRuns) {
    by_id_.erase(entries_.back().run_id);
    entries_.pop_back();
  }
  entries_.push_front({std::string(run_id), {row.number, row.experiment_id, 0}});
  by_id_.emplace(entries_.front().run_id, entries_.begin());
  return &entries_.front().run;
}

void RunCache::forget(std::string_view run_id) {
  auto known = by_id_.find(run_id);
  if (known == by_id_.end()) return;
  auto entry = known->second;
  by_id_.erase(known);
  entries_.erase(entry);
}

void RunCache::clear() {
  by_id_.clear();
  entries_.clear();
}

}  // namespace maru::tracking
