#pragma once
// Reading logged models out of their tables. Only for this room's files.

#include <string_view>

#include "store/database.h"
#include "tracking/types.h"

namespace maru::tracking {

// The columns that logged_model_of() reads, of `logged_models` named l.
inline constexpr std::string_view kLoggedModelColumns =
    "l.model_id, l.experiment_id, l.name, l.type, l.source_run_id, l.artifact_uri, l.status, "
    "l.status_message, "
    "l.lifecycle, l.created_ms, l.updated_ms";

LoggedModel logged_model_of(const store::Row& row);
// Params, tags, metrics.
Result<void> load_details(store::Reader& reader, LoggedModel& model);

}  // namespace maru::tracking
