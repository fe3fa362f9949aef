#pragma once
// A search's model as an MLflow model folder, which the unmodified `mlflow.xgboost.load_model` and
// `mlflow.pyfunc` load.

#include <filesystem>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "training/search.h"

namespace maru::training {

struct ModelFolderOptions {
  std::string run_id;
  TimeMs created_ms = 0;
};

// Writes MLmodel, model.json, requirements.txt, conda.yaml and python_env.yaml into `folder` (made when
// missing).
Result<void> write_model_folder(const std::filesystem::path& folder, const SearchResult& result,
                                const ModelFolderOptions& options);
// The MLmodel file's content alone.
std::string mlmodel_text(const SearchResult& result, const ModelFolderOptions& options);

}  // namespace maru::training
