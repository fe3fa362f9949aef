// plan, apply, run: what changes a server's project and sets it to work.

#include <filesystem>
#include <thread>

#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/time.h"

namespace maru::app {
namespace {

constexpr DurationMs kPollMs = 200;

// The project file of a folder (or the file itself), as the server wants it.
Result<JsonObject> project_body(const std::string& given) {
  std::filesystem::path file(given);
  if (std::filesystem::is_directory(file)) file /= "maru.yaml";
  if (!std::filesystem::exists(file)) {
    return not_found("{}: there is no project file; a project is a folder with a maru.yaml", file.string());
  }
  MARU_ASSIGN(auto text, read_file(file));
  return JsonObject{{"file", file.string()},
                    {"text", text},
                    {"root", std::filesystem::absolute(file).parent_path().string()}};
}

void print_plan(const Json& plan, bool applied) {
  const JsonReader reader(plan);
  std::map<std::string, int> counts;
  for (const auto& change : reader.field("changes").value().items().value()) {
    const std::string action = change.text("action").value();
    ++counts[action];
    if (action == "unchanged") continue;
    const char* mark = action == "create" ? "+" : action == "update" ? "~" : "-";
    const Style style = action == "create" ? Style::good : action == "update" ? Style::warn : Style::bad;
    fmt::print("  {} {}  {}  {}\n", styled(mark, style), padded(change.text("kind").value(), 13, Align::left),
               padded(change.text("name").value(), 20, Align::left),
               styled(change.text("summary").value(), Style::dim));
  }
  if (counts["create"] + counts["update"] + counts["delete"] == 0) {
    fmt::print("Nothing to change: {} resources are as the file says.\n", counts["unchanged"]);
    return;
  }
  fmt::print("{} {} to create, {} to change, {} to delete, {} unchanged.\n",
             applied ? "Applied:" : "Plan:", counts["create"], counts["update"], counts["delete"],
             counts["unchanged"]);
}

void plan_or_apply(Context& context, const std::string& folder, bool apply) {
  const auto body = project_body(folder);
  if (!body) return context.fail(body.error());
  const auto plan = context.client().post(apply ? "/api/v1/projects/apply" : "/api/v1/projects/plan", *body);
  if (!plan) return context.fail(plan.error());
  if (context.printed_json(*plan)) return;
  print_plan(*plan, apply);
  if (!apply) fmt::print("Next: {}\n", styled(fmt::format("maru apply {}", folder), Style::accent));
}

std::string step_line(const JsonReader& step) {
  const std::string state = step.text("state").value_or("");
  const Style style = state == "succeeded" ? Style::good
                      : state == "failed"  ? Style::bad
                      : state == "running" ? Style::accent
                                           : Style::dim;
  std::string line =
      fmt::format("  {} {}", padded(step.text("name").value_or(""), 14, Align::left), styled(state, style));
  if (step.boolean_or("cached", false).value_or(false)) line += styled(" (cached)", Style::dim);
  if (const auto error = step.text_or("error", "").value_or(""); !error.empty()) line += "  " + error;
  return line;
}

void follow_run(Context& context, const std::string& id) {
  const ServerClient client = context.client();
  std::set<std::string> told;
  for (;;) {
    const auto run = client.get("/api/v1/pipeline-runs/" + id);
    if (!run) return context.fail(run.error());
    const JsonReader reader(*run);
    const std::string state = reader.text("state").value();
    for (const auto& step : reader.field("steps").value().items().value()) {
      const std::string step_state = step.text("state").value_or("");
      if (step_state == "pending" || step_state == "queued" || step_state == "waiting") continue;
      if (told.insert(step.text("name").value() + step_state).second && !context.json)
        fmt::print("{}\n", step_line(step));
    }
    if (state != "queued" && state != "running") {
      if (state != "succeeded") context.exit_code = static_cast<int>(Exit::failed);
      if (context.printed_json(*run)) return;
      fmt::print("{} {}\n", styled(state, state == "succeeded" ? Style::good : Style::bad),
                 reader.text_or("reason", "").value_or(""));
      return;
    }
    system_clock().sleep_ms(kPollMs);
  }
}

}  // namespace

void add_project_verbs(CLI::App& root, Context& context) {
  for (const bool apply : {false, true}) {
    auto* verb =
        apply ? add_verb(root, context, "apply", "Make the server what a project's maru.yaml says",
                         Talks::to_server,
                         {"maru apply examples/bikes", "maru apply . --server http://maru:8250 --json"})
              : add_verb(root, context, "plan", "Show what applying a project's maru.yaml would change",
                         Talks::to_server, {"maru plan examples/bikes", "maru plan . --json"});
    auto folder = std::make_shared<std::string>(".");
    verb->add_option("DIR", *folder, "The project's folder, or its maru.yaml")->capture_default_str();
    verb->callback([&context, folder, apply] { plan_or_apply(context, *folder, apply); });
  }

  auto* run = add_verb(root, context, "run", "Run a pipeline now and follow it to its end", Talks::to_server,
                       {"maru run train", "maru run train --param as_of=2011-06-01 --detach"});
  auto name = std::make_shared<std::string>();
  auto params = std::make_shared<std::vector<std::string>>();
  auto detach = std::make_shared<bool>(false);
  run->add_option("PIPELINE", *name, "The pipeline's name")->required();
  run->add_option("--param", *params, "NAME=VALUE for the run; may be repeated");
  run->add_flag("--detach", *detach, "Print the run's id and do not wait");
  run->callback([&context, name, params, detach] {
    JsonObject values;
    for (const auto& param : *params) {
      const auto equals = param.find('=');
      if (equals == std::string::npos)
        return context.fail(invalid("--param {}: expected NAME=VALUE", param), Exit::usage);
      values[param.substr(0, equals)] = param.substr(equals + 1);
    }
    const auto started = context.client().post(fmt::format("/api/v1/pipelines/{}/runs", url_encode(*name)),
                                               JsonObject{{"params", values}});
    if (!started) return context.fail(started.error());
    const std::string id = std::to_string(JsonReader(*started).integer("id").value_or(0));
    if (*detach) {
      if (!context.printed_json(*started)) fmt::print("{}\n", id);
      return;
    }
    follow_run(context, id);
  });
}

}  // namespace maru::app
