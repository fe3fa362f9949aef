#pragma once
// The event log's settings.

#include <span>

#include "base/config.h"

namespace maru::events {

// events.retention: what Log::remove_before is called with; "0s" keeps every event.
std::span<const Setting> events_settings();

}  // namespace maru::events
