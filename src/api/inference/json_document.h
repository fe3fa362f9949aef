#pragma once
// A request's JSON, parsed where it lies.

#include <memory>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "base/result.h"

namespace maru::api::inference {

namespace dom = simdjson::dom;

// The document of the first `length` bytes of `text`; it reads strings and numbers out of its own tape, so
// `text` may change afterwards. `text` may be moved to get room behind its end. Valid until this thread
// parses again, or while `owner` lives.
struct JsonDocument {
  dom::element root;
  std::shared_ptr<dom::parser> owner;  // set for a document too large to keep a thread's parser grown to
};
// invalid_argument "body: …".
Result<JsonDocument> parse_document(std::string& text, std::size_t length);

// What a value is, for "expected a number, got …": `"abc"`, `an array`.
std::string shown(const dom::element& value);

}  // namespace maru::api::inference
