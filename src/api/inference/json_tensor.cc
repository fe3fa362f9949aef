#include "api/inference/json_tensor.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "base/json.h"

namespace maru::api::inference {
namespace {

using serving::DataType;
using serving::Shape;
using serving::Tensor;

std::optional<double> special_number(const dom::element& value) {
  if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return std::nullopt;
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

// What the elements of a tensor of T look like in JSON.
template <class T>
struct Reader;

template <class T>
requires std::floating_point<T>
struct Reader<T> {
  static constexpr std::string_view kExpected = "a number";
  static bool read(const dom::element& value, T& out) {
    double number = 0;
    if (value.get(number) != simdjson::SUCCESS) {
      const auto special = special_number(value);
      if (!special) return false;
      number = *special;
    }
    out = static_cast<T>(number);
    return true;
  }
};

template <class T>
requires std::integral<T>
struct Reader<T> {
  static constexpr std::string_view kExpected = "an integer in range";
  static bool read(const dom::element& value, T& out) {
    if (std::int64_t number = 0; value.get(number) == simdjson::SUCCESS) {
      out = static_cast<T>(number);
      return std::in_range<T>(number);
    }
    if (std::uint64_t number = 0; value.get(number) == simdjson::SUCCESS) {
      out = static_cast<T>(number);
      return std::in_range<T>(number);
    }
    constexpr double kExactlyWhole = 9007199254740992.0;  // 2^53
    double number = 0;
    if (value.get(number) != simdjson::SUCCESS || std::trunc(number) != number ||
        std::abs(number) > kExactlyWhole) {
      return false;
    }
    out = static_cast<T>(static_cast<std::int64_t>(number));
    return std::in_range<T>(static_cast<std::int64_t>(number));
  }
};

template <>
struct Reader<bool> {
  static constexpr std::string_view kExpected = "true or false";
  static bool read(const dom::element& value, bool& out) {
    if (value.get(out) == simdjson::SUCCESS) return true;
    std::int64_t number = 0;
    if (value.get(number) != simdjson::SUCCESS || number < 0 || number > 1) return false;
    out = number == 1;
    return true;
  }
};

struct Half {
  std::uint16_t bits;
};
template <>
struct Reader<Half> {
  static constexpr std::string_view kExpected = "a number";
  static bool read(const dom::element& value, Half& out) {
    float number = 0;
    if (!Reader<float>::read(value, number)) return false;
    out.bits = serving::float_to_half(number);
    return true;
  }
};

Error wrong_count(std::string_view where, const Shape& shape, std::int64_t expected, std::string_view got) {
  return invalid("{}: expected {} values for the shape {}, got {}", where, expected, shape.shown(), got);
}

// Walks nested arrays depth first and stores each leaf.
template <class Store>
class Walk {
 public:
  Walk(Store& store, std::string_view where) : store_(store), where_(where) {}

  Result<void> array(const dom::array& values) {
    constexpr int kDepthLimit = 32;
    if (++depth_ > kDepthLimit) return invalid("{}: nested deeper than {}", where_, kDepthLimit);
    for (const dom::element value : values) {
      if (dom::array nested; value.get(nested) == simdjson::SUCCESS) {
        MARU_TRY(array(nested));
        continue;
      }
      if (auto problem = store_(value, count_))
        return invalid("{}[{}]: expected {}, got {}", where_, count_, *problem, shown(value));
      ++count_;
    }
    --depth_;
    return {};
  }
  std::size_t count() const { return count_; }

 private:
  Store& store_;
  std::string_view where_;
  std::size_t count_ = 0;
  int depth_ = 0;
};

template <class T>
Result<std::string> read_elements(const dom::array& data, std::int64_t expected, const Shape& shape,
                                  std::string_view where) {
  std::string bytes(static_cast<std::size_t>(expected) * sizeof(T), '\0');
  bool too_many = false;
  auto store = [&](const dom::element& value, std::size_t index) -> std::optional<std::string_view> {
    T element{};
    if (!Reader<T>::read(value, element)) return Reader<T>::kExpected;
    too_many = too_many || index >= static_cast<std::size_t>(expected);
    if (!too_many) std::memcpy(bytes.data() + index * sizeof(T), &element, sizeof(T));
    return std::nullopt;
  };
  Walk walk(store, where);
  MARU_TRY(walk.array(data));
  if (walk.count() != static_cast<std::size_t>(expected)) {
    return wrong_count(where, shape, expected, std::to_string(walk.count()));
  }
  return bytes;
}

Result<std::string> read_texts(const dom::array& data, std::int64_t expected, const Shape& shape,
                               std::string_view where) {
  std::string bytes;
  auto store = [&bytes](const dom::element& value, std::size_t) -> std::optional<std::string_view> {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return "a string";
    const auto size = static_cast<std::uint32_t>(text.size());
    bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
    bytes += text;
    return std::nullopt;
  };
  Walk walk(store, where);
  MARU_TRY(walk.array(data));
  if (walk.count() != static_cast<std::size_t>(expected)) {
    return wrong_count(where, shape, expected, std::to_string(walk.count()));
  }
  return bytes;
}

Result<std::string> read_data(DataType type, const dom::array& data, std::int64_t expected,
                              const Shape& shape, std::string_view where) {
  switch (type) {
    case DataType::boolean:
      return read_elements<bool>(data, expected, shape, where);
    case DataType::int8:
      return read_elements<std::int8_t>(data, expected, shape, where);
    case DataType::int16:
      return read_elements<std::int16_t>(data, expected, shape, where);
    case DataType::int32:
      return read_elements<std::int32_t>(data, expected, shape, where);
    case DataType::int64:
      return read_elements<std::int64_t>(data, expected, shape, where);
    case DataType::uint8:
      return read_elements<std::uint8_t>(data, expected, shape, where);
    case DataType::uint16:
      return read_elements<std::uint16_t>(data, expected, shape, where);
    case DataType::uint32:
      return read_elements<std::uint32_t>(data, expected, shape, where);
    case DataType::uint64:
      return read_elements<std::uint64_t>(data, expected, shape, where);
    case DataType::fp16:
      return read_elements<Half>(data, expected, shape, where);
    case DataType::fp32:
      return read_elements<float>(data, expected, shape, where);
    case DataType::fp64:
      return read_elements<double>(data, expected, shape, where);
    case DataType::bytes:
      return read_texts(data, expected, shape, where);
  }
  return internal("{}: an unknown data type", where);
}

// Leaves there can be at most: an array's slots count everything below it. Checked before memory is taken for
// a shape.
std::size_t most_leaves(const dom::array& data) { return data.number_of_slots(); }

template <class T>
T element_of(const Tensor& tensor, std::size_t index) {
  T value{};
  std::memcpy(&value, tensor.bytes().data() + index * sizeof(T), sizeof(T));
  return value;
}

template <class T>
void append_chars(std::string& out, T value) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

template <class T>
void append_floating(std::string& out, T value) {
  if (std::isfinite(value)) {
    const std::size_t before = out.size();
    append_chars(out, value);
    // Readers that keep integers apart (ours does) refuse whole numbers past 64 bits.
    constexpr std::size_t kIntegerDigits = 18;
    const bool is_long = out.size() - before > kIntegerDigits;
    if (is_long && out.find_first_of(".e", before) == std::string::npos) out += ".0";
  } else {
    append_json_number(out, static_cast<double>(value));
  }
}

}  // namespace

Result<Tensor> tensor_from_json(std::string name, DataType type, const Shape& shape, const dom::array& data,
                                std::string_view where) {
  MARU_ASSIGN(const std::int64_t expected, shape.elements().at(where));
  if (static_cast<std::size_t>(expected) > most_leaves(data))
    return wrong_count(where, shape, expected, "fewer");
  MARU_ASSIGN(std::string bytes, read_data(type, data, expected, shape, where));
  return Tensor::owning(std::move(name), type, shape, std::move(bytes));
}

Result<Shape> nested_shape(const dom::array& data, std::string_view where) {
  std::vector<std::int64_t> sizes;
  dom::array level = data;
  while (true) {
    sizes.push_back(0);
    for ([[maybe_unused]] const dom::element value : level) ++sizes.back();
    if (sizes.size() > Shape::kMaxRank) return invalid("{}: nested deeper than {}", where, Shape::kMaxRank);
    if (sizes.back() == 0 || level.at(0).get(level) != simdjson::SUCCESS)
      return Shape(std::span<const std::int64_t>(sizes));
  }
}

TensorPrinter::TensorPrinter(const Tensor& tensor) : tensor_(tensor) {
  if (tensor.type() == DataType::bytes) texts_ = tensor.texts();
}

void TensorPrinter::append(std::string& out, std::size_t element) const {
  switch (tensor_.type()) {
    case DataType::boolean:
      out += element_of<std::uint8_t>(tensor_, element) != 0 ? "true" : "false";
      return;
    case DataType::int8:
    case DataType::int16:
    case DataType::int32:
    case DataType::uint8:
    case DataType::uint16:
    case DataType::uint32:
      return append_chars(out, static_cast<std::int64_t>(tensor_.number(element)));
    case DataType::int64:
      return append_chars(out, element_of<std::int64_t>(tensor_, element));
    case DataType::uint64:
      return append_chars(out, element_of<std::uint64_t>(tensor_, element));
    case DataType::fp16:
      return append_floating(out, static_cast<float>(tensor_.number(element)));
    case DataType::fp32:
      return append_floating(out, element_of<float>(tensor_, element));
    case DataType::fp64:
      return append_floating(out, element_of<double>(tensor_, element));
    case DataType::bytes:
      return append_json_string(out, texts_[element]);
  }
}

void append_tensor_data(std::string& out, const Tensor& tensor) {
  const TensorPrinter printer(tensor);
  out += '[';
  for (std::size_t i = 0; i < tensor.elements(); ++i) {
    if (i > 0) out += ',';
    printer.append(out, i);
  }
  out += ']';
}

}  // namespace maru::api::inference
