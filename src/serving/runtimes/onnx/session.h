#pragma once
// One ONNX model in memory: what it takes, what it gives, and running it.

#include <span>
#include <string>
#include <vector>

#include "serving/model.h"
#include "serving/runtimes/onnx/library.h"
#include "serving/runtimes/onnx/values.h"

namespace maru::serving::onnx {

// Thread-safe.
class Session {
 public:
  // invalid_argument: not an ONNX model, or one this runtime cannot run.
  static Result<Session> load(const Library& library, std::string_view bytes, const LoadOptions& options);

  const Library& library() const { return *library_; }
  const std::vector<TensorSpec>& inputs() const { return inputs_; }
  const std::vector<TensorSpec>& outputs() const { return outputs_; }
  // One feed an input, in their order; every output.
  Result<std::vector<Tensor>> run(std::span<const Feed> feeds) const;

 private:
  explicit Session(const Library& library) : library_(&library) {}
  enum class Side : std::uint8_t { input, output };
  Result<std::vector<TensorSpec>> specs(Side side) const;
  Result<TensorSpec> spec(Side side, std::size_t index) const;

  const Library* library_;
  Owned<OrtSession> session_;
  std::vector<TensorSpec> inputs_;
  std::vector<TensorSpec> outputs_;
  std::vector<const char*> input_names_;   // into inputs_
  std::vector<const char*> output_names_;  // into outputs_
};

}  // namespace maru::serving::onnx
