// demo: the bikes project, once round the loop, as anyone would see it.

#include <csignal>

#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "app/demo/child_server.h"
#include "app/demo/demo.h"
#include "app/server/locations.h"
#include "base/file.h"

namespace maru::app {
namespace {

struct DemoArguments {
  std::string project, data, json_file, python;
  bool exit = false;
};

Result<DemoOptions> options_of(const DemoArguments& arguments, std::optional<TemporaryFolder>& temporary) {
  DemoOptions options;
  if (!arguments.project.empty()) {
    options.project = arguments.project;
  } else if (const auto found = find_beside("examples/bikes")) {
    options.project = *found;
  } else {
    return not_found("examples/bikes is not beside the binary; name the project's folder with --project");
  }
  if (arguments.data.empty()) {
    MARU_ASSIGN(temporary, TemporaryFolder::create("maru-demo"));
    options.data = temporary->path();
  } else {
    options.data = arguments.data;
    std::error_code code;
    if (std::filesystem::exists(options.data, code) && !std::filesystem::is_empty(options.data, code)) {
      return make_error(Code::failed_precondition, "{} is not empty; the demo wants a fresh folder",
                        options.data.string());
    }
  }
  options.python = arguments.python;
  if (options.python.empty()) {
    if (const auto found = find_beside(".venv/bin/python")) options.python = found->string();
  }
  return options;
}

void wait_for_interrupt() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  int received = 0;
  sigwait(&signals, &received);
}

void run(Context& context, const DemoArguments& arguments) {
  // Before any thread starts, so that Ctrl-C reaches sigwait alone once the story is told; until then it ends
  // us.
  std::optional<TemporaryFolder> temporary;
  const auto options = options_of(arguments, temporary);
  if (!options) return context.fail(options.error());
  std::optional<ChildServer> server;
  const auto outcome = run_demo(*options, server);
  if (!outcome) return context.fail(outcome.error());
  if (!arguments.json_file.empty()) {
    if (auto written = write_file_atomically(arguments.json_file,
                                             to_json(outcome->story.json(), JsonStyle::indented) + "\n");
        !written)
      return context.fail(written.error());
  }
  fmt::print("\n{}", outcome->story.summary());
  if (outcome->story.failures > 0) context.exit_code = static_cast<int>(Exit::check_failed);
  if (arguments.exit) return;
  fmt::print("See it: {}   Ask it: {}   Stop: Ctrl-C\n", styled(outcome->url, Style::accent),
             styled("maru why demand@champion --server " + outcome->url, Style::accent));
  std::fflush(stdout);
  wait_for_interrupt();
}

}  // namespace

void add_demo_verb(CLI::App& root, Context& context) {
  auto* verb = root.add_subcommand("demo", "Take the bikes project once round the whole loop on real data");
  verb->footer(
      "Examples:\n  maru demo\n  maru demo --exit --json demo.json\n  maru demo --data ./bikes-demo");
  auto arguments = std::make_shared<DemoArguments>();
  verb->add_flag("--exit", arguments->exit, "End after the summary instead of keeping the server up");
  verb->add_option("--json", arguments->json_file, "Also write the table to this file as JSON");
  verb->add_option("--data", arguments->data,
                   "Keep the server's data in this fresh folder; by default a temporary one");
  verb->add_option("--project", arguments->project, "The bikes project's folder");
  verb->add_option("--python", arguments->python,
                   "The Python that has scikit-learn and mlflow; by default the one of .venv");
  verb->callback([&context, arguments] { run(context, *arguments); });
}

}  // namespace maru::app
