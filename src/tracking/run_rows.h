#pragma once
// Reading runs out of their tables. Only for this room's files.

#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"
#include "tracking/types.h"

namespace maru::tracking {

// The columns that run_info_of() reads, of `runs` named r.
inline constexpr std::string_view kRunColumns =
    "r.number, r.run_id, r.experiment_id, r.name, r.user_id, r.status, r.lifecycle, r.started_ms, "
    "r.ended_ms, r.artifact_uri";

struct NumberedRun {
  std::int64_t number = 0;
  Run run;
};
NumberedRun run_of(const store::Row& row);

// not_found.
Result<NumberedRun> load_run(store::Reader& reader, std::string_view run_id);
// Latest metrics, params, tags, inputs and outputs.
Result<void> load_details(store::Reader& reader, NumberedRun& run);
Result<void> load_inputs(store::Reader& reader, NumberedRun& run);

// NaN is stored as (0, is_nan).
double metric_value(double stored, bool is_nan);

}  // namespace maru::tracking
