#pragma once
// Tensors to ONNX values and back.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "serving/runtimes/onnx/library.h"
#include "serving/tensor.h"

namespace maru::serving::onnx {

// A value over memory that must live as long: the tensor's own when type and alignment fit, else converted.
class Feed {
 public:
  // invalid_argument: texts where numbers are wanted or the other way round.
  static Result<Feed> of(const Library& library, const Tensor& tensor, DataType wanted, const Shape& shape);
  // The same for numbers, over memory of its own: the tensor may go.
  static Result<Feed> copy_of(const Library& library, const Tensor& tensor, DataType wanted,
                              const Shape& shape);
  const OrtValue* value() const { return value_.get(); }

 private:
  explicit Feed(Owned<OrtValue> value, std::unique_ptr<char[]> memory = {})
      : memory_(std::move(memory)), value_(std::move(value)) {}
  std::unique_ptr<char[]> memory_;
  Owned<OrtValue> value_;
};

// A tensor, or what skl2onnx's ZipMap makes of probabilities: a sequence of one map a row, which becomes
// [rows, classes] in the order of the keys.
Result<Tensor> take_output(const Library& library, OrtValue& value, std::string name);

}  // namespace maru::serving::onnx
