#include "events/event.h"

namespace maru::events {
namespace {

// "model." matches what begins with it; "model.created" matches itself.
bool type_matches(std::string_view pattern, std::string_view type) {
  return pattern.ends_with('.') ? type.starts_with(pattern) : type == pattern;
}

bool subject_matches(std::string_view pattern, std::string_view subject) {
  return pattern.ends_with('/') ? subject.starts_with(pattern) : subject == pattern;
}

}  // namespace

JsonObject to_json_object(const Event& event) {
  return {{"id", event.id},           {"at_ms", event.at_ms},
          {"type", event.type},       {"subject", event.subject},
          {"project", event.project}, {"actor", event.actor},
          {"payload", event.payload}, {"cause", event.cause ? Json(*event.cause) : Json(nullptr)}};
}

bool matches(const Filter& filter, const Event& event) {
  const bool type_fits =
      filter.types.empty() || std::any_of(filter.types.begin(), filter.types.end(),
                                          [&](const auto& type) { return type_matches(type, event.type); });
  return type_fits && (filter.subject.empty() || subject_matches(filter.subject, event.subject)) &&
         (filter.project.empty() || filter.project == event.project) &&
         (!filter.after_id || event.id > *filter.after_id) &&
         (!filter.before_id || event.id < *filter.before_id) &&
         (!filter.since_ms || event.at_ms >= *filter.since_ms);
}

}  // namespace maru::events
