#include "tracking/page_token.h"

#include "base/hash.h"
#include "base/json.h"

namespace maru::tracking {

std::string make_page_token(std::int64_t offset) {
  return base64_encode(fmt::format("{{\"offset\": {}}}", offset));
}

Result<std::int64_t> parse_page_token(std::string_view token) {
  if (token.empty()) return 0;
  auto decoded = base64_decode(token);
  if (!decoded) return invalid("Invalid page token, could not base64-decode");
  auto json = parse_json_object(*decoded);
  if (!json) return invalid("Invalid page token, decoded value={}", *decoded);
  const Json value = *json;
  auto offset = JsonReader(value).integer("offset");
  if (!offset || *offset < 0) return invalid("Invalid page token, parsed value={}", *decoded);
  return *offset;
}

}  // namespace maru::tracking
