#pragma once
// "Why did this happen?": from a thing to the event that made it so, and backwards along its causes.

#include <string>
#include <string_view>
#include <vector>

#include "events/log.h"

namespace maru::registry {
class Store;
}

namespace maru::app {

struct WhyLine {
  std::string text;
  std::int64_t event_id = 0;
  TimeMs at_ms = 0;
};

// One event as a sentence without its cause: "rule champion on version.evaluated: 61.2 < 84.9 × 0.98". Pure.
std::string sentence_of(const events::Event& event);

// MODEL@ALIAS, MODEL/VERSION, run:RUN_ID or a bare run id, pipeline_run/ID, or #EVENT. not_found when nothing
// is known of it.
Result<std::vector<WhyLine>> explain(const events::Log& log, std::string_view thing);

JsonObject why_json(std::string_view thing, const std::vector<WhyLine>& lines);

}  // namespace maru::app
