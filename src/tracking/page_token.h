#pragma once
// Page tokens as MLflow makes them: base64 of {"offset": n}.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace maru::tracking {

std::string make_page_token(std::int64_t offset);
// 0 for "". invalid_argument for anything that make_page_token did not make.
Result<std::int64_t> parse_page_token(std::string_view token);

}  // namespace maru::tracking
