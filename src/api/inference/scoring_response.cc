#include "api/inference/scoring_response.h"

#include "api/inference/json_tensor.h"
#include "base/json.h"

namespace maru::api::inference {
namespace {

using serving::Tensor;

// Elements [first, first + count) as the dimensions from `dimension` on nest them.
void append_nested(std::string& out, const Tensor& tensor, const TensorPrinter& printer,
                   std::size_t dimension, std::size_t first, std::size_t count) {
  if (dimension == tensor.shape().rank()) return printer.append(out, first);
  const auto items = static_cast<std::size_t>(tensor.shape()[dimension]);
  const std::size_t each = items == 0 ? 0 : count / items;
  out += '[';
  for (std::size_t i = 0; i < items; ++i) {
    if (i > 0) out += ',';
    append_nested(out, tensor, printer, dimension + 1, first + i * each, each);
  }
  out += ']';
}

std::size_t row_elements(const Tensor& tensor) {
  return tensor.rows() <= 0 ? 0 : tensor.elements() / static_cast<std::size_t>(tensor.rows());
}

void append_row(std::string& out, const Tensor& tensor, const TensorPrinter& printer, std::size_t row) {
  const std::size_t each = row_elements(tensor);
  if (each == 1) return printer.append(out, row);
  append_nested(out, tensor, printer, 1, row * each, each);
}

}  // namespace

Result<net::Response> encode_scoring(const serving::PredictReply& reply) {
  if (reply.outputs.empty()) return internal("the model answered with no output");
  const std::vector<TensorPrinter> printers(reply.outputs.begin(), reply.outputs.end());
  const auto rows = static_cast<std::size_t>(reply.outputs.front().rows());
  std::string text = R"({"predictions":[)";
  for (std::size_t row = 0; row < rows; ++row) {
    if (row > 0) text += ',';
    if (reply.outputs.size() == 1) {
      append_row(text, reply.outputs.front(), printers.front(), row);
      continue;
    }
    text += '{';
    for (std::size_t i = 0; i < reply.outputs.size(); ++i) {
      if (i > 0) text += ',';
      append_json_string(text, reply.outputs[i].name());
      text += ':';
      if (reply.outputs[i].rows() != static_cast<std::int64_t>(rows)) {
        append_nested(text, reply.outputs[i], printers[i], 0, 0, reply.outputs[i].elements());
      } else {
        append_row(text, reply.outputs[i], printers[i], row);
      }
    }
    text += '}';
  }
  text += "]}";
  return net::Response::json(std::move(text));
}

}  // namespace maru::api::inference
