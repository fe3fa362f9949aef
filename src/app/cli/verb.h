#pragma once
// Makes one verb: help with examples, --json and --server where they apply, and a body that runs after
// parsing.

#include <functional>
#include <initializer_list>
#include <string>

#include <CLI/CLI.hpp>

#include "app/cli/context.h"

namespace maru::app {

enum class Talks : std::uint8_t { to_server, locally };

inline CLI::App* add_verb(CLI::App& parent, Context& context, const std::string& name,
                          const std::string& help, Talks talks, std::initializer_list<const char*> examples) {
  CLI::App* verb = parent.add_subcommand(name, help);
  std::string footer = "Examples:";
  for (const char* example : examples) footer += std::string("\n  ") + example;
  verb->footer(footer);
  verb->add_flag("--json", context.json, "Print JSON for machines instead of a table");
  if (talks == Talks::to_server) {
    verb->add_option("--server", context.server, "The server's address")
        ->envname("MARU_SERVER")
        ->capture_default_str();
  }
  return verb;
}

}  // namespace maru::app
