// One attempt of one step: its context, its cache, its log, its end.

#include <algorithm>

#include "automation/internal/engine.h"
#include "automation/internal/run_table.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"

namespace maru::automation {
namespace {

// Same step, same parameters, same inputs, same surroundings.
std::string fingerprint_of(const StepContext& context, const std::string& surroundings) {
  JsonObject outputs;
  for (const auto& [name, output] : context.outputs) outputs[name] = output;
  return sha256_hex(to_json(JsonObject{{"kind", context.step.kind},
                                       {"arguments", context.step.arguments},
                                       {"params", context.params},
                                       {"outputs", std::move(outputs)},
                                       {"surroundings", surroundings}}));
}

Result<JsonObject> run_guarded(const StepKind& kind, StepContext& context) {
  try {
    return kind.run(context);
  } catch (const std::exception& exception) {
    return internal("{}: {}", kind.name(), exception.what());
  }
}

}  // namespace

StopReason Engine::stop_reason(const ActiveRun& run, std::int64_t deadline_ns) const {
  if (run.cancelled) return StopReason::cancelled;
  if (stopping_) return StopReason::shutdown;
  return clock_.steady_ns() >= deadline_ns ? StopReason::timeout : StopReason::none;
}

void Engine::set_progress(ActiveRun& run, std::size_t position, double fraction, std::string_view text) {
  const std::lock_guard lock(mutex_);
  StepRun& step = run.run.steps[position];
  step.progress = std::clamp(fraction, 0.0, 1.0);
  step.progress_text = text;
}

StepContext Engine::context_of(ActiveRun& run, std::size_t position, const StepRun& step,
                               StepLog& log) const {
  const StepSpec& spec = run.spec.steps[position];
  const std::int64_t deadline_ns = clock_.steady_ns() + spec.timeout_ms * 1'000'000;
  StepContext context{.step = spec,
                      .pipeline = run.spec,
                      .params = {},
                      .outputs = {},
                      .folder = {},
                      .log = log,
                      .should_stop = {},
                      .progress = {}};
  context.attempt = step.attempt;
  context.should_stop = [this, &run, deadline_ns] { return stop_reason(run, deadline_ns); };
  context.now_ms = clock_.now_ms();
  const std::lock_guard lock(mutex_);
  context.run_id = run.run.id;
  context.params = run.run.params;
  context.cause = run.run.started_event;
  context.folder = options_.folder / std::to_string(run.run.id) / spec.name;
  for (const auto& other : run.run.steps) {
    if (std::ranges::find(spec.after, other.name) != spec.after.end())
      context.outputs[other.name] = other.output;
  }
  return context;
}

Result<JsonObject> Engine::execute(ActiveRun& run, std::size_t position, StepRun& step,
                                   std::string& fingerprint) {
  const StepSpec& spec = run.spec.steps[position];
  const StepKind* kind = this->kind(spec.kind);
  if (kind == nullptr) return invalid("this server has no steps of the kind \"{}\"", spec.kind);
  MARU_ASSIGN(const auto log, StepLog::open(log_file(run.run.id, spec.name), options_.log));
  StepContext context = context_of(run, position, step, *log);
  context.progress = [&](double fraction, std::string_view text) {
    set_progress(run, position, fraction, text);
  };
  MARU_TRY(make_folders(context.folder));
  if (step.attempt > 1) log->line(fmt::format("[attempt {}]", step.attempt));
  if (spec.cache) {
    MARU_ASSIGN(const std::string surroundings, kind->fingerprint(context));
    if (!surroundings.empty()) fingerprint = fingerprint_of(context, surroundings);
  }
  if (!fingerprint.empty()) {
    MARU_ASSIGN(auto cached, database_.read([&](store::Reader& reader) {
      return table::cached_output(reader, fingerprint);
    }));
    if (cached) {
      step.cached = true;
      log->line("[the output of an earlier run with the same inputs was used]");
      return std::move(*cached);
    }
  }
  auto output = run_guarded(*kind, context);
  if (!output) {
    log->line(fmt::format("[{}]", output.error().message.substr(0, output.error().message.find('\n'))));
    return output;
  }
  if (const std::size_t size = to_json(*output).size(); size > kOutputLimitBytes) {
    return make_error(Code::payload_too_large, "its output holds {} bytes; the limit is {}", size,
                      kOutputLimitBytes);
  }
  return output;
}

Engine::Outcome Engine::attempt(ActiveRun& run, std::size_t position, StepRun step) {
  Outcome outcome{.step = std::move(step), .fingerprint = {}, .retry_in_ms = {}};
  StepRun& now = outcome.step;
  if (run.cancelled) {  // while it waited for its turn or its next attempt
    now.state = StepState::cancelled;
  } else {
    ++now.attempt;
    now.state = StepState::running;
    now.error.clear();
    now.progress = 0;
    now.progress_text.clear();
    if (!now.started_ms) now.started_ms = clock_.now_ms();
    if (const auto recorded = record(run, position, now, {}); !recorded) {
      now.state = StepState::failed;
      now.error = fmt::format("its beginning could not be recorded: {}", recorded.error().message);
      return outcome;
    }
    {
      const std::lock_guard lock(mutex_);
      run.run.steps[position] = now;
    }
    auto output = execute(run, position, now, outcome.fingerprint);
    if (output) {
      now.state = StepState::succeeded;
      now.output = std::move(*output);
      now.progress = 1;
    } else if (run.cancelled) {
      now.state = StepState::cancelled;
    } else if (stopping_) {
      outcome.cut_short = true;
      return outcome;
    } else {
      now.error = output.error().message;
      const RetryPolicy& retry = run.spec.steps[position].retry;
      if (should_retry(retry, now.attempt, output.error().code)) {
        outcome.retry_in_ms = backoff_before(retry, now.attempt + 1);
        now.progress_text = fmt::format("attempt {} of {} in {}", now.attempt + 1, retry.attempts,
                                        format_duration(*outcome.retry_in_ms));
      } else {
        now.state = StepState::failed;
      }
    }
  }
  if (is_final(now.state)) now.finished_ms = clock_.now_ms();
  if (const auto recorded = record(run, position, now, outcome.fingerprint); !recorded) {
    now.state = StepState::failed;
    now.error = fmt::format("its end could not be recorded: {}", recorded.error().message);
    outcome.retry_in_ms.reset();
  }
  return outcome;
}

}  // namespace maru::automation
