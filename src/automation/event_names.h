#pragma once
// What the payload of each type of event holds: a rule that names something else is told so when it is
// defined, instead of waiting for ever on a value that never comes.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "automation/rule.h"
#include "expr/schema.h"

namespace maru::automation {

// The names that expressions on an event of this type may use, with `event.…`; empty for a type that is not
// known here.
std::optional<expr::Schema> names_of_event(std::string_view type);

// Sentences about what looks like a slip in `on`, `given`, `when` and `select`: "when: column 1: unknown name
// "drift.shar" (did you mean "drift.share"?) in monitor.evaluated". Warnings, not errors: a payload may grow
// before this table does.
std::vector<std::string> warnings_of(const RuleSpec& rule);

}  // namespace maru::automation
