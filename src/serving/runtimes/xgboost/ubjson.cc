#include "serving/runtimes/xgboost/ubjson.h"

namespace maru::serving {
namespace {

constexpr std::size_t kReserveLimit = 1
                                      << 20;  // a count is only believed so far before its elements are seen

class Parser {
 public:
  Parser(std::string_view bytes, std::size_t depth) : bytes_(bytes), depth_left_(depth) {}

  Result<Json> document() {
    MARU_ASSIGN(auto value, next_value());
    if (at_ != bytes_.size()) return broken("nothing more");
    return value;
  }

 private:
  Error broken(std::string_view wanted) const { return invalid("UBJSON: byte {}: expected {}", at_, wanted); }

  Result<char> marker() {
    if (at_ >= bytes_.size()) return broken("a marker, not the end");
    return bytes_[at_++];
  }
  bool take(char marker) {
    if (at_ >= bytes_.size() || bytes_[at_] != marker) return false;
    ++at_;
    return true;
  }

  // Big-endian, as the format has it.
  template <class T>
  Result<T> big_endian() {
    if (bytes_.size() - at_ < sizeof(T)) return broken("more bytes");
    std::array<char, sizeof(T)> raw{};
    for (std::size_t i = 0; i < sizeof(T); ++i) raw[sizeof(T) - 1 - i] = bytes_[at_ + i];
    at_ += sizeof(T);
    return std::bit_cast<T>(raw);
  }

  Result<std::int64_t> integer(char type) {
    const auto widen = [](auto number) { return static_cast<std::int64_t>(number); };
    switch (type) {
      case 'i':
        return big_endian<std::int8_t>().transform(widen);
      case 'U':
        return big_endian<std::uint8_t>().transform(widen);
      case 'I':
        return big_endian<std::int16_t>().transform(widen);
      case 'l':
        return big_endian<std::int32_t>().transform(widen);
      case 'L':
        return big_endian<std::int64_t>();
      default:
        return broken("an integer marker");
    }
  }

  Result<std::size_t> length() {
    MARU_ASSIGN(const char type, marker());
    MARU_ASSIGN(const auto count, integer(type));
    if (count < 0) return broken("a length of at least 0");
    return static_cast<std::size_t>(count);
  }

  Result<std::string_view> text() {
    MARU_ASSIGN(const auto size, length());
    if (bytes_.size() - at_ < size) return broken("more bytes of a text");
    const auto view = bytes_.substr(at_, size);
    at_ += size;
    return view;
  }

  Result<Json> next_value() {
    MARU_ASSIGN(const char type, marker());
    return value(type);
  }

  Result<Json> value(char type) {
    const auto as_json = [](auto number) { return Json(number); };
    switch (type) {
      case 'Z':
        return Json(nullptr);
      case 'T':
        return Json(true);
      case 'F':
        return Json(false);
      case 'i':
      case 'U':
      case 'I':
      case 'l':
      case 'L':
        return integer(type).transform(as_json);
      case 'd':
        return big_endian<float>().transform([](float number) { return Json(static_cast<double>(number)); });
      case 'D':
        return big_endian<double>().transform(as_json);
      case 'S':
        return text().transform([](std::string_view view) { return Json(view); });
      case '[':
        return nested([this] { return array(); });
      case '{':
        return nested([this] { return object(); });
      default:
        --at_;
        return broken("a known marker");
    }
  }

  template <class Read>
  Result<Json> nested(Read&& read) {
    if (depth_left_ == 0) return broken("less depth");
    --depth_left_;
    auto value = read();
    ++depth_left_;
    return value;
  }

  // An optional `$type` and `#count` before the elements; with a count there is no closing marker.
  struct Header {
    std::optional<char> type;
    std::optional<std::size_t> count;
  };
  Result<Header> header() {
    Header found;
    if (take('$')) {
      MARU_ASSIGN(found.type, marker());
      if (at_ >= bytes_.size() || bytes_[at_] != '#') return broken("a count after a type");
    }
    if (take('#')) {
      MARU_ASSIGN(found.count, length());
    }
    // Every element but those of the types without bytes takes one at least: a count past the end is a lie.
    if (found.count && !found.type && *found.count > bytes_.size() - at_)
      return broken("a count within the file");
    if (found.count && found.type && *found.count > bytes_.size()) return broken("a count within the file");
    return found;
  }

  Result<Json> array() {
    MARU_ASSIGN(const auto head, header());
    JsonArray items;
    if (head.count) items.reserve(std::min(*head.count, kReserveLimit));
    while (head.count ? items.size() < *head.count : !take(']')) {
      MARU_ASSIGN(auto item, head.type ? value(*head.type) : next_value());
      items.push_back(std::move(item));
    }
    return Json(std::move(items));
  }

  Result<Json> object() {
    MARU_ASSIGN(const auto head, header());
    JsonObject fields;
    for (std::size_t done = 0; head.count ? done < *head.count : !take('}'); ++done) {
      MARU_ASSIGN(const auto name, text());
      MARU_ASSIGN(auto field, head.type ? value(*head.type) : next_value());
      fields[name] = std::move(field);
    }
    return Json(std::move(fields));
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::size_t depth_left_;
};

}  // namespace

Result<Json> parse_ubjson(std::string_view bytes, std::size_t depth) {
  return Parser(bytes, depth).document();
}

}  // namespace maru::serving
