#pragma once
// Models of MLflow's xgboost flavor, JSON and UBJSON, predicted by FlatTrees: no XGBoost library is needed to
// serve.

#include "serving/model.h"

namespace maru::serving {

std::unique_ptr<Runtime> make_xgboost_runtime();

// A model from its bytes, for tests and benchmarks. `mlmodel` as ModelFiles has it; may be empty.
Result<std::unique_ptr<Model>> load_xgboost_model(std::string_view bytes, const JsonObject& mlmodel);

}  // namespace maru::serving
