#include "serving/runtimes/onnx/values.h"

namespace maru::serving::onnx {
namespace {

Result<Owned<OrtValue>> over_memory(const Library& library, void* data, std::size_t size_bytes, DataType type,
                                    const Shape& shape) {
  OrtValue* value = nullptr;
  const auto sizes = shape.sizes();
  MARU_TRY(library.check(
      library.api().CreateTensorWithDataAsOrtValue(library.memory(), data, size_bytes, sizes.data(),
                                                   sizes.size(), element_type_of(type), &value),
      "take an input"));
  return own(library, value);
}

// ONNX Runtime keeps texts as std::string: they are copied whatever we do.
Result<Owned<OrtValue>> of_texts(const Library& library, const Tensor& tensor, const Shape& shape) {
  OrtValue* raw = nullptr;
  const auto sizes = shape.sizes();
  MARU_TRY(library.check(library.api().CreateTensorAsOrtValue(library.allocator(), sizes.data(), sizes.size(),
                                                              ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING, &raw),
                         "take texts"));
  auto value = own(library, raw);
  const auto texts = tensor.texts();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    char* buffer = nullptr;
    MARU_TRY(library.check(
        library.api().GetResizedStringTensorElementBuffer(value.get(), i, texts[i].size(), &buffer),
        "take texts"));
    std::ranges::copy(texts[i], buffer);
  }
  return value;
}

template <class To>
std::unique_ptr<char[]> converted(const Tensor& tensor) {
  const auto count = tensor.elements();
  std::vector<double> wide;
  auto memory = std::make_unique<char[]>(std::max<std::size_t>(count * sizeof(To), 1));
  auto* out = reinterpret_cast<To*>(memory.get());
  // Doubles hold every number type but the largest 64-bit integers, which pass unconverted in the usual case.
  wide.resize(count);
  tensor.copy_numbers(wide.data());
  std::ranges::transform(wide, out, [](double value) { return static_cast<To>(value); });
  return memory;
}

struct HalfBits {
  explicit HalfBits(double value) : bits(float_to_half(static_cast<float>(value))) {}
  HalfBits() = default;
  std::uint16_t bits = 0;
};

std::unique_ptr<char[]> converted_to(const Tensor& tensor, DataType wanted) {
  switch (wanted) {
    case DataType::boolean:
      return converted<bool>(tensor);
    case DataType::int8:
      return converted<std::int8_t>(tensor);
    case DataType::int16:
      return converted<std::int16_t>(tensor);
    case DataType::int32:
      return converted<std::int32_t>(tensor);
    case DataType::int64:
      return converted<std::int64_t>(tensor);
    case DataType::uint8:
      return converted<std::uint8_t>(tensor);
    case DataType::uint16:
      return converted<std::uint16_t>(tensor);
    case DataType::uint32:
      return converted<std::uint32_t>(tensor);
    case DataType::uint64:
      return converted<std::uint64_t>(tensor);
    case DataType::fp16:
      return converted<HalfBits>(tensor);
    case DataType::fp32:
      return converted<float>(tensor);
    case DataType::fp64:
      return converted<double>(tensor);
    case DataType::bytes:
      break;
  }
  return nullptr;
}

bool is_integer(DataType type) {
  return type != DataType::fp16 && type != DataType::fp32 && type != DataType::fp64;
}

// A fraction or NaN has no integer: silently cut it would be another input than the caller sent.
Result<void> check_integers(const Tensor& tensor, DataType wanted) {
  if (!is_integer(wanted) || is_integer(tensor.type())) return {};
  for (std::size_t i = 0; i < tensor.elements(); ++i) {
    const double value = tensor.number(i);
    if (value != std::trunc(value) || !(std::abs(value) < 0x1p53))
      return invalid("input \"{}\"[{}] is {}: this model wants {}", tensor.name(), i, value, name_of(wanted));
  }
  return {};
}

Result<Shape> shape_of(const Library& library, const OrtValue& value, DataType& type) {
  OrtTensorTypeAndShapeInfo* raw = nullptr;
  MARU_TRY(library.check(library.api().GetTensorTypeAndShape(&value, &raw), "read an output"));
  const Owned<OrtTensorTypeAndShapeInfo> info(raw, {library.api().ReleaseTensorTypeAndShapeInfo});
  ONNXTensorElementDataType element = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
  MARU_TRY(library.check(library.api().GetTensorElementType(info.get(), &element), "read an output"));
  MARU_ASSIGN(type, data_type_of(element));
  std::size_t rank = 0;
  MARU_TRY(library.check(library.api().GetDimensionsCount(info.get(), &rank), "read an output"));
  if (rank > Shape::kMaxRank)
    return invalid("an output of {} dimensions: at most {} can be served", rank, Shape::kMaxRank);
  std::array<std::int64_t, Shape::kMaxRank> sizes{};
  MARU_TRY(library.check(library.api().GetDimensions(info.get(), sizes.data(), rank), "read an output"));
  return Shape(std::span(sizes).first(rank));
}

Result<Tensor> take_texts(const Library& library, const OrtValue& value, std::string name,
                          const Shape& shape) {
  MARU_ASSIGN(const auto count, shape.elements());
  std::size_t size = 0;
  MARU_TRY(library.check(library.api().GetStringTensorDataLength(&value, &size), "read texts"));
  std::string characters(size, '\0');
  std::vector<std::size_t> offsets(static_cast<std::size_t>(count));
  if (count > 0)
    MARU_TRY(library.check(
        library.api().GetStringTensorContent(&value, characters.data(), size, offsets.data(), offsets.size()),
        "read texts"));
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    const auto end = i + 1 < offsets.size() ? offsets[i + 1] : size;
    texts.push_back(characters.substr(offsets[i], end - offsets[i]));
  }
  return Tensor::of_texts(std::move(name), shape, texts);
}

