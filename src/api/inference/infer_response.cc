#include "api/inference/infer_response.h"

#include "api/inference/json_tensor.h"
#include "base/json.h"

namespace maru::api::inference {
namespace {

using serving::Tensor;

bool is_binary(const Tensor& output, const InferCall& call) {
  for (const OutputWish& wish : call.outputs) {
    if (wish.name == output.name() && wish.binary) return *wish.binary;
  }
  return call.binary_outputs;
}

void append_integer(std::string& out, std::int64_t value) {
  fmt::format_to(std::back_inserter(out), "{}", value);
}

void append_output(std::string& out, const Tensor& output, bool binary) {
  out += R"({"name":)";
  append_json_string(out, output.name());
  out += R"(,"datatype":")";
  out += name_of(output.type());
  out += R"(","shape":[)";
  for (std::size_t i = 0; i < output.shape().rank(); ++i) {
    if (i > 0) out += ',';
    append_integer(out, output.shape()[i]);
  }
  out += ']';
  if (binary) {
    out += R"(,"parameters":{"binary_data_size":)";
    append_integer(out, static_cast<std::int64_t>(output.bytes().size()));
    out += "}}";
    return;
  }
  out += R"(,"data":)";
  append_tensor_data(out, output);
  out += '}';
}

}  // namespace

net::Response encode_infer(std::string_view model, const serving::PredictReply& reply,
                           const InferCall& call) {
  constexpr std::size_t kWorthCompressingBytes = 64 << 10;  // never on the hot path
  std::string text = R"({"model_name":)";
  append_json_string(text, model);
  text += R"(,"model_version":")";
  append_integer(text, reply.version);
  text += R"(","id":)";
  append_json_string(text, reply.request_id);
  text += R"(,"outputs":[)";
  bool first = true;
  bool any_binary = false;
  for (const Tensor& output : reply.outputs) {
    if (!std::exchange(first, false)) text += ',';
    const bool binary = is_binary(output, call);
    any_binary = any_binary || binary;
    append_output(text, output, binary);
  }
  text += "]}";
  if (!any_binary) {
    net::Response response = net::Response::json(std::move(text));
    response.compressible = response.body.size() >= kWorthCompressingBytes;
    return response;
  }
  const std::size_t json_length = text.size();
  for (const Tensor& output : reply.outputs) {
    if (is_binary(output, call)) text += output.bytes();
  }
  net::Response response = net::Response::bytes(std::move(text), "application/octet-stream");
  response.headers.add(kHeaderLength, std::to_string(json_length));
  response.compressible = response.body.size() >= kWorthCompressingBytes;
  return response;
}

}  // namespace maru::api::inference
