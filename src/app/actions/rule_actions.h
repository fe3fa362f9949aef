#pragma once
// Every action a rule can take, in one explicit list. A new one is a file here and a line in rule_actions.cc.

#include <memory>
#include <vector>

#include "automation/rules.h"
#include "registry/store.h"

namespace maru::app {

struct Rooms;

// Needs rooms.pipelines.
std::vector<std::shared_ptr<automation::RuleAction>> all_rule_actions(Rooms& rooms);

// {alias: champion} points the alias at the version that the event is about; {alias: champion, to: previous}
// takes it back; {alias: champion, model: demand, to: 3} points it at that version.
std::shared_ptr<automation::RuleAction> make_alias_action(registry::Store& registry);

}  // namespace maru::app
