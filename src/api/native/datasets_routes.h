#pragma once
// Maru's own REST over the datasets room.
//
//   GET  /api/v1/datasets?project=                          {"datasets": […]}
//   GET  /api/v1/datasets/{name}                            … with its versions, newest first
//   POST /api/v1/datasets/{name}/versions                   → the version. The body by Content-Type:
//   text/csv,
//        application/gzip (a gzipped CSV), application/vnd.apache.parquet, application/x-ndjson; or
//        application/json
//        {"sql"} over other data sets, or {"path"} of a file below a folder that the server lets be read
//   GET  /api/v1/datasets/{name}/versions/{version}         … with schema, profile, checks, lineage; "latest"
//   is a version GET  /api/v1/datasets/{name}/versions/{version}/rows?offset=&limit=     {"columns", "rows":
//   [[…]], "total"} POST /api/v1/datasets/query {"sql", "limit"?}           {"columns", "rows": [[…]],
//   "total"} GET  /api/v1/lineage?node=model_version/demand/2&direction=up|down|both&depth=

#include <filesystem>
#include <functional>

#include "datasets/catalog.h"
#include "datasets/lineage.h"
#include "net/router.h"

namespace maru::api {

// Where a path that a client names really is; an error when it may not be read. Empty: files come by upload
// only.
using PathResolver = std::function<Result<std::filesystem::path>(std::string_view path)>;

// The objects outlive the router.
void add_datasets_routes(net::Router& router, datasets::Catalog& catalog, datasets::Lineage& lineage,
                         PathResolver resolve_path = {});

}  // namespace maru::api
