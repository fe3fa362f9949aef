#include "api/inference/infer_request.h"

#include "api/inference/json_tensor.h"

namespace maru::api::inference {
namespace {

using serving::DataType;
using serving::Shape;
using serving::Tensor;

constexpr std::size_t kMostTensors = 10'000;  // in one request

std::optional<dom::element> find(const dom::object& object, std::string_view name) {
  dom::element value;
  if (object.at_key(name).get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
  return value;
}

Result<dom::object> object_of(const dom::element& value, std::string_view where) {
  dom::object object;
  if (value.get(object) != simdjson::SUCCESS)
    return invalid("{}: expected an object, got {}", where, shown(value));
  return object;
}

Result<std::string_view> text_field(const dom::object& object, std::string_view name,
                                    std::string_view where) {
  const auto value = find(object, name);
  if (!value) return invalid("{}.{}: is required", where, name);
  std::string_view text;
  if (value->get(text) != simdjson::SUCCESS) {
    return invalid("{}.{}: expected a string, got {}", where, name, shown(*value));
  }
  return text;
}

// A flag among an object's parameters; empty when it is not there.
Result<std::optional<bool>> flag_parameter(const dom::object& object, std::string_view name,
                                           std::string_view where) {
  const auto parameters = find(object, "parameters");
  if (!parameters) return std::nullopt;
  MARU_ASSIGN(const dom::object values, object_of(*parameters, fmt::format("{}parameters", where)));
  const auto value = find(values, name);
  if (!value) return std::nullopt;
  bool flag = false;
  if (value->get(flag) != simdjson::SUCCESS) {
    return invalid("{}parameters.{}: expected true or false, got {}", where, name, shown(*value));
  }
  return std::optional<bool>(flag);
}

Result<Shape> shape_of(const dom::object& input, std::string_view where) {
  const auto value = find(input, "shape");
  if (!value) return invalid("{}.shape: is required", where);
  dom::array sizes;
  if (value->get(sizes) != simdjson::SUCCESS) {
    return invalid("{}.shape: expected an array of sizes, got {}", where, shown(*value));
  }
  std::array<std::int64_t, Shape::kMaxRank> found{};
  std::size_t rank = 0;
  for (const dom::element size : sizes) {
    if (rank == found.size()) return invalid("{}.shape: more than {} dimensions", where, Shape::kMaxRank);
    if (size.get(found[rank]) != simdjson::SUCCESS || found[rank] < 0) {
      return invalid("{}.shape[{}]: expected a size of at least 0, got {}", where, rank, shown(size));
    }
    ++rank;
  }
  return Shape(std::span<const std::int64_t>(found.data(), rank));
}

// The bytes behind the JSON, handed out in the order of the inputs.
class BinaryTail {
 public:
  explicit BinaryTail(std::string_view bytes) : left_(bytes) {}
  Result<std::string_view> take(std::uint64_t size, std::string_view where) {
    if (size > left_.size()) {
      return invalid("{}.parameters.binary_data_size: {} bytes, but only {} are left in the body", where,
                     size, left_.size());
    }
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  Result<void> finish() const {
    if (left_.empty()) return {};
    return invalid("body: {} bytes after the JSON belong to no input's binary_data_size", left_.size());
  }

 private:
  std::string_view left_;
};

Result<std::optional<std::uint64_t>> binary_size(const dom::object& input, std::string_view where) {
  const auto parameters = find(input, "parameters");
  if (!parameters) return std::nullopt;
  MARU_ASSIGN(const dom::object values, object_of(*parameters, fmt::format("{}.parameters", where)));
  const auto value = find(values, "binary_data_size");
  if (!value) return std::nullopt;
  std::uint64_t size = 0;
  if (value->get(size) != simdjson::SUCCESS) {
    return invalid("{}.parameters.binary_data_size: expected a number of bytes, got {}", where,
                   shown(*value));
  }
  return std::optional<std::uint64_t>(size);
}

Result<Tensor> decode_input(const dom::element& value, BinaryTail& tail, std::string_view where) {
  MARU_ASSIGN(const dom::object input, object_of(value, where));
  MARU_ASSIGN(const std::string_view name, text_field(input, "name", where));
  MARU_ASSIGN(const std::string_view type_name, text_field(input, "datatype", where));
  auto type = serving::data_type(type_name);
  if (!type) return invalid("{}.datatype: {}", where, type.error().message);
  MARU_ASSIGN(const Shape shape, shape_of(input, where));
  MARU_ASSIGN(const std::optional<std::uint64_t> size, binary_size(input, where));
  const auto data = find(input, "data");
  if (size) {
    if (data)
      return invalid("{}: has both data and parameters.binary_data_size; one of them is right", where);
    MARU_ASSIGN(const std::string_view bytes, tail.take(*size, where));
    return Tensor::borrowing(std::string(name), *type, shape, bytes).at(where);
  }
  if (!data) return invalid("{}.data: is required", where);
  dom::array values;
  if (data->get(values) != simdjson::SUCCESS) {
    return invalid("{}.data: expected an array, got {}", where, shown(*data));
  }
  return tensor_from_json(std::string(name), *type, shape, values, fmt::format("{}.data", where));
}

Result<void> decode_inputs(const dom::object& root, BinaryTail& tail, InferCall& call) {
  const auto value = find(root, "inputs");
  if (!value) return invalid("inputs: is required");
  dom::array inputs;
  if (value->get(inputs) != simdjson::SUCCESS)
    return invalid("inputs: expected an array, got {}", shown(*value));
  for (const dom::element input : inputs) {
    const std::size_t index = call.request.inputs.size();
    if (index == kMostTensors) return invalid("inputs: more than {}", kMostTensors);
    std::array<char, 32> where{};
    const auto end = fmt::format_to_n(where.data(), where.size(), "inputs[{}]", index).out;
    MARU_ASSIGN(Tensor tensor, decode_input(input, tail, std::string_view(where.data(), end)));
    call.request.inputs.push_back(std::move(tensor));
  }
  if (call.request.inputs.empty()) return invalid("inputs: at least one is required");
  return tail.finish();
}

Result<void> decode_outputs(const dom::object& root, InferCall& call) {
  const auto value = find(root, "outputs");
  if (!value) return {};
  dom::array outputs;
  if (value->get(outputs) != simdjson::SUCCESS)
    return invalid("outputs: expected an array, got {}", shown(*value));
  for (const dom::element output : outputs) {
    if (call.outputs.size() == kMostTensors) return invalid("outputs: more than {}", kMostTensors);
    const std::string where = fmt::format("outputs[{}]", call.outputs.size());
    MARU_ASSIGN(const dom::object wish, object_of(output, where));
    MARU_ASSIGN(const std::string_view name, text_field(wish, "name", where));
    MARU_ASSIGN(const std::optional<bool> binary, flag_parameter(wish, "binary_data", where + "."));
    call.outputs.push_back({std::string(name), binary});
    call.request.outputs.emplace_back(name);
  }
  return {};
}

Result<void> decode_identity(const dom::object& root, InferCall& call) {
  if (const auto id = find(root, "id")) {
    std::string_view text;
    if (id->get(text) != simdjson::SUCCESS) return invalid("id: expected a string, got {}", shown(*id));
    call.request.id = text;
  }
  MARU_ASSIGN(const std::optional<bool> binary, flag_parameter(root, "binary_data_output", ""));
  call.binary_outputs = binary.value_or(false);
  MARU_ASSIGN(const std::optional<bool> log, flag_parameter(root, "log", ""));
  call.request.log = log.value_or(true);
  const auto parameters = find(root, "parameters");
  if (!parameters) return {};
  MARU_ASSIGN(const dom::object values, object_of(*parameters, "parameters"));
  if (const auto time = find(values, "event_time")) {
    MARU_ASSIGN(call.request.event_ms, time_from_json(*time, "parameters.event_time"));
  }
  return {};
}

}  // namespace

Result<TimeMs> time_from_json(const dom::element& value, std::string_view where) {
  if (std::int64_t ms = 0; value.get(ms) == simdjson::SUCCESS) return ms;
  if (std::string_view text; value.get(text) == simdjson::SUCCESS) return parse_time(text).at(where);
  return invalid("{}: expected an RFC 3339 time or milliseconds, got {}", where, shown(value));
}

Result<InferCall> decode_infer(std::string& body, std::optional<std::size_t> json_length) {
  const std::size_t length = json_length.value_or(body.size());
  if (length > body.size()) {
    return invalid("inference-header-content-length: {}, but the body has {} bytes", length, body.size());
  }
  MARU_ASSIGN(const JsonDocument document, parse_document(body, length));
  MARU_ASSIGN(const dom::object root, object_of(document.root, "body"));
  InferCall call;
  BinaryTail tail(std::string_view(body).substr(length));
  MARU_TRY(decode_identity(root, call));
  MARU_TRY(decode_inputs(root, tail, call));
  MARU_TRY(decode_outputs(root, call));
  return call;
}

Result<InferCall> decode_raw_infer(std::string& body, const serving::ModelMetadata& metadata) {
  if (metadata.inputs.size() != 1) {
    return invalid("a raw binary request needs a model with one input; this one has {}",
                   metadata.inputs.size());
  }
  const serving::TensorSpec& input = metadata.inputs.front();
  std::vector<std::int64_t> sizes = input.shape;
  std::int64_t known = 1;
  std::int64_t* variable = nullptr;
  for (std::int64_t& size : sizes) {
    if (size >= 0) {
      known *= size;
    } else if (variable == nullptr) {
      variable = &size;
    } else {
      size = 1;  // a second variable dimension is taken as one
    }
  }
  const std::size_t element_bytes = serving::size_of_bytes(input.type);
  if (variable != nullptr) {
    *variable =
        element_bytes == 0 || known == 0
            ? 1
            : static_cast<std::int64_t>(body.size() / (element_bytes * static_cast<std::size_t>(known)));
  }
  InferCall call;
  MARU_ASSIGN(Tensor tensor,
              Tensor::borrowing(input.name, input.type, Shape(std::span<const std::int64_t>(sizes)), body)
                  .at("body"));
  call.request.inputs.push_back(std::move(tensor));
  call.binary_outputs = true;
  return call;
}

}  // namespace maru::api::inference
