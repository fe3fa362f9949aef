#pragma once
// Where a command runs. `local` is this machine; others (a Ray, Slurm or Kubernetes cluster) are folders
// beside it.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "automation/step_kind.h"
#include "base/result.h"

namespace maru::automation {

struct ResourceLimits {
  std::uint64_t memory_bytes = 0;  // address space; 0 = none, as below
  std::uint64_t cpu_seconds = 0;   // over all its threads
  std::uint64_t file_bytes = 0;    // the largest file it may write
  std::uint64_t open_files = 0;
};

struct Command {
  std::vector<std::string> arguments;              // arguments[0] is looked up in PATH
  std::filesystem::path folder;                    // where it runs
  std::map<std::string, std::string> environment;  // all of it: nothing is inherited
  ResourceLimits limits;
  DurationMs grace_ms = 5'000;  // between SIGTERM and SIGKILL
};

struct CommandResult {
  int exit_code = 0;  // when signal is 0
  int signal = 0;
  StopReason stopped = StopReason::none;  // we ended it
  std::int64_t left_behind = 0;           // processes that outlived the command and were ended
  std::uint64_t peak_memory_bytes = 0;
  double cpu_seconds = 0;
};

// Thread-safe.
class Executor {
 public:
  virtual ~Executor() = default;
  virtual std::string_view name() const = 0;
  // Returns when the command and everything it started are gone. `output` gets stdout and stderr as they
  // come. invalid_argument: the folder or program is not there; unavailable: no process could be made.
  virtual Result<CommandResult> run(const Command& command,
                                    const std::function<void(std::string_view)>& output,
                                    const std::function<StopReason()>& should_stop) = 0;
};

}  // namespace maru::automation
