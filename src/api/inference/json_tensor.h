#pragma once
// JSON arrays, flat or nested, to tensors and back.

#include <string>
#include <string_view>

#include "api/inference/json_document.h"
#include "serving/tensor.h"

namespace maru::api::inference {

// `data` row-major, flat or nested in any way, as exactly `shape` values of `type`. For the floating types
// null, "NaN", "Infinity" and "-Infinity" are values; integers must be whole and in range; BOOL takes true,
// false, 0 and 1. `where` is data's path for errors: `inputs[0].data[3]: expected a number, got "abc"`.
Result<serving::Tensor> tensor_from_json(std::string name, serving::DataType type,
                                         const serving::Shape& shape, const dom::array& data,
                                         std::string_view where);

// The shape of a nested array by its first elements: [[1,2,3],[4,5,6]] is [2,3]. invalid_argument past the
// highest rank.
Result<serving::Shape> nested_shape(const dom::array& data, std::string_view where);

// The elements as a flat JSON array; shortest decimals that read back equal, non-finite numbers as strings.
void append_tensor_data(std::string& out, const serving::Tensor& tensor);
// One element, for callers that lay the array out themselves.
class TensorPrinter {
 public:
  explicit TensorPrinter(const serving::Tensor& tensor);
  void append(std::string& out, std::size_t element) const;

 private:
  const serving::Tensor& tensor_;
  std::vector<std::string_view> texts_;
};

}  // namespace maru::api::inference
