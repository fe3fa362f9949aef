#pragma once
// The online side of the point-in-time rule: a view's values for one entity from its rows.

#include <vector>

#include "features/feature_store.h"
#include "features/internal/model.h"
#include "features/internal/row_store.h"

namespace maru::features {

// One value a feature of the view, in order, as of `at_ms`.
Result<std::vector<OnlineValue>> read_view(store::KeyValueReader& reader, const SchemaBook& schemas,
                                           const ViewModel& view, const RowSet& set, const EntityKey& entity,
                                           TimeMs at_ms);

}  // namespace maru::features
