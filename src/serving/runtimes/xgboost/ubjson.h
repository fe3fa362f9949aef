#pragma once
// Universal Binary JSON (ubjson.org, draft 12), as XGBoost writes its models since 1.6, read into our Json.

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace maru::serving {

// invalid_argument naming the byte: cut short, an unknown marker, over `depth` deep. Numbers become int64 or
// double.
Result<Json> parse_ubjson(std::string_view bytes, std::size_t depth = 64);

}  // namespace maru::serving
