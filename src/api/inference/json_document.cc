#include "api/inference/json_document.h"

#include "base/json.h"

namespace maru::api::inference {

Result<JsonDocument> parse_document(std::string& text, std::size_t length) {
  constexpr std::size_t kKeptBytes = 1 << 20;
  thread_local const auto kept = std::make_shared<dom::parser>();
  const bool large = length > kKeptBytes;
  JsonDocument document;
  if (large) document.owner = std::make_shared<dom::parser>();
  dom::parser& parser = large ? *document.owner : *kept;
  if (text.capacity() < length + simdjson::SIMDJSON_PADDING)
    text.reserve(length + simdjson::SIMDJSON_PADDING);
  const auto failed = parser.parse(text.data(), length, false).get(document.root);
  if (failed) return invalid("body: not valid JSON ({})", simdjson::error_message(failed));
  return document;
}

std::string shown(const dom::element& value) {
  constexpr std::size_t kShownCharacters = 40;
  std::string text;
  switch (value.type()) {
    case dom::element_type::ARRAY:
      return "an array";
    case dom::element_type::OBJECT:
      return "an object";
    case dom::element_type::STRING:
      append_json_string(text, value.get_string().value_unsafe().substr(0, kShownCharacters));
      return text;
    default:
      return simdjson::minify(value);
  }
}

}  // namespace maru::api::inference
