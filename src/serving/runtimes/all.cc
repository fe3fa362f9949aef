// The list of runtimes: a new one is a folder here and a line below.
#include "serving/runtimes/onnx/runtime.h"
#include "serving/runtimes/xgboost/runtime.h"

namespace maru::serving {

std::vector<std::unique_ptr<Runtime>> all_runtimes(const RuntimeOptions& options) {
  std::vector<std::unique_ptr<Runtime>> runtimes;
  runtimes.push_back(make_xgboost_runtime());
  runtimes.push_back(make_onnx_runtime(options.onnxruntime_library));
  return runtimes;
}

}  // namespace maru::serving
