#include <charconv>

#include "app/why/why.h"

namespace maru::app {
namespace {

constexpr std::size_t kRecentEvents = 1000;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

Result<std::optional<events::Event>> newest(const events::Log& log, events::Filter filter,
                                            const std::function<bool(const events::Event&)>& wanted) {
  filter.newest_first = true;
  filter.limit = kRecentEvents;
  MARU_ASSIGN(auto found, log.list(filter));
  for (auto& event : found) {
    if (wanted(event)) return std::optional(std::move(event));
  }
  return std::optional<events::Event>();
}

std::string payload_text(const events::Event& event, std::string_view name) {
  const auto* value = event.payload.if_contains(name);
  if (value == nullptr) return "";
  return value->is_string() ? std::string(value->as_string()) : to_json(*value);
}

// "demand@champion": the event that put the alias where it is.
Result<std::optional<events::Event>> event_of_alias(const events::Log& log, std::string_view model,
                                                    std::string_view alias) {
  return newest(log, {.types = {"version.aliased"}, .subject = fmt::format("model/{}/", model)},
                [&](const events::Event& event) { return payload_text(event, "alias") == alias; });
}

Result<std::optional<events::Event>> event_of(const events::Log& log, std::string_view thing) {
  const auto any = [](const events::Event&) { return true; };
  if (thing.starts_with('#')) {
    const auto id = whole_number(thing.substr(1));
    if (!id) return invalid("thing: \"{}\" is not an event; expected # and a number", thing);
    MARU_ASSIGN(auto event, log.get(*id));
    return std::optional(std::move(event));
  }
  if (const auto at = thing.find('@'); at != std::string_view::npos)
    return event_of_alias(log, thing.substr(0, at), thing.substr(at + 1));
  if (thing.starts_with("pipeline_run/"))
    return newest(log, {.types = {"pipeline.started"}, .subject = std::string(thing)}, any);
  if (const auto slash = thing.rfind('/');
      slash != std::string_view::npos && whole_number(thing.substr(slash + 1))) {
    const std::string subject(thing.starts_with("model/") ? std::string(thing)
                                                          : "model/" + std::string(thing));
    return newest(log, {.types = {"version.created"}, .subject = subject}, any);
  }
  const std::string run(thing.starts_with("run:") ? thing.substr(4) : thing);
  MARU_ASSIGN(auto found, newest(log, {.types = {"run.started"}, .subject = "run/" + run}, any));
  if (found) return found;
  return newest(log, {.types = {"endpoint.swapped"}, .subject = "endpoint/" + run}, any);
}

}  // namespace

Result<std::vector<WhyLine>> explain(const events::Log& log, std::string_view thing) {
  MARU_ASSIGN(const auto first, event_of(log, thing));
  if (!first) {
    return not_found(
        "nothing is known of \"{}\"; ask for MODEL@ALIAS, MODEL/VERSION, a run's id, an endpoint or #EVENT",
        thing);
  }
  std::vector<WhyLine> lines{
      {fmt::format("{} on {}", sentence_of(*first), format_time(first->at_ms)), first->id, first->at_ms}};
  MARU_ASSIGN(const auto causes, log.causes(first->id));
  for (const auto& cause : causes)
    lines.push_back({fmt::format("{}  #{}", sentence_of(cause), cause.id), cause.id, cause.at_ms});
  return lines;
}

JsonObject why_json(std::string_view thing, const std::vector<WhyLine>& lines) {
  JsonArray list;
  for (const auto& line : lines)
    list.push_back(JsonObject{{"text", line.text}, {"event_id", line.event_id}, {"at_ms", line.at_ms}});
  return {{"thing", thing}, {"lines", std::move(list)}};
}

}  // namespace maru::app
