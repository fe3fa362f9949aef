#include "app/server/overview.h"

#include "app/server/rooms.h"

namespace maru::app {
namespace {

constexpr std::size_t kEvents = 20;
constexpr std::int64_t kCountLimit = 1000;

JsonObject stage(std::string_view id, std::string_view title, std::string_view state, const Json& number,
                 std::string_view unit, std::string_view label, std::string_view link) {
  return {{"id", id},     {"title", title}, {"state", state}, {"number", number},
          {"unit", unit}, {"label", label}, {"link", link}};
}

std::string counted(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string_view some(std::size_t count) { return count == 0 ? "empty" : "ok"; }

Result<JsonObject> data_stage(Rooms& rooms) {
  MARU_ASSIGN(const auto datasets, rooms.catalog->list());
  std::uint64_t rows = 0;
  for (const auto& dataset : datasets) rows += dataset.rows;
  return stage("data", "Data", some(datasets.size()), rows, "rows", counted(datasets.size(), "data set"),
               "/datasets");
}

Result<JsonObject> training_stage(Rooms& rooms) {
  MARU_ASSIGN(const auto runs, rooms.pipelines->runs("", 20));
  const auto running = std::count_if(
      runs.begin(), runs.end(), [](const auto& run) { return run.state == automation::RunState::running; });
  const bool failed = !runs.empty() && runs.front().state == automation::RunState::failed;
  return stage("training", "Training",
               running > 0 ? "busy"
               : failed    ? "alert"
                           : some(runs.size()),
               static_cast<std::int64_t>(runs.size()), "runs",
               running > 0 ? "a pipeline is running"
               : failed    ? "the last pipeline run failed"
                           : "pipelines at rest",
               "/pipelines");
}

Result<JsonObject> registry_stage(Rooms& rooms) {
  MARU_ASSIGN(const auto versions,
              rooms.registry->search_versions(
                  {.filter = "", .order_by = {}, .max_results = kCountLimit, .page_token = ""}));
  MARU_ASSIGN(const auto models,
              rooms.registry->search_models(
                  {.filter = "", .order_by = {}, .max_results = kCountLimit, .page_token = ""}));
  std::string champions;
  for (const auto& model : models.items) {
    for (const auto& alias : model.aliases) {
      if (alias.alias == "champion")
        champions +=
            fmt::format("{}{} v{}", champions.empty() ? "champion " : ", ", model.name, alias.version);
    }
  }
  return stage("registry", "Registry", some(versions.items.size()),
               static_cast<std::int64_t>(versions.items.size()), "versions",
               champions.empty() ? "no champion yet" : champions, "/models");
}

JsonObject serving_stage(Rooms& rooms) {
  const auto endpoints = rooms.endpoints->list();
  double rate = 0;
  std::uint64_t errors = 0;
  bool failed = false;
  for (const auto& endpoint : endpoints) {
    failed = failed || endpoint.state == serving::EndpointState::failed;
    if (const auto statistics = rooms.endpoints->statistics(endpoint.spec.name)) {
      rate += statistics->rate_per_s;
      errors += statistics->errors;
    }
  }
  return stage("serving", "Serving", failed ? "warning" : some(endpoints.size()), rate, "requests/s",
               fmt::format("{}, {}", counted(endpoints.size(), "endpoint"), counted(errors, "error")),
               "/endpoints");
}

Result<JsonObject> monitoring_stage(Rooms& rooms) {
  MARU_ASSIGN(const auto monitors, rooms.monitors->list());
  auto worst = monitoring::MonitorStatus::ok;
  double share = 0;
  for (const auto& monitor : monitors) {
    worst = std::max(worst, monitor.status);
    if (monitor.last) share = std::max(share, monitor.last->drift_share);
  }
  const std::string_view state = worst == monitoring::MonitorStatus::alert     ? "alert"
                                 : worst == monitoring::MonitorStatus::warning ? "warning"
                                                                               : some(monitors.size());
  return stage("monitoring", "Monitoring", state, share * 100, "% drifted",
               counted(monitors.size(), "monitor"), "/monitors");
}

}  // namespace

Result<JsonObject> room_counts(Rooms& rooms) {
  MARU_ASSIGN(const auto datasets, rooms.catalog->list());
  const auto definitions = rooms.features->definitions();
  MARU_ASSIGN(const auto models,
              rooms.registry->search_models(
                  {.filter = "", .order_by = {}, .max_results = kCountLimit, .page_token = ""}));
  MARU_ASSIGN(const auto versions,
              rooms.registry->search_versions(
                  {.filter = "", .order_by = {}, .max_results = kCountLimit, .page_token = ""}));
  MARU_ASSIGN(const auto monitors, rooms.monitors->list());
  MARU_ASSIGN(const auto pipelines, rooms.pipelines->list());
  MARU_ASSIGN(const auto rules, rooms.rules->list());
  MARU_ASSIGN(const auto events, rooms.events->newest_id());
  return JsonObject{{"datasets", datasets.size()},
                    {"feature_views", definitions.views.size()},
                    {"models", models.items.size()},
                    {"versions", versions.items.size()},
                    {"endpoints", rooms.endpoints->list().size()},
                    {"monitors", monitors.size()},
                    {"pipelines", pipelines.size()},
                    {"rules", rules.size()},
                    {"events", events}};
}

Result<JsonObject> overview_json(Rooms& rooms) {
  JsonArray stages;
  MARU_ASSIGN(auto data, data_stage(rooms));
  stages.push_back(std::move(data));
  const auto views = rooms.features->definitions().views.size();
  stages.push_back(stage("features", "Features", some(views), static_cast<std::int64_t>(views), "views",
                         counted(rooms.features->definitions().services.size(), "service"), "/features"));
  MARU_ASSIGN(auto training, training_stage(rooms));
  stages.push_back(std::move(training));
  MARU_ASSIGN(auto registry, registry_stage(rooms));
  stages.push_back(std::move(registry));
  stages.push_back(serving_stage(rooms));
  MARU_ASSIGN(auto monitoring, monitoring_stage(rooms));
  stages.push_back(std::move(monitoring));
  MARU_ASSIGN(const auto rules, rooms.rules->list());
  MARU_ASSIGN(const auto alerts, rooms.events->list({.types = {"alert.raised"},
                                                     .subject = "",
                                                     .project = "",
                                                     .after_id = {},
                                                     .before_id = {},
                                                     .since_ms = {},
                                                     .limit = 1,
                                                     .newest_first = true}));
  stages.push_back(
      stage("automation", "Rules", some(rules.size()), static_cast<std::int64_t>(rules.size()), "rules",
            alerts.empty() ? "no alert" : "last alert " + format_time(alerts.front().at_ms), "/rules"));
  MARU_ASSIGN(const auto newest, rooms.events->list({.types = {},
                                                     .subject = "",
                                                     .project = "",
                                                     .after_id = {},
                                                     .before_id = {},
                                                     .since_ms = {},
                                                     .limit = kEvents,
                                                     .newest_first = true}));
  JsonArray events;
  for (const auto& event : newest) events.push_back(events::to_json_object(event));
  return JsonObject{{"stages", std::move(stages)}, {"events", std::move(events)}};
}

}  // namespace maru::app
