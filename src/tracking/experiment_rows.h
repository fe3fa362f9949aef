#pragma once
// Reading experiments out of their tables. Only for this room's files.

#include <string_view>

#include "store/database.h"
#include "tracking/types.h"

namespace maru::tracking {

// The columns that experiment_of() reads, of `experiments` named e.
inline constexpr std::string_view kExperimentColumns =
    "e.id, e.name, e.artifact_location, e.lifecycle, e.created_ms, e.updated_ms";

Experiment experiment_of(const store::Row& row);
Result<void> load_tags(store::Reader& reader, Experiment& experiment);
// not_found, with its tags.
Result<Experiment> find_experiment(store::Reader& reader, std::string_view id);
// Also invalid_argument when it is deleted.
Result<Experiment> find_active_experiment(store::Reader& reader, std::string_view id);

}  // namespace maru::tracking
