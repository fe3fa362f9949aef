#pragma once
// Named, typed, shaped values on their way into and out of a model: the Open Inference Protocol's tensor,
// whatever protocol brought it.

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace maru::serving {

static_assert(std::endian::native == std::endian::little, "tensor bytes are little-endian, as on the wire");

enum class DataType : std::uint8_t {
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  fp16,
  fp32,
  fp64,
  bytes
};
std::string_view name_of(DataType type);            // the protocol's: "BOOL", "INT64", "FP32", "BYTES"
Result<DataType> data_type(std::string_view name);  // invalid_argument lists the known names
std::size_t size_of_bytes(DataType type);           // of one element; 0 for bytes, whose elements vary
inline bool is_number(DataType type) { return type != DataType::bytes; }

// The C++ type that holds one element.
template <class T>
constexpr DataType data_type_of() {
  if constexpr (std::is_same_v<T, bool>)
    return DataType::boolean;
  else if constexpr (std::is_same_v<T, std::int8_t>)
    return DataType::int8;
  else if constexpr (std::is_same_v<T, std::int16_t>)
    return DataType::int16;
  else if constexpr (std::is_same_v<T, std::int32_t>)
    return DataType::int32;
  else if constexpr (std::is_same_v<T, std::int64_t>)
    return DataType::int64;
  else if constexpr (std::is_same_v<T, std::uint8_t>)
    return DataType::uint8;
  else if constexpr (std::is_same_v<T, std::uint16_t>)
    return DataType::uint16;
  else if constexpr (std::is_same_v<T, std::uint32_t>)
    return DataType::uint32;
  else if constexpr (std::is_same_v<T, std::uint64_t>)
    return DataType::uint64;
  else if constexpr (std::is_same_v<T, float>)
    return DataType::fp32;
  else {
    static_assert(std::is_same_v<T, double>);
    return DataType::fp64;
  }
}

// The sizes of the dimensions, outermost first. Lives in place: a tensor of one row costs no allocation for
// its shape.
class Shape {
 public:
  static constexpr std::size_t kMaxRank = 8;
  Shape() = default;
  Shape(std::initializer_list<std::int64_t> sizes) : Shape(std::span(sizes.begin(), sizes.size())) {}
  // At most kMaxRank sizes: check before (decoders refuse more with invalid_argument).
  explicit Shape(std::span<const std::int64_t> sizes);

  std::size_t rank() const { return rank_; }
  std::int64_t operator[](std::size_t dimension) const { return sizes_[dimension]; }
  std::span<const std::int64_t> sizes() const { return {sizes_.data(), rank_}; }
  // The product of the sizes; 1 for rank 0. invalid_argument for a negative size or a product past 2^40.
  Result<std::int64_t> elements() const;
  std::string shown() const;  // "[2,3]"
  bool operator==(const Shape& other) const;

 private:
  std::array<std::int64_t, kMaxRank> sizes_{};
  std::size_t rank_ = 0;
};

// The bytes are row-major and little-endian; a BYTES element is a u32 length and that many bytes. They are
// owned, or borrowed from a buffer that outlives the tensor (a request's body). Not synchronised; share as
// const.
class Tensor {
 public:
  Tensor() = default;
  // invalid_argument, naming the tensor, when the bytes are not exactly shape × type.
  static Result<Tensor> owning(std::string name, DataType type, Shape shape, std::string bytes);
  static Result<Tensor> borrowing(std::string name, DataType type, Shape shape, std::string_view bytes);
  template <class T>
  static Tensor of(std::string name, Shape shape,
                   std::span<const T> values) {  // the caller has matched shape and count
    Tensor tensor(std::move(name), data_type_of<T>(), shape);
    tensor.owned_.assign(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    return tensor;
  }
  template <class T>
  static Tensor of(std::string name, Shape shape, std::initializer_list<T> values) {
    return of<T>(std::move(name), shape, std::span<const T>(values.begin(), values.size()));
  }
  static Tensor of_texts(std::string name, Shape shape, std::span<const std::string> values);

  const std::string& name() const { return name_; }
  void rename(std::string name) { name_ = std::move(name); }
  DataType type() const { return type_; }
  const Shape& shape() const { return shape_; }
  std::string_view bytes() const {
    return borrowed_.data() != nullptr ? borrowed_ : std::string_view(owned_);
  }
  std::size_t elements() const;
  // The first dimension; 1 for rank 0.
  std::int64_t rows() const { return shape_.rank() == 0 ? 1 : shape_[0]; }

  // The element as a double, for every type but BYTES (NaN). Any alignment.
  double number(std::size_t element) const;
  // Every element as the type asked for (static_cast), written to out[0], out[stride], …; out must have room.
  void copy_numbers(float* out, std::size_t stride = 1) const;
  void copy_numbers(double* out, std::size_t stride = 1) const;
  // The BYTES elements, in order.
  std::vector<std::string_view> texts() const;
  // Elements in place when the bytes are aligned for T and of that type; otherwise empty.
  template <class T>
  std::span<const T> in_place() const {
    const auto data = bytes();
    if (type_ != data_type_of<T>() || reinterpret_cast<std::uintptr_t>(data.data()) % alignof(T) != 0)
      return {};
    return {reinterpret_cast<const T*>(data.data()), data.size() / sizeof(T)};
  }
  // For results: elements to be filled in place.
  template <class T>
  static Tensor to_fill(std::string name, Shape shape, std::size_t count, T*& values) {
    Tensor tensor(std::move(name), data_type_of<T>(), shape);
    tensor.owned_.resize(count * sizeof(T));
    values = reinterpret_cast<T*>(tensor.owned_.data());
    return tensor;
  }

 private:
  Tensor(std::string name, DataType type, Shape shape) : name_(std::move(name)), type_(type), shape_(shape) {}
  Result<void> check() const;

  std::string name_;
  DataType type_ = DataType::fp32;
  Shape shape_;
  std::string owned_;
  std::string_view borrowed_;
};

// IEEE 754 binary16, kept as its bits.
float half_to_float(std::uint16_t bits);
std::uint16_t float_to_half(float value);  // round to nearest even

}  // namespace maru::serving
