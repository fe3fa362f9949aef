#include "training/model_folder.h"

#include "base/file.h"
#include "base/hash.h"

namespace maru::training {
namespace {

// What Maru was tested against: newer clients read these folders too.
constexpr std::string_view kMlflowVersion = "3.17.2";
constexpr std::string_view kXgboostVersion = "1.7.4";
constexpr std::string_view kPythonVersion = "3.11.2";
constexpr std::string_view kModelFile = "model.json";

// A YAML single-quoted scalar.
std::string yaml_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += '\'';
    result += c;
  }
  return result + "'";
}

// MLflow keeps a signature as JSON inside YAML. Columns are doubles and may be missing; the output is a
// float32 tensor.
std::string signature_inputs(const SearchResult& result) {
  JsonArray columns;
  for (const auto& feature : result.feature_names)
    columns.push_back(JsonObject{{"type", "double"}, {"name", feature}, {"required", true}});
  return to_json(columns);
}

// "2011-05-01 00:00:00.000000", as Python's str(datetime) has it.
std::string python_time(TimeMs time_ms) {
  const auto civil = civil_time(time_ms);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}000", civil.year, civil.month, civil.day,
                     civil.hour, civil.minute, civil.second, ((time_ms % kSecondMs) + kSecondMs) % kSecondMs);
}

constexpr std::string_view kRequirements = "mlflow\nxgboost\npandas\n";

std::string conda_text() {
  return fmt::format(
      "channels:\n- conda-forge\ndependencies:\n- python={}\n- pip\n- pip:\n  - mlflow\n  - xgboost\n  - "
      "pandas\n"
      "name: mlflow-env\n",
      kPythonVersion);
}

std::string python_env_text() {
  return fmt::format(
      "python: {}\nbuild_dependencies:\n- pip\n- setuptools\n- wheel\ndependencies:\n- -r requirements.txt\n",
      kPythonVersion);
}

}  // namespace

std::string mlmodel_text(const SearchResult& result, const ModelFolderOptions& options) {
  std::string text = "artifact_path: model\n";
  text += fmt::format(
      "flavors:\n"
      "  python_function:\n"
      "    data: {0}\n"
      "    env:\n"
      "      conda: conda.yaml\n"
      "      virtualenv: python_env.yaml\n"
      "    loader_module: mlflow.xgboost\n"
      "    python_version: {1}\n"
      "  xgboost:\n"
      "    code: null\n"
      "    data: {0}\n"
      "    model_class: xgboost.core.Booster\n"
      "    model_format: json\n"
      "    xgb_version: {2}\n",
      kModelFile, kPythonVersion, kXgboostVersion);
  text += fmt::format("mlflow_version: {}\n", kMlflowVersion);
  text += fmt::format("model_size_bytes: {}\n", result.model_bytes.size());
  // A function of the content, so that writing the same model twice gives the same bytes.
  text += fmt::format("model_uuid: {}\n", sha256_hex(result.model_bytes).substr(0, 32));
  if (!options.run_id.empty()) text += fmt::format("run_id: {}\n", options.run_id);
  text += fmt::format("signature:\n  inputs: {}\n", yaml_quoted(signature_inputs(result)));
  text +=
      "  outputs: '[{\"type\": \"tensor\", \"tensor-spec\": {\"dtype\": \"float32\", \"shape\": [-1]}}]'\n";
  text += "  params: null\n";
  text += fmt::format("utc_time_created: {}\n", yaml_quoted(python_time(options.created_ms)));
  return text;
}

Result<void> write_model_folder(const std::filesystem::path& folder, const SearchResult& result,
                                const ModelFolderOptions& options) {
  if (result.model_bytes.empty()) return invalid("the search has no model to write");
  MARU_TRY(make_folders(folder));
  MARU_TRY(write_file_atomically(folder / kModelFile, result.model_bytes));
  MARU_TRY(write_file_atomically(folder / "requirements.txt", kRequirements));
  MARU_TRY(write_file_atomically(folder / "conda.yaml", conda_text()));
  MARU_TRY(write_file_atomically(folder / "python_env.yaml", python_env_text()));
  // Last: a folder with an MLmodel is whole.
  return write_file_atomically(folder / "MLmodel", mlmodel_text(result, options));
}

}  // namespace maru::training
