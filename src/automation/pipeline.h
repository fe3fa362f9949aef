#pragma once
// What a pipeline is: named steps and what each waits for. Pure; the engine is pipelines.h.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace maru::automation {

inline constexpr std::size_t kStepLimit = 200;     // steps of one pipeline
inline constexpr std::int64_t kAttemptLimit = 20;  // attempts of one step
inline constexpr DurationMs kBackoffLimitMs = kHourMs;

struct RetryPolicy {
  std::int64_t attempts = 1;     // in all, the first one counted
  DurationMs backoff_ms = 1000;  // before the second; doubled for each further, up to kBackoffLimitMs
};
// Before attempt `next_attempt` (2, 3, …).
DurationMs backoff_before(const RetryPolicy& policy, std::int64_t next_attempt);
// Whether a failed attempt (counted from 1) is tried again: what the caller did wrong, or gave up, never is.
bool should_retry(const RetryPolicy& policy, std::int64_t attempt, Code code);

struct StepSpec {
  std::string name;
  std::string kind;      // sql | command | validate | …
  JsonObject arguments;  // of the kind; `{command: python x.py}` is {"command": "python x.py"}
  std::vector<std::string>
      after;  // steps that must have succeeded: those given, and every step the arguments name
  RetryPolicy retry;
  DurationMs timeout_ms = kHourMs;  // of one attempt
  bool cache = false;               // reuse the output of an earlier run with the same fingerprint
};

struct PipelineSpec {
  std::string name;
  std::string project;
  std::vector<StepSpec> steps;
  std::filesystem::path root;  // the project's folder
};

// From a project file: {steps: {NAME: {KIND: ARGUMENTS, inputs, after, retries, backoff, timeout, cache}, …}}
// or {steps: [{name: NAME, …}]}. ARGUMENTS that are not an object are kept under the kind's own name. Every
// text anywhere in the arguments that is another step's name is a dependency. Steps of a kind in `gates` hold
// back the later steps that read what they check. invalid_argument with the path: an unknown key or kind
// (with the nearest), check_graph()'s.
struct StepKinds {
  std::vector<std::string> names;
  std::vector<std::string> gates;  // those that only check: validate
};
Result<PipelineSpec> read_pipeline(std::string_view name, std::string_view project,
                                   const std::filesystem::path& root, const JsonReader& definition,
                                   const StepKinds& kinds);

// invalid_argument: no steps, too many, a name twice or not plain, `after` an unknown step, a cycle ("a → b →
// a").
Result<void> check_graph(const std::vector<StepSpec>& steps);

JsonObject to_json_object(const PipelineSpec& spec);
Result<PipelineSpec> pipeline_from_json(const JsonReader& reader);

enum class RunState { queued, running, succeeded, failed, cancelled };
enum class StepState { waiting, running, succeeded, failed, cancelled, skipped };
std::string_view name_of(RunState state);
std::string_view name_of(StepState state);
std::optional<RunState> run_state_of(std::string_view name);
std::optional<StepState> step_state_of(std::string_view name);
bool is_final(RunState state);
bool is_final(StepState state);

// What a run should do next, given where each step stands (in the order of spec.steps).
struct NextSteps {
  std::vector<std::size_t> start;    // waiting steps whose dependencies have succeeded
  std::vector<std::size_t> skip;     // waiting steps that can no longer run
  std::optional<RunState> finished;  // nothing left to do
};
enum class Cancelled { no, yes };
NextSteps next_steps(const PipelineSpec& spec, const std::vector<StepState>& states, Cancelled cancelled);

}  // namespace maru::automation
