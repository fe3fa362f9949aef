#pragma once
// What data steps hand to later ones: a registered data set version, and its training and hold-out parts as
// files.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "automation/step_kind.h"
#include "base/columns.h"

namespace maru::store {
class Lake;
}

namespace maru::app {

struct StepData {
  std::string dataset;
  std::int64_t version = 0;
  std::string label;                  // "" = none
  std::string time_column;            // "" = none
  std::vector<std::string> features;  // in the model's order
  std::filesystem::path train;        // Parquet
  std::filesystem::path holdout;      // Parquet; empty = none
  std::uint64_t rows = 0, holdout_rows = 0;
  TimeMs holdout_from_ms = 0, to_ms = 0;

  JsonObject json() const;
  static Result<StepData> from_json(const JsonReader& json);
};

// The output of the step named by argument `key` as data. invalid_argument when it is not a data step's.
Result<StepData> data_argument(const automation::StepContext& context, std::string_view key);
// The step's arguments, path-qualified as "steps.NAME.…". The reader is valid as long as this is.
struct StepArguments {
  explicit StepArguments(const automation::StepSpec& step)
      : value(step.arguments), reader(value, "steps." + step.name) {}
  StepArguments(const StepArguments&) = delete;
  StepArguments& operator=(const StepArguments&) = delete;
  const Json value;
  const JsonReader reader;
};
Result<Table> read_parquet(store::Lake& lake, const std::filesystem::path& file);
// cancelled or deadline_exceeded when the step must end.
Result<void> check_stop(const automation::StepContext& context);

}  // namespace maru::app
