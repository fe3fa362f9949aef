#pragma once
// The whole loop on real data: what `maru demo` does.

#include <filesystem>
#include <string>

#include "app/demo/story.h"
#include "base/result.h"

namespace maru::app {

struct DemoOptions {
  std::filesystem::path project;  // examples/bikes
  std::filesystem::path data;     // a fresh folder
  std::string python;             // of the command steps; "" = whatever PATH has
  bool quiet = false;             // print nothing
};

struct DemoOutcome {
  Story story;
  std::string url;
};

class ChildServer;

// Runs the loop against a server it starts; `server` keeps it running afterwards.
Result<DemoOutcome> run_demo(const DemoOptions& options, std::optional<ChildServer>& server);

}  // namespace maru::app
