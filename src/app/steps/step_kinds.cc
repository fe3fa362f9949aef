#include "app/steps/step_kinds.h"

#include "app/server/rooms.h"
#include "app/steps/csv.h"
#include "app/steps/step_data.h"
#include "automation/executors/local/local_executor.h"
#include "base/file.h"

namespace maru::app {

std::vector<std::shared_ptr<automation::StepKind>> all_step_kinds(
    Rooms& rooms, std::function<automation::CommandStepOptions()> command) {
  return {make_training_set_step(rooms),
          make_sql_step(rooms),
          make_validate_step(rooms),
          make_materialize_step(rooms),
          make_automl_step(rooms),
          make_register_step(rooms),
          make_evaluate_step(rooms),
          make_deploy_step(rooms),
          automation::make_command_step(std::make_shared<automation::LocalExecutor>(), std::move(command))};
}

Result<automation::InputFiles> input_files_of(Rooms& rooms, const JsonObject& output,
                                              const std::filesystem::path& folder) {
  const Json value(output);
  MARU_ASSIGN(const StepData data, StepData::from_json(JsonReader(value, "input")));
  MARU_ASSIGN(const Table table, read_parquet(*rooms.lake, data.train));
  const auto csv = folder / (data.dataset + ".csv");
  MARU_TRY(write_file_atomically(csv, csv_of(table)));
  return automation::InputFiles{data.train, csv};
}

}  // namespace maru::app
