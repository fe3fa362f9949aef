#pragma once
// Pipelines, runs and steps as rows. Every function is one or two statements; the engine decides.

#include <optional>
#include <string>
#include <vector>

#include "automation/pipelines.h"

namespace maru::automation::table {

struct StoredRun {
  PipelineRun run;    // with steps
  PipelineSpec spec;  // as it was when the run was asked for
};

Result<void> put_pipeline(store::Transaction& transaction, const PipelineSpec& spec, TimeMs now_ms);
Result<bool> remove_pipeline(store::Transaction& transaction, std::string_view name);
Result<std::vector<PipelineSpec>> pipelines(store::Reader& reader);

// Inserts the run and its steps; run.id is ignored, the new id returned.
Result<std::int64_t> insert_run(store::Transaction& transaction, const PipelineRun& run,
                                const PipelineSpec& spec, const std::string& key);
Result<void> set_started_event(store::Transaction& transaction, std::int64_t run_id, std::int64_t event_id);
Result<std::optional<std::int64_t>> find_by_key(store::Reader& reader, const std::string& key);
Result<void> set_reason(store::Transaction& transaction, std::int64_t run_id, std::string_view reason);
Result<void> update_run(store::Transaction& transaction, const PipelineRun& run);
Result<void> update_step(store::Transaction& transaction, std::int64_t run_id, std::size_t position,
                         const StepRun& step, const std::string& fingerprint);

Result<std::optional<StoredRun>> find_run(store::Reader& reader, std::int64_t run_id);
// Newest first; without steps.
Result<std::vector<PipelineRun>> runs(store::Reader& reader, std::string_view pipeline, std::size_t limit,
                                      std::optional<std::int64_t> before);
// Queued and running ones, oldest first.
Result<std::vector<std::int64_t>> unfinished(store::Reader& reader);
// Some runs of a pipeline that are older than its newest `keep`.
Result<std::vector<std::int64_t>> old_runs(store::Reader& reader, std::string_view pipeline,
                                           std::size_t keep);

Result<std::optional<JsonObject>> cached_output(store::Reader& reader, const std::string& fingerprint);
Result<void> cache_output(store::Transaction& transaction, const std::string& fingerprint,
                          const JsonObject& output, std::int64_t run_id, TimeMs now_ms);

}  // namespace maru::automation::table
