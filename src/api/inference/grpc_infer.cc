#include "api/inference/grpc_infer.h"

namespace maru::api::inference {
namespace {

using serving::DataType;
using serving::Shape;
using serving::Tensor;
using InputTensor = ::inference::ModelInferRequest::InferInputTensor;
using Contents = ::inference::InferTensorContents;

// The bytes of values that travel wider than they are stored (INT8 as int32, say).
template <class Stored, class Values>
Result<std::string> narrowed(const Values& values, std::string_view where) {
  std::string bytes(static_cast<std::size_t>(values.size()) * sizeof(Stored), '\0');
  std::size_t index = 0;
  for (const auto value : values) {
    const auto stored = static_cast<Stored>(value);
    if constexpr (std::integral<Stored> && !std::same_as<Stored, bool>) {
      if (!std::in_range<Stored>(value)) return invalid("{}[{}]: {} is out of range", where, index, value);
    }
    std::memcpy(bytes.data() + index * sizeof(Stored), &stored, sizeof(Stored));
    ++index;
  }
  return bytes;
}

Result<std::string> text_bytes(const Contents& contents) {
  std::string bytes;
  for (const std::string& text : contents.bytes_contents()) {
    const auto size = static_cast<std::uint32_t>(text.size());
    bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
    bytes += text;
  }
  return bytes;
}

Result<std::string> content_bytes(DataType type, const Contents& contents, std::string_view where) {
  const auto at = [where](std::string_view field) { return fmt::format("{}.contents.{}", where, field); };
  switch (type) {
    case DataType::boolean:
      return narrowed<bool>(contents.bool_contents(), at("bool_contents"));
    case DataType::int8:
      return narrowed<std::int8_t>(contents.int_contents(), at("int_contents"));
    case DataType::int16:
      return narrowed<std::int16_t>(contents.int_contents(), at("int_contents"));
    case DataType::int32:
      return narrowed<std::int32_t>(contents.int_contents(), at("int_contents"));
    case DataType::int64:
      return narrowed<std::int64_t>(contents.int64_contents(), at("int64_contents"));
    case DataType::uint8:
      return narrowed<std::uint8_t>(contents.uint_contents(), at("uint_contents"));
    case DataType::uint16:
      return narrowed<std::uint16_t>(contents.uint_contents(), at("uint_contents"));
    case DataType::uint32:
      return narrowed<std::uint32_t>(contents.uint_contents(), at("uint_contents"));
    case DataType::uint64:
      return narrowed<std::uint64_t>(contents.uint64_contents(), at("uint64_contents"));
    case DataType::fp32:
      return narrowed<float>(contents.fp32_contents(), at("fp32_contents"));
    case DataType::fp64:
      return narrowed<double>(contents.fp64_contents(), at("fp64_contents"));
    case DataType::bytes:
      return text_bytes(contents);
    case DataType::fp16:
      return invalid("{}.contents: FP16 has no typed contents; send raw_input_contents", where);
  }
  return internal("{}: an unknown data type", where);
}

Result<Tensor> decode_input(const InputTensor& input, const std::string* raw, std::string_view where) {
  auto type = serving::data_type(input.datatype());
  if (!type) return invalid("{}.datatype: {}", where, type.error().message);
  if (input.shape_size() > static_cast<int>(Shape::kMaxRank)) {
    return invalid("{}.shape: more than {} dimensions", where, Shape::kMaxRank);
  }
  const Shape shape(
      std::span<const std::int64_t>(input.shape().data(), static_cast<std::size_t>(input.shape_size())));
  if (raw != nullptr) {
    if (input.has_contents())
      return invalid("{}: has both contents and raw_input_contents; one of them is right", where);
    return Tensor::borrowing(input.name(), *type, shape, *raw).at(where);
  }
  MARU_ASSIGN(std::string bytes, content_bytes(*type, input.contents(), where));
  return Tensor::owning(input.name(), *type, shape, std::move(bytes)).at(where);
}

Result<std::optional<TimeMs>> event_time(const ::inference::ModelInferRequest& message) {
  const auto found = message.parameters().find("event_time");
  if (found == message.parameters().end()) return std::nullopt;
  if (found->second.has_int64_param()) return std::optional<TimeMs>(found->second.int64_param());
  MARU_ASSIGN(const TimeMs time, parse_time(found->second.string_param()).at("parameters.event_time"));
  return std::optional<TimeMs>(time);
}

}  // namespace

Result<serving::PredictRequest> decode_grpc_infer(const ::inference::ModelInferRequest& message) {
  const int raw_count = message.raw_input_contents_size();
  if (raw_count != 0 && raw_count != message.inputs_size()) {
    return invalid("raw_input_contents: {} of them for {} inputs; it is all or none", raw_count,
                   message.inputs_size());
  }
  if (message.inputs_size() == 0) return invalid("inputs: at least one is required");
  serving::PredictRequest request;
  request.id = message.id();
  if (const auto log = message.parameters().find("log");
      log != message.parameters().end() && log->second.has_bool_param()) {
    request.log = log->second.bool_param();
  }
  for (int i = 0; i < message.inputs_size(); ++i) {
    const std::string* raw = raw_count != 0 ? &message.raw_input_contents(i) : nullptr;
    MARU_ASSIGN(Tensor tensor, decode_input(message.inputs(i), raw, fmt::format("inputs[{}]", i)));
    request.inputs.push_back(std::move(tensor));
  }
  for (const auto& output : message.outputs()) request.outputs.push_back(output.name());
  MARU_ASSIGN(request.event_ms, event_time(message));
  return request;
}

void encode_grpc_infer(const serving::PredictReply& reply, ::inference::ModelInferResponse& message) {
  message.set_model_version(std::to_string(reply.version));
  message.set_id(reply.request_id);
  for (const Tensor& tensor : reply.outputs) {
    auto& output = *message.add_outputs();
    output.set_name(tensor.name());
    output.set_datatype(std::string(name_of(tensor.type())));
    for (const std::int64_t size : tensor.shape().sizes()) output.add_shape(size);
    message.add_raw_output_contents(tensor.bytes().data(), tensor.bytes().size());
  }
}

}  // namespace maru::api::inference
