#pragma once
// One kind of pipeline step: what `{sql: …}` or `{automl: …}` does. Implemented by the wiring over the rooms
// (and `command` in command_step.h); given to Pipelines as an explicit list.

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "automation/pipeline.h"
#include "automation/step_log.h"

namespace maru::automation {

// Why a step must end early.
enum class StopReason { none, cancelled, timeout, shutdown };

// Given to one attempt of one step; lives as long as the attempt. `log`, `should_stop` and `progress` may be
// used from any thread, the rest is constant.
struct StepContext {
  const StepSpec& step;
  const PipelineSpec& pipeline;
  std::int64_t run_id = 0;
  std::int64_t attempt = 1;
  JsonObject params;                          // of the run
  std::map<std::string, JsonObject> outputs;  // of the steps it waits for, by name
  std::filesystem::path folder;               // its own, exists; kept with the run
  StepLog& log;
  std::function<StopReason()> should_stop;                               // poll it, at least once a second
  std::function<void(double fraction, std::string_view text)> progress;  // 0 … 1; text may be empty
  std::int64_t cause = 0;  // the event that the step's own events should name: pipeline.started
  TimeMs now_ms = 0;       // when the attempt began, on the server's clock
};

// Whether a step that a server's end cut short may simply run again.
enum class Repeatable { no, yes };
// Whether it only checks: later steps that read what it checks wait for it (read_pipeline).
enum class Gates { no, yes };

// Thread-safe: one object runs many steps at once.
class StepKind {
 public:
  virtual ~StepKind() = default;
  virtual std::string_view name() const = 0;
  // The arguments, when the pipeline is defined. invalid_argument says which one.
  virtual Result<void> check(const StepSpec& step, const PipelineSpec& pipeline) const = 0;
  // What the output depends on besides the step's definition, the outputs it reads and the run's parameters
  // (file digests, data set versions). Two runs with the same fingerprint share a cached output; "" means
  // never cached.
  virtual Result<std::string> fingerprint(const StepContext&) const { return std::string(); }
  // The step's output, a JSON object of at most kOutputLimitBytes. cancelled or deadline_exceeded when
  // should_stop() ended it.
  virtual Result<JsonObject> run(StepContext& context) const = 0;
  virtual Repeatable repeatable() const { return Repeatable::yes; }
  virtual Gates gates() const { return Gates::no; }
};

inline constexpr std::size_t kOutputLimitBytes = 1 << 20;

}  // namespace maru::automation
