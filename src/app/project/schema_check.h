#pragma once
// Checks a value against the part of JSON Schema that maru.yaml's schema uses: type, required, properties,
// additionalProperties, items, enum and local $ref. Errors carry the path and, for a key that is not known,
// the nearest one.

#include "base/json.h"
#include "base/result.h"

namespace maru::app {

// Every problem, in document order; empty when the value conforms.
std::vector<Error> check_against_schema(const JsonReader& value, const JsonObject& schema);

}  // namespace maru::app
