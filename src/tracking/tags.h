#pragma once
// Tag keys that mean something to the room.

#include <string_view>

#include "store/database.h"
#include "tracking/types.h"

namespace maru::tracking {

inline constexpr std::string_view kRunNameTag = "mlflow.runName";
inline constexpr std::string_view kDatasetContextTag = "mlflow.data.context";
inline constexpr std::string_view kModelHistoryTag = "mlflow.log-model.history";

// Sets a run's tag; the run's name follows its name tag.
Result<void> write_tag(store::Transaction& transaction, std::int64_t run, const Tag& tag);

}  // namespace maru::tracking
