#include "app/actions/rule_actions.h"

#include "app/server/rooms.h"
#include "automation/actions.h"

namespace maru::app {

std::vector<std::shared_ptr<automation::RuleAction>> all_rule_actions(Rooms& rooms) {
  return {automation::make_run_action(*rooms.pipelines), make_alias_action(*rooms.registry),
          automation::make_notify_action(*rooms.events)};
}

}  // namespace maru::app
