#pragma once
// Something that happened. Types and their payloads are listed in README.md.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace maru::events {

struct NewEvent {
  std::string type = {};     // "version.created"
  std::string subject = {};  // what it happened to: "model/demand/3"
  std::string project = {};  // may be empty
  std::string actor = {};    // who did it: "rule/champion", "user/kim", "server"
  JsonObject payload = {};
  std::optional<std::int64_t> cause = {};  // the event that led to it
};

struct Event {
  std::int64_t id = 0;  // strictly increasing in commit order
  TimeMs at_ms = 0;
  std::string type, subject, project, actor;
  JsonObject payload;
  std::optional<std::int64_t> cause;
};

// {"id", "at_ms", "type", "subject", "project", "actor", "payload", "cause"}: what the API shows and rules
// see.
JsonObject to_json_object(const Event& event);

// Empty members ask for nothing.
struct Filter {
  std::vector<std::string> types = {};  // any of these; "model." means every type that begins so
  std::string subject = {};             // exactly, or every subject below it when it ends in '/'
  std::string project = {};
  std::optional<std::int64_t> after_id = {};
  std::optional<std::int64_t> before_id = {};
  std::optional<TimeMs> since_ms = {};
  std::size_t limit = 100;  // at most kListLimit
  bool newest_first = false;
};
inline constexpr std::size_t kListLimit = 10'000;

// Whether the filter would have let the event through (limit and order aside).
bool matches(const Filter& filter, const Event& event);

}  // namespace maru::events
