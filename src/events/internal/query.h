#pragma once
// A Filter as SQL. Internal to the room.

#include <string>
#include <vector>

#include "events/event.h"
#include "store/value.h"

namespace maru::events {

struct FilterQuery {
  std::string sql;  // selects all columns of events, in the order event_of() reads; few shapes, so that it
                    // stays prepared
  std::vector<store::Value> params;
};

FilterQuery query_of(const Filter& filter);

}  // namespace maru::events
