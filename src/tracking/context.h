#pragma once
// What the parts of the tracking room share. Only for this room's files.

#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "events/log.h"
#include "store/blobs.h"
#include "store/database.h"
#include "tracking/run_cache.h"
#include "tracking/types.h"

namespace maru::tracking {

enum class BlobOwnership : std::uint8_t;

struct Context {
  store::Database& database;
  store::Blobs& blobs;
  events::Log& events;
  Clock& clock;
  RunCache run_cache;
  // Held shared from a blob's commit until the row that names it is durable, alone while unreferenced blobs
  // are removed.
  std::shared_mutex blobs_in_use;
  bool owns_blobs = false;
};

// The event of a change, with who asked for it.
events::NewEvent make_event(std::string_view type, std::string subject, const Origin& origin,
                            JsonObject payload);

// "?,?,?" for an IN list.
std::string placeholders(std::size_t count);
std::vector<store::Value> text_values(std::span<const std::string> texts);

}  // namespace maru::tracking
