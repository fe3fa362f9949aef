// experiments, models, endpoints, monitors: from logged runs to what answers requests.

#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "base/hash.h"
#include "base/time.h"

namespace maru::app {
namespace {

constexpr std::string_view kMlflow = "/api/2.0/mlflow";

std::string text_of(const JsonReader& reader, std::string_view name) {
  return reader.text_or(name, "").value_or("");
}
std::int64_t integer_of(const JsonReader& reader, std::string_view name) {
  return reader.integer_or(name, 0).value_or(0);
}
std::string number_of(const JsonReader& reader, std::string_view name, int digits = 4) {
  const auto found = reader.find(name);
  return found ? format_number(found->number().value_or(NAN), digits) : "–";
}
std::vector<JsonReader> items_of(const JsonReader& reader, std::string_view name) {
  const auto found = reader.find(name);
  return found ? found->items().value_or(std::vector<JsonReader>{}) : std::vector<JsonReader>{};
}

// [{key, value}] as "a=1 b=2", at most `limit` of them.
std::string pairs(const JsonReader& owner, std::string_view name, std::size_t limit) {
  std::vector<std::string> shown;
  for (const auto& item : items_of(owner, name)) {
    if (shown.size() == limit) break;
    const auto value = item.find("value");
    shown.push_back(fmt::format("{}={}", text_of(item, "key"),
                                !value                       ? ""
                                : value->value().is_string() ? value->text().value()
                                                             : format_number(value->number().value_or(NAN))));
  }
  return fmt::format("{}", fmt::join(shown, " "));
}

void show_experiments(Context& context) {
  const auto found =
      context.client().post(std::string(kMlflow) + "/experiments/search", JsonObject{{"max_results", 1000}});
  if (!found) return context.fail(found.error());
  if (context.printed_json(*found)) return;
  TextTable table({"id", "experiment", "stage", "last update"}, {Align::right});
  for (const auto& item : items_of(*found, "experiments")) {
    table.add({text_of(item, "experiment_id"), text_of(item, "name"), text_of(item, "lifecycle_stage"),
               format_time(integer_of(item, "last_update_time"))});
  }
  fmt::print("{}Next: {}\n", table.text(), styled("maru experiments NAME", Style::accent));
}

void show_runs(Context& context, const std::string& name, const std::string& filter, const std::string& order,
               int limit) {
  const ServerClient client = context.client();
  const auto experiment =
      client.get(fmt::format("{}/experiments/get-by-name?experiment_name={}", kMlflow, url_encode(name)));
  if (!experiment) return context.fail(experiment.error());
  const std::string id = text_of(JsonReader(*experiment).field("experiment").value(), "experiment_id");
  JsonObject body{{"experiment_ids", JsonArray{Json(id)}}, {"max_results", limit}};
  if (!filter.empty()) body["filter"] = filter;
  if (!order.empty()) body["order_by"] = JsonArray{Json(order)};
  const auto runs = client.post(std::string(kMlflow) + "/runs/search", body);
  if (!runs) return context.fail(runs.error());
  if (context.printed_json(*runs)) return;
  TextTable table({"run", "name", "status", "started", "metrics", "params"});
  for (const auto& run : items_of(*runs, "runs")) {
    const auto info = run.find("info");
    const auto data = run.find("data");
    if (!info) continue;
    table.add({text_of(*info, "run_id").substr(0, 8), text_of(*info, "run_name"), text_of(*info, "status"),
               format_time(integer_of(*info, "start_time")), data ? pairs(*data, "metrics", 4) : "",
               data ? pairs(*data, "params", 3) : ""});
  }
  fmt::print("{}", table.empty() ? std::string("No run matches.\n") : table.text());
}

void show_models(Context& context) {
  const auto found =
      context.client().get(std::string(kMlflow) + "/registered-models/search?max_results=1000");
  if (!found) return context.fail(found.error());
  if (context.printed_json(*found)) return;
  TextTable table({"model", "versions", "aliases"}, {Align::left, Align::right, Align::left});
  for (const auto& model : items_of(*found, "registered_models")) {
    std::vector<std::string> aliases;
    for (const auto& alias : items_of(model, "aliases"))
      aliases.push_back(fmt::format("{} → v{}", text_of(alias, "alias"), text_of(alias, "version")));
    const auto latest = items_of(model, "latest_versions");
    std::int64_t newest = 0;
    for (const auto& version : latest) newest = std::max(newest, integer_of(version, "version"));
    table.add({text_of(model, "name"), std::to_string(newest), fmt::format("{}", fmt::join(aliases, ", "))});
  }
  fmt::print(
      "{}",
      table.empty()
          ? std::string("No model yet. Log one with mlflow.register_model or a pipeline's register step.\n")
          : table.text());
}

void show_model(Context& context, const std::string& name) {
  const ServerClient client = context.client();
  const auto found = client.get(fmt::format("{}/model-versions/search?filter={}&max_results=1000", kMlflow,
                                            url_encode(fmt::format("name='{}'", name))));
  if (!found) return context.fail(found.error());
  if (context.printed_json(*found)) return;
  TextTable table({"version", "created", "aliases", "run", "tags"}, {Align::right});
  for (const auto& version : items_of(*found, "model_versions")) {
    std::vector<std::string> aliases;
    for (const auto& alias : items_of(version, "aliases")) aliases.push_back(alias.text().value_or(""));
    table.add({text_of(version, "version"), format_time(integer_of(version, "creation_timestamp")),
               fmt::format("{}", fmt::join(aliases, ", ")), text_of(version, "run_id").substr(0, 8),
               pairs(version, "tags", 4)});
  }
  fmt::print("{}Next: {}\n", table.text(), styled(fmt::format("maru why {}@champion", name), Style::accent));
}

void show_endpoints(Context& context) {
  const auto found = context.client().get("/api/v1/endpoints");
  if (!found) return context.fail(found.error());
  if (context.printed_json(*found)) return;
  using enum Align;
  TextTable table(
      {"endpoint", "model", "version", "state", "requests", "errors", "p50 ms", "p99 ms", "swaps"},
      {left, left, right, left, right, right, right, right, right});
  for (const auto& item : items_of(*found, "endpoints")) {
    const std::string reason = text_of(item, "reason");
    table.add({text_of(item, "name"),
               text_of(item, "model") + (text_of(item, "alias").empty() ? "" : "@" + text_of(item, "alias")),
               std::to_string(integer_of(item, "version")),
               text_of(item, "state") + (reason.empty() ? "" : ": " + reason),
               format_count(integer_of(item, "requests")), format_count(integer_of(item, "errors")),
               number_of(item, "p50_ms", 3), number_of(item, "p99_ms", 3),
               std::to_string(integer_of(item, "swaps"))});
  }
  fmt::print(
      "{}",
      table.empty()
          ? std::string("No endpoint yet. Next: maru endpoints create NAME --model MODEL --alias champion\n")
          : table.text());
}

void show_one(Context& context, const std::string& path) {
  const auto found = context.client().get(path);
  if (!found) return context.fail(found.error());
  fmt::print("{}\n", to_json(*found, JsonStyle::indented));
}

void show_monitors(Context& context) {
  const auto found = context.client().get("/api/v1/monitors");
  if (!found) return context.fail(found.error());
  if (context.printed_json(*found)) return;
  TextTable table({"monitor", "endpoint", "checks", "window", "status", "last"});
  for (const auto& item : items_of(*found, "monitors")) {
    std::vector<std::string> checks;
    for (const auto& check : items_of(item, "checks")) checks.push_back(check.text().value_or(""));
    std::string last;
    if (const auto result = item.find("last")) {
      if (const auto drift = result->find("drift"))
        last += fmt::format("drift share {} ", number_of(*drift, "share", 2));
      if (const auto metrics = result->find("metrics")) {
        for (const auto& [name, value] :
             metrics->fields().value_or(std::vector<std::pair<std::string, JsonReader>>{}))
          last += fmt::format("{} {} ", name, format_number(value.number().value_or(NAN)));
      }
    }
    table.add({text_of(item, "name"), text_of(item, "endpoint"), fmt::format("{}", fmt::join(checks, ", ")),
               text_of(item, "window"), text_of(item, "status"), last});
  }
  fmt::print(
      "{}",
      table.empty()
          ? std::string(
                "No monitor yet. Declare monitors in a project's maru.yaml; see docs/how-to/monitors.md.\n")
          : table.text());
}

void show_monitor(Context& context, const std::string& name) {
  const auto found = context.client().get("/api/v1/monitors/" + url_encode(name));
  if (!found) return context.fail(found.error());
  if (context.printed_json(*found)) return;
  using enum Align;
  TextTable table({"window", "rows", "truths", "drift share", "drifted", "rmse", "baseline", "status"},
                  {left, right, right, right, left, right, right, left});
  for (const auto& item : items_of(*found, "results")) {
    const auto drift = item.find("drift"), metrics = item.find("metrics"), baseline = item.find("baseline");
    std::vector<std::string> drifted;
    if (drift) {
      for (const auto& column : items_of(*drift, "drifted")) drifted.push_back(column.text().value_or(""));
    }
    table.add({format_date(integer_of(item, "window_start_ms")) + " – " +
                   format_date(integer_of(item, "window_end_ms")),
               format_count(integer_of(item, "rows")), format_count(integer_of(item, "truths")),
               drift ? number_of(*drift, "share", 2) : "–", fmt::format("{}", fmt::join(drifted, " ")),
               metrics ? number_of(*metrics, "rmse") : "–", baseline ? number_of(*baseline, "rmse") : "–",
               text_of(item, "status")});
  }
  fmt::print("{}", table.empty() ? std::string("No window has closed yet.\n") : table.text());
}

void add_endpoint_verb(CLI::App& root, Context& context) {
  auto* verb =
      add_verb(root, context, "endpoints", "List endpoints, show one, or create one", Talks::to_server,
               {"maru endpoints", "maru endpoints demand",
                "maru endpoints create demand --model demand --alias champion"});
  auto name = std::make_shared<std::string>();
  verb->add_option("ENDPOINT", *name, "Show this endpoint with its inputs and outputs");
  auto* create = add_verb(*verb, context, "create", "Serve a model", Talks::to_server,
                          {"maru endpoints create demand --model demand --alias champion"});
  auto fields = std::make_shared<std::array<std::string, 3>>();
  create->add_option("NAME", (*fields)[0], "The endpoint's name")->required();
  create->add_option("--model", (*fields)[1], "The registered model")->required();
  (*fields)[2] = "champion";
  create->add_option("--alias", (*fields)[2], "The alias it follows")->capture_default_str();
  create->callback([&context, fields] {
    const auto made = context.client().post(
        "/api/v1/endpoints",
        JsonObject{{"name", (*fields)[0]}, {"model", (*fields)[1]}, {"alias", (*fields)[2]}});
    if (!made) return context.fail(made.error());
    if (context.printed_json(*made)) return;
    fmt::print("Endpoint {} serves {}@{}. Ask it: curl {}/v2/models/{}/infer -d @row.json\n", (*fields)[0],
               (*fields)[1], (*fields)[2], context.server, (*fields)[0]);
  });
  verb->callback([&context, verb, name] {
    if (!verb->get_subcommands().empty()) return;
    if (name->empty()) return show_endpoints(context);
    show_one(context, "/api/v1/endpoints/" + url_encode(*name));
  });
}

}  // namespace

void add_model_verbs(CLI::App& root, Context& context) {
  auto* experiments =
      add_verb(root, context, "experiments", "List experiments, or the runs of one", Talks::to_server,
               {"maru experiments",
                "maru experiments bikes --filter \"metrics.rmse < 50\" --order-by \"metrics.rmse ASC\""});
  auto experiment = std::make_shared<std::string>();
  auto filter = std::make_shared<std::string>();
  auto order = std::make_shared<std::string>();
  auto limit = std::make_shared<int>(50);
  experiments->add_option("EXPERIMENT", *experiment, "Show this experiment's runs");
  experiments->add_option("--filter", *filter,
                          "MLflow's search language, and or, not, parentheses, arithmetic");
  experiments->add_option("--order-by", *order, "Such as \"metrics.rmse ASC\"");
  experiments->add_option("--limit", *limit, "How many runs")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  experiments->callback([&context, experiment, filter, order, limit] {
    if (experiment->empty()) return show_experiments(context);
    show_runs(context, *experiment, *filter, *order, *limit);
  });

  auto* models = add_verb(root, context, "models", "List models, or the versions of one; move an alias",
                          Talks::to_server,
                          {"maru models", "maru models demand", "maru models alias demand champion 3"});
  auto model = std::make_shared<std::string>();
  models->add_option("MODEL", *model, "Show this model's versions");
  auto* alias = add_verb(*models, context, "alias", "Point an alias at a version", Talks::to_server,
                         {"maru models alias demand champion 3"});
  auto fields = std::make_shared<std::array<std::string, 3>>();
  alias->add_option("MODEL", (*fields)[0], "The model")->required();
  alias->add_option("ALIAS", (*fields)[1], "The alias")->required();
  alias->add_option("VERSION", (*fields)[2], "The version")->required();
  alias->callback([&context, fields] {
    const auto moved = context.client().post(
        std::string(kMlflow) + "/registered-models/alias",
        JsonObject{{"name", (*fields)[0]}, {"alias", (*fields)[1]}, {"version", (*fields)[2]}});
    if (!moved) return context.fail(moved.error());
    if (!context.printed_json(*moved))
      fmt::print("{}@{} is version {} now.\n", (*fields)[0], (*fields)[1], (*fields)[2]);
  });
  models->callback([&context, models, model] {
    if (!models->get_subcommands().empty()) return;
    if (model->empty()) return show_models(context);
    show_model(context, *model);
  });

  add_endpoint_verb(root, context);

  auto* monitors = add_verb(root, context, "monitors", "List monitors, or the windows of one",
                            Talks::to_server, {"maru monitors", "maru monitors demand_inputs --json"});
  auto monitor = std::make_shared<std::string>();
  monitors->add_option("MONITOR", *monitor, "Show this monitor's windows");
  monitors->callback([&context, monitor] {
    if (monitor->empty()) return show_monitors(context);
    show_monitor(context, *monitor);
  });
}

}  // namespace maru::app