Result<Tensor> take_tensor(const Library& library, OrtValue& value, std::string name) {
  DataType type = DataType::fp32;
  MARU_ASSIGN(const auto shape, shape_of(library, value, type));
  if (type == DataType::bytes) return take_texts(library, value, std::move(name), shape);
  MARU_ASSIGN(const auto count, shape.elements());
  void* data = nullptr;
  MARU_TRY(library.check(library.api().GetTensorMutableData(&value, &data), "read an output"));
  const auto size = static_cast<std::size_t>(count) * size_of_bytes(type);
  return Tensor::owning(std::move(name), type, shape, std::string(static_cast<const char*>(data), size));
}

Result<Owned<OrtValue>> item(const Library& library, const OrtValue& value, std::size_t index) {
  OrtValue* raw = nullptr;
  MARU_TRY(library.check(library.api().GetValue(&value, static_cast<int>(index), library.allocator(), &raw),
                         "read an output"));
  return own(library, raw);
}

Result<Tensor> take_maps(const Library& library, const OrtValue& value, std::string name) {
  constexpr std::size_t kValuesOfMap =
      1;  // a map's items are its keys and its values, both tensors, in key order
  std::size_t rows = 0;
  MARU_TRY(library.check(library.api().GetValueCount(&value, &rows), "read an output"));
  std::vector<float> numbers;
  for (std::size_t row = 0; row < rows; ++row) {
    MARU_ASSIGN(const auto map, item(library, value, row));
    MARU_ASSIGN(const auto values, item(library, *map, kValuesOfMap));
    MARU_ASSIGN(const auto tensor, take_tensor(library, *values, name));
    const auto begin = numbers.size();
    numbers.resize(begin + tensor.elements());
    tensor.copy_numbers(numbers.data() + begin);
  }
  const auto count = static_cast<std::int64_t>(rows);
  const auto classes = rows == 0 ? 0 : static_cast<std::int64_t>(numbers.size()) / count;
  return Tensor::of<float>(std::move(name), {count, classes}, std::span<const float>(numbers));
}

}  // namespace

Result<Feed> Feed::of(const Library& library, const Tensor& tensor, DataType wanted, const Shape& shape) {
  if (is_number(wanted) != is_number(tensor.type()))
    return invalid("input \"{}\": expected {}, got {}", tensor.name(), name_of(wanted),
                   name_of(tensor.type()));
  if (!is_number(wanted)) {
    MARU_ASSIGN(auto value, of_texts(library, tensor, shape));
    return Feed(std::move(value));
  }
  const auto bytes = tensor.bytes();
  const auto address = reinterpret_cast<std::uintptr_t>(bytes.data());
  if (tensor.type() == wanted && address % std::max<std::size_t>(size_of_bytes(wanted), 1) == 0) {
    // The runtime takes inputs by non-const pointer and does not write to them.
    MARU_ASSIGN(auto value,
                over_memory(library, const_cast<char*>(bytes.data()), bytes.size(), wanted, shape));
    return Feed(std::move(value));
  }
  return copy_of(library, tensor, wanted, shape);
}

Result<Feed> Feed::copy_of(const Library& library, const Tensor& tensor, DataType wanted,
                           const Shape& shape) {
  MARU_TRY(check_integers(tensor, wanted));
  auto memory = converted_to(tensor, wanted);
  MARU_ASSIGN(auto value,
              over_memory(library, memory.get(), tensor.elements() * size_of_bytes(wanted), wanted, shape));
  return Feed(std::move(value), std::move(memory));
}

Result<Tensor> take_output(const Library& library, OrtValue& value, std::string name) {
  ONNXType type = ONNX_TYPE_UNKNOWN;
  MARU_TRY(library.check(library.api().GetValueType(&value, &type), "read an output"));
  if (type == ONNX_TYPE_TENSOR) return take_tensor(library, value, std::move(name));
  if (type == ONNX_TYPE_SEQUENCE) return take_maps(library, value, std::move(name));
  return invalid("output \"{}\" is neither a tensor nor a sequence of maps", name);
}

}  // namespace maru::serving::onnx
