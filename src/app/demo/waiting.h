#pragma once
// Waiting for a server's consequences to settle: events handled, rules decided, pipelines finished.

#include <functional>
#include <string>

#include "app/cli/context.h"

namespace maru::app {

using RunProgress = std::function<void(const JsonReader& run)>;

// Until the pipeline run is final. failed_precondition with its reason unless it succeeded.
Result<Json> wait_for_run(const ServerClient& client, const std::string& run_id, const RunProgress& progress);
// Until every monitor of `endpoint` has a result for the window that ends at `window_end_ms`.
Result<void> wait_for_windows(const ServerClient& client, const std::string& endpoint,
                              std::int64_t window_end_ms);
// Until the rules have handled every event and no pipeline is queued or running, with what the events lead
// to.
Result<void> wait_until_settled(const ServerClient& client, const RunProgress& progress);

}  // namespace maru::app
