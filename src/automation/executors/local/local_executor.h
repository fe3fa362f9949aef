#pragma once
// Runs commands on this machine, each below a supervisor process of its own: a session and process group, a
// subreaper, so that daemons it forks are found and ended too, also when the server itself is killed.

#include "automation/executors/executor.h"

namespace maru::automation {

class LocalExecutor final : public Executor {
 public:
  std::string_view name() const override { return "local"; }
  Result<CommandResult> run(const Command& command, const std::function<void(std::string_view)>& output,
                            const std::function<StopReason()>& should_stop) override;
};

}  // namespace maru::automation
