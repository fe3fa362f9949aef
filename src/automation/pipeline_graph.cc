#include <algorithm>
#include <set>

#include "automation/pipeline.h"
#include "base/ids.h"

namespace maru::automation {
namespace {

std::size_t index_of(const std::vector<StepSpec>& steps, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(steps, name, &StepSpec::name) - steps.begin());
}

enum class Mark : std::uint8_t { unseen, on_path, done };

// The first cycle found, as "a → b → a"; "" when there is none. Depth-first; kStepLimit bounds the recursion.
std::string find_cycle(const std::vector<StepSpec>& steps, std::size_t at, std::vector<Mark>& marks,
                       std::vector<std::size_t>& path) {
  marks[at] = Mark::on_path;
  path.push_back(at);
  for (const auto& name : steps[at].after) {
    const std::size_t next = index_of(steps, name);
    if (marks[next] == Mark::on_path) {
      std::string text;
      for (auto i = std::ranges::find(path, next); i != path.end(); ++i) text += steps[*i].name + " → ";
      return text + steps[next].name;
    }
    if (marks[next] == Mark::unseen) {
      if (std::string cycle = find_cycle(steps, next, marks, path); !cycle.empty()) return cycle;
    }
  }
  marks[at] = Mark::done;
  path.pop_back();
  return {};
}

}  // namespace

Result<void> check_graph(const std::vector<StepSpec>& steps) {
  if (steps.empty()) return invalid("steps: at least one step is needed");
  if (steps.size() > kStepLimit) return invalid("steps: at most {} steps, got {}", kStepLimit, steps.size());
  std::vector<std::string> names;
  for (const auto& step : steps) {
    if (!is_plain_name(step.name))
      return invalid("steps.{}: a step's name is letters, digits, '.', '_' and '-'", step.name);
    if (std::ranges::find(names, step.name) != names.end())
      return invalid("steps.{}: there are two steps of that name", step.name);
    names.push_back(step.name);
  }
  for (const auto& step : steps) {
    for (const auto& other : step.after) {
      if (std::ranges::find(names, other) == names.end()) {
        return invalid("steps.{}.after: unknown step \"{}\"{}", step.name, other, did_you_mean(other, names));
      }
    }
  }
  std::vector<Mark> marks(steps.size(), Mark::unseen);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    std::vector<std::size_t> path;
    if (marks[i] != Mark::unseen) continue;
    if (const std::string cycle = find_cycle(steps, i, marks, path); !cycle.empty()) {
      return invalid("steps: these wait for each other: {}", cycle);
    }
  }
  return {};
}

NextSteps next_steps(const PipelineSpec& spec, const std::vector<StepState>& before, Cancelled cancelled) {
  NextSteps next;
  std::vector<StepState> states = before;
  const bool failed = std::ranges::find(states, StepState::failed) != states.end();
  const bool stopping = cancelled == Cancelled::yes || failed;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i] != StepState::waiting) continue;
    const bool ready = std::ranges::all_of(spec.steps[i].after, [&](const std::string& name) {
      return states[index_of(spec.steps, name)] == StepState::succeeded;
    });
    if (stopping) {
      next.skip.push_back(i);
    } else if (ready) {
      next.start.push_back(i);
    }
  }
  for (const std::size_t i : next.skip) states[i] = StepState::skipped;
  if (!next.start.empty() || !std::ranges::all_of(states, [](StepState state) { return is_final(state); }))
    return next;
  // A run that failed before it was cancelled has failed; one that was cancelled after its last step has
  // succeeded.
  const bool complete =
      std::ranges::all_of(states, [](StepState state) { return state == StepState::succeeded; });
  next.finished = failed ? RunState::failed : complete ? RunState::succeeded : RunState::cancelled;
  return next;
}

DurationMs backoff_before(const RetryPolicy& policy, std::int64_t next_attempt) {
  DurationMs backoff_ms = std::min(policy.backoff_ms, kBackoffLimitMs);
  for (std::int64_t i = 2; i < next_attempt && backoff_ms < kBackoffLimitMs; ++i)
    backoff_ms = std::min(backoff_ms * 2, kBackoffLimitMs);
  return backoff_ms;
}

bool should_retry(const RetryPolicy& policy, std::int64_t attempt, Code code) {
  return attempt < policy.attempts && code != Code::invalid_argument && code != Code::cancelled &&
         code != Code::unimplemented;
}

namespace {
constexpr std::array<std::string_view, 5> kRunStates{"queued", "running", "succeeded", "failed", "cancelled"};
constexpr std::array<std::string_view, 6> kStepStates{"waiting", "running",   "succeeded",
                                                      "failed",  "cancelled", "skipped"};
}  // namespace

std::string_view name_of(RunState state) { return kRunStates.at(static_cast<std::size_t>(state)); }
std::string_view name_of(StepState state) { return kStepStates.at(static_cast<std::size_t>(state)); }

std::optional<RunState> run_state_of(std::string_view name) {
  const auto found = std::ranges::find(kRunStates, name);
  if (found == kRunStates.end()) return std::nullopt;
  return static_cast<RunState>(found - kRunStates.begin());
}
std::optional<StepState> step_state_of(std::string_view name) {
  const auto found = std::ranges::find(kStepStates, name);
  if (found == kStepStates.end()) return std::nullopt;
  return static_cast<StepState>(found - kStepStates.begin());
}

bool is_final(RunState state) { return state != RunState::queued && state != RunState::running; }
bool is_final(StepState state) { return state != StepState::waiting && state != StepState::running; }

}  // namespace maru::automation
