// maru: one binary for the whole life of a model. This file lists the verbs; each lives in cli/.

#include <CLI/CLI.hpp>

#include "app/cli/context.h"
#include "app/version.h"
#include "base/log.h"

int main(int argc, char** argv) {
  using namespace maru;
  using namespace maru::app;
  CLI::App root{
      "Maru: one server for the whole life of a model\n"
      "data → features → training → registry → serving → monitoring → retraining"};
  root.set_version_flag("--version", std::string("maru ") + kVersion);
  root.require_subcommand(0, 1);
  root.footer(
      "Start here:\n  maru demo                 take a real project once round the loop\n  maru up           "
      "        start a server in this folder\n"
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no server answered, 4 a check failed");
  Context context;
  context.server = "http://127.0.0.1:8250";
  configure_logging(LogLevel::info, LogFormat::automatic);

  add_server_verbs(root, context);
  add_demo_verb(root, context);
  add_project_verbs(root, context);
  add_insight_verbs(root, context);
  add_data_verbs(root, context);
  add_model_verbs(root, context);
  add_completion_verb(root, context);

  try {
    root.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return root.exit(success);
  } catch (const CLI::ParseError& error) {
    root.exit(error);
    return static_cast<int>(Exit::usage);
  }
  if (root.get_subcommands().empty()) fmt::print("{}", root.help());
  return context.exit_code;
}
