#pragma once
// Every kind of pipeline step that works over several rooms, in one explicit list. A new kind is a file here
// and a line in step_kinds.cc.

#include <functional>
#include <memory>
#include <vector>

#include "automation/command_step.h"
#include "automation/step_kind.h"

namespace maru::app {

struct Rooms;

// `command` says where the server listens; it is asked when a command step starts.
std::vector<std::shared_ptr<automation::StepKind>> all_step_kinds(
    Rooms& rooms, std::function<automation::CommandStepOptions()> command);

std::shared_ptr<automation::StepKind> make_training_set_step(Rooms& rooms);
std::shared_ptr<automation::StepKind> make_sql_step(Rooms& rooms);
std::shared_ptr<automation::StepKind> make_validate_step(Rooms& rooms);
std::shared_ptr<automation::StepKind> make_materialize_step(Rooms& rooms);
std::shared_ptr<automation::StepKind> make_automl_step(Rooms& rooms);
std::shared_ptr<automation::StepKind> make_register_step(Rooms& rooms);
std::shared_ptr<automation::StepKind> make_evaluate_step(Rooms& rooms);
std::shared_ptr<automation::StepKind> make_deploy_step(Rooms& rooms);

// The files of a data step's output, for command steps.
Result<automation::InputFiles> input_files_of(Rooms& rooms, const JsonObject& output,
                                              const std::filesystem::path& folder);

}  // namespace maru::app
