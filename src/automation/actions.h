#pragma once
// The rule actions that need nothing but this room; `alias` and others are wired over theirs.

#include <memory>

#include "automation/pipelines.h"
#include "automation/rules.h"

namespace maru::automation {

// {run: train, params: {…}}: starts a pipeline.
std::shared_ptr<RuleAction> make_run_action(Pipelines& pipelines);
// {notify: team, text: "…"}: an alert.raised event that names whom to tell.
std::shared_ptr<RuleAction> make_notify_action(events::Log& log);

}  // namespace maru::automation
