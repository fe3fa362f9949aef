#pragma once
// The first page of the UI: each stage of the loop with its state and the one number that matters.

#include "base/json.h"
#include "base/result.h"

namespace maru::app {

struct Rooms;

// How many of each thing there are.
Result<JsonObject> room_counts(Rooms& rooms);
// {"stages": [{id, title, state, number, unit, label, link}], "events": [newest 20]}
Result<JsonObject> overview_json(Rooms& rooms);

}  // namespace maru::app
