#pragma once
// A loaded model, what can load one, and where model files come from.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "serving/tensor.h"

namespace maru::serving {

struct TensorSpec {
  std::string name;
  DataType type = DataType::fp32;
  std::vector<std::int64_t> shape;  // -1 = any size
  bool operator==(const TensorSpec&) const = default;
};

// How a caller may hand inputs over. `columns`: one tensor a column, [n] or [n,1], by name, any numeric type,
// or one numeric tensor [n,k] with the columns in metadata order. `tensors`: exactly the tensors of the
// metadata, by name.
enum class InputForm : std::uint8_t { tensors, columns };

struct ModelMetadata {
  std::string flavor;    // MLflow's: "xgboost", "onnx"
  std::string platform;  // the inference protocol's: "xgboost_json", "onnxruntime_onnx"
  InputForm form = InputForm::tensors;
  std::vector<TensorSpec> inputs;
  std::vector<TensorSpec> outputs;
};

// Thread-safe: predict() may be called from many threads at once.
class Model {
 public:
  virtual ~Model() = default;
  virtual const ModelMetadata& metadata() const = 0;
  // Inputs in any order. invalid_argument: a missing, unknown, mis-shaped or mistyped input, saying which and
  // what would be right. internal: the runtime failed.
  virtual Result<std::vector<Tensor>> predict(std::span<const Tensor> inputs) const = 0;
};

// The files of one model version, on local disk.
struct ModelFiles {
  std::string model;
  std::int64_t version = 0;
  std::filesystem::path folder;
  JsonObject mlmodel;  // the MLmodel file's YAML as JSON; empty when the folder has none
  std::string run_id;
};

struct LoadOptions {
  int threads = 1;  // per prediction: small tabular models are fastest on one
};

// One kind of model. Thread-safe.
class Runtime {
 public:
  virtual ~Runtime() = default;
  virtual std::string_view name() const = 0;
  virtual bool can_load(const ModelFiles& files) const = 0;
  // invalid_argument: not a model of this kind, broken or unsupported; unavailable: the runtime's library is
  // not there.
  virtual Result<std::unique_ptr<Model>> load(const ModelFiles& files, const LoadOptions& options) const = 0;
};

struct RuntimeOptions {
  std::filesystem::path
      onnxruntime_library;  // libonnxruntime.so.1; empty = beside the binary, then the loader's path
};
// Every runtime of this build, in the order they are asked.
std::vector<std::unique_ptr<Runtime>> all_runtimes(const RuntimeOptions& options);

// Where an endpoint's model comes from; implemented over the registry. Thread-safe.
class ModelSource {
 public:
  virtual ~ModelSource() = default;
  // `reference` is an alias ("champion") or a version number ("3"). not_found: no such model, alias or
  // version.
  virtual Result<std::int64_t> resolve(std::string_view model, std::string_view reference) = 0;
  virtual Result<ModelFiles> files(std::string_view model, std::int64_t version) = 0;
};

}  // namespace maru::serving
