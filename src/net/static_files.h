#pragma once
// Files of a built web UI: ETag and conditional requests, year-long caching for hashed names, the index for
// SPA routes.

#include <filesystem>
#include <string>
#include <vector>

#include "net/router.h"

namespace maru::net {

struct StaticFilesOptions {
  std::filesystem::path root;  // holds index.html
  // A path below one of these that names no file is 404, never the index.
  std::vector<std::string> not_spa = {"/api/", "/ajax-api/", "/v1/", "/v2/", "/assets/"};
};

// A handler for Router::set_fallback. Paths cannot leave the root (base/file.h safe_join; links are
// followed).
Handler static_files(StaticFilesOptions options);

}  // namespace maru::net
