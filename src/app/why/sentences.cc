#include "app/why/why.h"
#include "base/time.h"

namespace maru::app {
namespace {

std::string text_of(const JsonReader& payload, std::string_view name) {
  const auto found = payload.find(name);
  if (!found) return "";
  if (found->value().is_string()) return std::string(found->value().as_string());
  return to_json(found->value());
}

std::string number_of(const JsonReader& payload, std::string_view name) {
  const auto found = payload.find(name);
  return found ? fmt::format("{:.4g}", found->number().value_or(NAN)) : std::string("–");
}

std::string aliased(const JsonReader& payload) {
  if (payload.boolean_or("removed", false).value_or(false)) {
    return fmt::format("alias {} of {} was removed", text_of(payload, "alias"), text_of(payload, "model"));
  }
  const std::string previous = text_of(payload, "previous_version");
  return fmt::format("version {} of {} became {}{}", text_of(payload, "version"), text_of(payload, "model"),
                     text_of(payload, "alias"),
                     previous.empty() ? "" : fmt::format(" (before: version {})", previous));
}

std::string evaluated(const JsonReader& payload) {
  std::string text =
      fmt::format("version {} of {} was evaluated", text_of(payload, "version"), text_of(payload, "model"));
  if (const auto metrics = payload.find("metrics"))
    text += fmt::format(": rmse {}", number_of(*metrics, "rmse"));
  if (const auto champion = payload.find("champion")) {
    if (const auto metrics = champion->find("metrics")) {
      text += fmt::format(" against {} of champion version {}", number_of(*metrics, "rmse"),
                          text_of(*champion, "version"));
    }
  }
  return text;
}

std::string monitored(const JsonReader& payload) {
  std::string text = fmt::format("monitor {}", text_of(payload, "monitor"));
  if (const auto window = payload.find("window")) {
    const auto day = [&](std::string_view name) {
      const auto at = window->find(name);
      if (!at) return std::string();
      return at->value().is_int64() ? format_date(at->value().as_int64())
                                    : text_of(*window, name).substr(0, 10);
    };
    text += fmt::format(" on {} to {}", day("start"), day("end"));
  }
  text += fmt::format(" ({} requests, {} truths)", text_of(payload, "rows"), text_of(payload, "truths"));
  if (payload.find("rmse")) text += ": rmse " + number_of(payload, "rmse");
  if (const auto baseline = payload.find("baseline"); baseline && baseline->find("rmse")) {
    text += fmt::format(" against {} when trained", number_of(*baseline, "rmse"));
  }
  if (const auto drift = payload.find("drift")) {
    std::vector<std::string> columns;
    if (const auto drifted = drift->find("drifted"))
      columns = drifted->texts().value_or(std::vector<std::string>{});
    text += fmt::format(", drift share {}{}", number_of(*drift, "share"),
                        columns.empty() ? "" : fmt::format(" ({})", fmt::join(columns, ", ")));
  }
  return text;
}

std::string ruled(const JsonReader& payload) {
  const std::string sentence = text_of(payload, "sentence"), reason = text_of(payload, "reason");
  const std::string said = !sentence.empty() ? sentence : reason;
  return fmt::format("rule {} {}{}", text_of(payload, "rule"), text_of(payload, "verdict"),
                     said.empty() ? "" : ": " + said);
}

}  // namespace

std::string sentence_of(const events::Event& event) {
  const Json payload_value(event.payload);
  const JsonReader payload(payload_value);
  const std::string& type = event.type;
  if (type == "version.aliased") return aliased(payload);
  if (type == "version.evaluated") return evaluated(payload);
  if (type == "version.created") {
    return fmt::format("version {} of {} was registered", text_of(payload, "version"),
                       text_of(payload, "model"));
  }
  if (type == "monitor.evaluated" || type == "drift.found") return monitored(payload);
  if (type.starts_with("rule.")) return ruled(payload);
  if (type.starts_with("pipeline.")) {
    const std::string step = text_of(payload, "step"), reason = text_of(payload, "reason");
    return fmt::format("pipeline {} {}{}{}", text_of(payload, "pipeline"),
                       step.empty() ? type.substr(9) : "step " + step + " " + text_of(payload, "state"),
                       step.empty() ? fmt::format(" (run {})", text_of(payload, "run").substr(0, 8)) : "",
                       reason.empty() ? "" : ": " + reason);
  }
  if (type == "dataset.version") {
    return fmt::format("data set {} version {} was registered ({} rows)", text_of(payload, "dataset"),
                       text_of(payload, "version"), text_of(payload, "rows"));
  }
  if (type == "endpoint.swapped") {
    return fmt::format("endpoint {} swapped to version {} of {}", text_of(payload, "endpoint"),
                       text_of(payload, "version"), text_of(payload, "model"));
  }
  if (type == "run.started" || type == "run.finished" || type == "run.failed") {
    const std::string name = text_of(payload, "name");
    return fmt::format("run {} {}", name.empty() ? text_of(payload, "run_id").substr(0, 8) : name,
                       type.substr(4));
  }
  if (type == "schedule.tick") return fmt::format("schedule of rule {} ticked", text_of(payload, "rule"));
  if (type == "project.applied") return fmt::format("project {} was applied", text_of(payload, "project"));
  return fmt::format("{} {}", event.subject, type);
}

}  // namespace maru::app
