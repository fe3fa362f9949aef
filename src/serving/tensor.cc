#include "serving/tensor.h"

#include <limits>

namespace maru::serving {
namespace {

struct TypeRow {
  std::string_view name;
  std::size_t size_bytes;
};
constexpr std::array<TypeRow, 13> kTypes{{{"BOOL", 1},
                                          {"INT8", 1},
                                          {"INT16", 2},
                                          {"INT32", 4},
                                          {"INT64", 8},
                                          {"UINT8", 1},
                                          {"UINT16", 2},
                                          {"UINT32", 4},
                                          {"UINT64", 8},
                                          {"FP16", 2},
                                          {"FP32", 4},
                                          {"FP64", 8},
                                          {"BYTES", 0}}};
constexpr std::int64_t kMaxElements = std::int64_t{1} << 40;

template <class T>
T load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// Calls visit(T{}) with the element type as it lies in memory; half floats come as Half.
struct Half {
  std::uint16_t bits;
  explicit operator float() const { return half_to_float(bits); }
  explicit operator double() const { return static_cast<double>(half_to_float(bits)); }
};
template <class Visit>
void visit_type(DataType type, Visit&& visit) {
  switch (type) {
    case DataType::boolean:
      return visit(std::uint8_t{});
    case DataType::int8:
      return visit(std::int8_t{});
    case DataType::int16:
      return visit(std::int16_t{});
    case DataType::int32:
      return visit(std::int32_t{});
    case DataType::int64:
      return visit(std::int64_t{});
    case DataType::uint8:
      return visit(std::uint8_t{});
    case DataType::uint16:
      return visit(std::uint16_t{});
    case DataType::uint32:
      return visit(std::uint32_t{});
    case DataType::uint64:
      return visit(std::uint64_t{});
    case DataType::fp16:
      return visit(Half{});
    case DataType::fp32:
      return visit(float{});
    case DataType::fp64:
      return visit(double{});
    case DataType::bytes:
      return;
  }
}

template <class To>
void copy_as(DataType type, std::string_view bytes, To* out, std::size_t stride) {
  visit_type(type, [&]<class From>(From) {
    const char* at = bytes.data();
    for (std::size_t left = bytes.size() / sizeof(From); left > 0; --left, at += sizeof(From), out += stride)
      *out = static_cast<To>(load<From>(at));
  });
}

// The number of whole BYTES elements, or nothing when a length runs past the end.
std::optional<std::size_t> count_texts(std::string_view bytes) {
  std::size_t count = 0;
  while (!bytes.empty()) {
    if (bytes.size() < 4) return std::nullopt;
    const auto length = load<std::uint32_t>(bytes.data());
    if (bytes.size() - 4 < length) return std::nullopt;
    bytes.remove_prefix(4 + std::size_t{length});
    ++count;
  }
  return count;
}

}  // namespace

std::string_view name_of(DataType type) { return kTypes.at(static_cast<std::size_t>(type)).name; }

std::size_t size_of_bytes(DataType type) { return kTypes.at(static_cast<std::size_t>(type)).size_bytes; }

Result<DataType> data_type(std::string_view name) {
  for (std::size_t i = 0; i < kTypes.size(); ++i)
    if (kTypes[i].name == name) return static_cast<DataType>(i);
  return invalid(
      "datatype \"{}\" is unknown: expected BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, "
      "FP16, "
      "FP32, FP64 or BYTES",
      name);
}

Shape::Shape(std::span<const std::int64_t> sizes) : rank_(std::min(sizes.size(), kMaxRank)) {
  std::copy_n(sizes.begin(), rank_, sizes_.begin());
}

Result<std::int64_t> Shape::elements() const {
  std::int64_t product = 1;
  for (const auto size : sizes()) {
    if (size < 0) return invalid("shape {}: a size may not be negative", shown());
    if (size != 0 && product > kMaxElements / size) return invalid("shape {}: too many elements", shown());
    product *= size;
  }
  return product;
}

std::string Shape::shown() const {
  std::string text = "[";
  for (std::size_t i = 0; i < rank_; ++i) text += fmt::format("{}{}", i == 0 ? "" : ",", sizes_[i]);
  return text + "]";
}

bool Shape::operator==(const Shape& other) const { return std::ranges::equal(sizes(), other.sizes()); }

Result<Tensor> Tensor::owning(std::string name, DataType type, Shape shape, std::string bytes) {
  Tensor tensor(std::move(name), type, shape);
  tensor.owned_ = std::move(bytes);
  MARU_TRY(tensor.check());
  return tensor;
}

Result<Tensor> Tensor::borrowing(std::string name, DataType type, Shape shape, std::string_view bytes) {
  Tensor tensor(std::move(name), type, shape);
  tensor.borrowed_ = bytes.data() == nullptr ? std::string_view("") : bytes;
  MARU_TRY(tensor.check());
  return tensor;
}

Tensor Tensor::of_texts(std::string name, Shape shape, std::span<const std::string> values) {
  Tensor tensor(std::move(name), DataType::bytes, shape);
  for (const auto& value : values) {
    const auto length = static_cast<std::uint32_t>(value.size());
    tensor.owned_.append(reinterpret_cast<const char*>(&length), sizeof length);
    tensor.owned_ += value;
  }
  return tensor;
}

Result<void> Tensor::check() const {
  const auto wanted = shape_.elements();
  if (!wanted) return wanted.error().at(fmt::format("input \"{}\"", name_));
  const auto data = bytes();
  if (type_ == DataType::bytes) {
    const auto count = count_texts(data);
    if (!count) return invalid("input \"{}\": BYTES data ends inside an element", name_);
    if (static_cast<std::int64_t>(*count) == *wanted) return {};
    return invalid("input \"{}\": shape {} wants {} elements, got {}", name_, shape_.shown(), *wanted,
                   *count);
  }
  const auto wanted_bytes = static_cast<std::size_t>(*wanted) * size_of_bytes(type_);
  if (data.size() == wanted_bytes) return {};
  return invalid("input \"{}\": {} {} wants {} bytes, got {}", name_, name_of(type_), shape_.shown(),
                 wanted_bytes, data.size());
}

std::size_t Tensor::elements() const {
  if (type_ == DataType::bytes) return count_texts(bytes()).value_or(0);
  return bytes().size() / size_of_bytes(type_);
}

double Tensor::number(std::size_t element) const {
  double value = std::numeric_limits<double>::quiet_NaN();
  const std::size_t size = size_of_bytes(type_);
  if (size != 0 && (element + 1) * size <= bytes().size())
    copy_as(type_, bytes().substr(element * size, size), &value, 1);
  return value;
}

void Tensor::copy_numbers(float* out, std::size_t stride) const { copy_as(type_, bytes(), out, stride); }
void Tensor::copy_numbers(double* out, std::size_t stride) const { copy_as(type_, bytes(), out, stride); }

std::vector<std::string_view> Tensor::texts() const {
  std::vector<std::string_view> elements;
  if (type_ != DataType::bytes) return elements;
  auto rest = bytes();
  while (rest.size() >= 4) {
    const std::size_t length = load<std::uint32_t>(rest.data());
    if (rest.size() - 4 < length) break;
    elements.push_back(rest.substr(4, length));
    rest.remove_prefix(4 + length);
  }
  return elements;
}

float half_to_float(std::uint16_t bits) {
  const std::uint32_t sign = (bits & 0x8000U) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1FU;
  const std::uint32_t fraction = bits & 0x3FFU;
  if (exponent == 0) {  // zero and subnormals: fraction × 2^-24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
    return sign != 0 ? -magnitude : magnitude;
  }
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7F80'0000U | (fraction << 13));
  return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
}

std::uint16_t float_to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
  const std::uint32_t magnitude = bits & 0x7FFF'FFFFU;
  if (magnitude > 0x7F80'0000U) return sign | 0x7E00U;   // NaN
  if (magnitude >= 0x477F'F000U) return sign | 0x7C00U;  // rounds past the largest half, 65504
  if (magnitude < 0x3880'0000U) {                        // below 2^-14: a subnormal half
    const float scaled = std::bit_cast<float>(magnitude) * 0x1p24F;
    return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(std::nearbyintf(scaled)));
  }
  const std::uint32_t rounded = magnitude + 0xFFFU + ((magnitude >> 13) & 1U);
  return static_cast<std::uint16_t>(sign | ((rounded - 0x3800'0000U) >> 13));
}

}  // namespace maru::serving
