#pragma once
// Models of MLflow's onnx flavor, on ONNX Runtime.

#include <filesystem>

#include "serving/model.h"

namespace maru::serving {

// The library is loaded with the first model; `library` as RuntimeOptions::onnxruntime_library.
std::unique_ptr<Runtime> make_onnx_runtime(std::filesystem::path library);

// A model from its bytes, for tests and benchmarks.
Result<std::unique_ptr<Model>> load_onnx_model(std::string_view bytes, const JsonObject& mlmodel,
                                               const std::filesystem::path& library,
                                               const LoadOptions& options);

}  // namespace maru::serving
