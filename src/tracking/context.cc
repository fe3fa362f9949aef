#include "tracking/context.h"

namespace maru::tracking {

events::NewEvent make_event(std::string_view type, std::string subject, const Origin& origin,
                            JsonObject payload) {
  return {.type = std::string(type),
          .subject = std::move(subject),
          .project = origin.project,
          .actor = origin.actor.empty() ? "server" : origin.actor,
          .payload = std::move(payload),
          .cause = origin.cause};
}

std::string placeholders(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += i == 0 ? "?" : ",?";
  return out;
}

std::vector<store::Value> text_values(std::span<const std::string> texts) {
  return {texts.begin(), texts.end()};
}

}  // namespace maru::tracking
