#pragma once
// What several calls read the same way.

#include "api/mlflow/fields.h"
#include "tracking/types.h"

namespace maru::api::mlflow {

// Who the events of this API say did it.
inline const tracking::Origin kOrigin{.actor = "mlflow", .project = {}, .cause = std::nullopt};

// ACTIVE_ONLY (also the default), DELETED_ONLY, ALL; or 1, 2, 3.
inline Result<tracking::ViewType> view_type(const Fields& fields, std::string_view name) {
  static constexpr std::array<std::string_view, 3> kNames = {"ACTIVE_ONLY", "DELETED_ONLY", "ALL"};
  MARU_ASSIGN(auto chosen, fields.enumerator_or(name, kNames, 1, kNames[0]));
  if (chosen == kNames[1]) return tracking::ViewType::deleted_only;
  return chosen == kNames[2] ? tracking::ViewType::all : tracking::ViewType::active_only;
}

}  // namespace maru::api::mlflow
