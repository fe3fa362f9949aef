#pragma once
// Maru's own REST over the features room.
//
//   GET  /api/v1/features                 what is defined, and how much of it is online
//   POST /api/v1/features/online          {"service" | "features", "entities": [{"city": "dc"}], "at"?} →
//                                         {"features": […], "at_ms", "rows": [{"entity", "values",
//                                         "statuses", "event_ms"}]}
//   POST /api/v1/features/push            {"source", "rows": [{…}]} → {"accepted"}, once durable
//   POST /api/v1/features/materialize     {"views"?, "from"?, "to"?} → {"rows", "to_ms", "resumed"}
//   POST /api/v1/features/training-set    {"service", "label"?, "entities"? [{…, "at"}], "from"?, "to"?,
//   "as_of"?, "dataset"?} →
//                                         {"columns", "rows" (the first ones), "total", "features"}, and with
//                                         `dataset` also the "version" that it was registered as
// Times are RFC 3339 or milliseconds.

#include "base/pool.h"
#include "datasets/catalog.h"
#include "features/feature_store.h"
#include "net/router.h"

namespace maru::api {

// Small online reads are answered on the I/O thread, large ones on `pool`. The objects outlive the router.
void add_features_routes(net::Router& router, features::FeatureStore& store, datasets::Catalog& catalog,
                         Pool& pool);

}  // namespace maru::api
