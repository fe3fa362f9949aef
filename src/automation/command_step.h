#pragma once
// The `command` step: any program, told where the server is and where its inputs and output are.
//
//   {command: python train.py, inputs: [data]}
//   {command: {run: [python, train.py], env: {A: b}, memory: 4GiB, cpu: 10m, grace: 5s}, inputs: [data]}
//
// A text runs under /bin/sh -c, a list as it is. The working folder is the project's. Environment: an allow
// list of the server's own (PATH, HOME, LANG, …), then MLFLOW_TRACKING_URI, MLFLOW_EXPERIMENT_NAME,
// MARU_SERVER, MARU_RUN, MARU_STEP, MARU_OUTPUT (a file: the JSON object written there becomes the step's
// output), MARU_PARAM_<NAME>, and for each input MARU_INPUT_<NAME> and MARU_INPUT_<NAME>_CSV (files).

#include <memory>
#include <string>

#include "automation/executors/executor.h"
#include "automation/step_kind.h"

namespace maru::automation {

struct InputFiles {
  std::filesystem::path parquet, csv;
};

struct CommandStepOptions {
  std::string server_url;                        // "http://127.0.0.1:8250"; read when a step starts
  std::filesystem::path python_environment;      // a venv whose bin/ comes first in PATH; "" = none
  std::map<std::string, std::string> inherited;  // the server's environment; only the allow list is passed on
  ResourceLimits limits;                         // for steps that set none
  // The files of an input, made from the output of the step it names. Wired to the data sets.
  std::function<Result<InputFiles>(const JsonObject& output, const std::filesystem::path& folder)>
      input_files;
};

std::shared_ptr<StepKind> make_command_step(std::shared_ptr<Executor> executor,
                                            std::function<CommandStepOptions()> options);

}  // namespace maru::automation
