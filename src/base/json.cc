#include "base/json.h"

#include <charconv>
#include <cmath>

#include "base/ids.h"

namespace maru {
namespace {

// Line and column (1-based) of a byte offset.
std::pair<std::size_t, std::size_t> line_and_column(std::string_view text, std::size_t offset) {
  std::size_t line = 1, column = 1;
  for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++line;
      column = 1;
    } else {
      ++column;
    }
  }
  return {line, column};
}

void append_indented(std::string& out, const Json& value, std::size_t depth) {
  const auto new_line = [&](std::size_t levels) {
    out += '\n';
    out.append(levels * 2, ' ');
  };
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += '{';
    bool first = true;
    for (const auto& [key, item] : *object) {
      if (!first) out += ',';
      first = false;
      new_line(depth + 1);
      append_json_string(out, key);
      out += ": ";
      append_indented(out, item, depth + 1);
    }
    new_line(depth);
    out += '}';
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    out += '[';
    bool first = true;
    for (const auto& item : *array) {
      if (!first) out += ',';
      first = false;
      new_line(depth + 1);
      append_indented(out, item, depth + 1);
    }
    new_line(depth);
    out += ']';
  } else {
    append_json(out, value);
  }
}

std::optional<double> special_number(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

constexpr std::size_t kShownValueLength = 60;

std::string shown(const Json& value) {
  std::string text = to_json(value);
  if (text.size() > kShownValueLength) text = text.substr(0, kShownValueLength) + "…";
  return text;
}

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
  boost::json::parse_options options;
  options.max_depth = limits.depth;
  boost::json::stream_parser parser({}, options);
  boost::json::error_code code;
  std::size_t offset = parser.write_some(text.data(), text.size(), code);
  if (!code) {
    for (; offset < text.size(); ++offset) {
      const char c = text[offset];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        const auto [line, column] = line_and_column(text, offset);
        return invalid("malformed JSON at line {}, column {}: unexpected text after the value", line, column);
      }
    }
    parser.finish(code);
  }
  if (code) {
    if (text.find_first_not_of(" \r\n\t") == std::string_view::npos)
      return invalid("malformed JSON: the body is empty");
    const auto [line, column] = line_and_column(text, offset);
    return invalid("malformed JSON at line {}, column {}: {}", line, column, code.message());
  }
  return parser.release();
}

Result<JsonObject> parse_json_object(std::string_view text, const JsonLimits& limits) {
  MARU_ASSIGN(Json value, parse_json(text, limits));
  if (auto* object = value.if_object()) return std::move(*object);
  return invalid("expected a JSON object, got {}", shown(value));
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain_from, i - plain_from);
    plain_from = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += {'\\', 'u', '0', '0', kHex[c >> 4], kHex[c & 15]};
    }
  }
  out.append(text, plain_from);
  out += '"';
}

void append_json_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "\"NaN\"";
  } else if (std::isinf(value)) {
    out += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  } else {
    char buffer[32];
    const auto [end, code] = std::to_chars(buffer, buffer + sizeof buffer, value);
    const std::string_view digits(buffer, static_cast<std::size_t>(end - buffer));
    out += digits;
    // Keep it a floating-point number for readers that tell 3 from 3.0.
    if (digits.find_first_of(".e") == std::string_view::npos) out += ".0";
  }
}

void append_json(std::string& out, const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      out += "null";
      break;
    case boost::json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case boost::json::kind::int64:
      fmt::format_to(std::back_inserter(out), "{}", value.get_int64());
      break;
    case boost::json::kind::uint64:
      fmt::format_to(std::back_inserter(out), "{}", value.get_uint64());
      break;
    case boost::json::kind::double_:
      append_json_number(out, value.get_double());
      break;
    case boost::json::kind::string:
      append_json_string(out, value.get_string());
      break;
    case boost::json::kind::array: {
      out += '[';
      bool first = true;
      for (const auto& item : value.get_array()) {
        if (!first) out += ',';
        first = false;
        append_json(out, item);
      }
      out += ']';
      break;
    }
    case boost::json::kind::object: {
      out += '{';
      bool first = true;
      for (const auto& [key, item] : value.get_object()) {
        if (!first) out += ',';
        first = false;
        append_json_string(out, key);
        out += ':';
        append_json(out, item);
      }
      out += '}';
      break;
    }
  }
}

std::string to_json(const Json& value, JsonStyle style) {
  std::string out;
  if (style == JsonStyle::indented) {
    append_indented(out, value, 0);
  } else {
    append_json(out, value);
  }
  return out;
}
std::string to_json(const JsonObject& value, JsonStyle style) { return to_json(Json(value), style); }

Error JsonReader::expected(std::string_view what) const {
  return wrong(fmt::format("expected {}, got {}", what, shown(*value_)));
}

Error JsonReader::wrong(std::string_view message) const {
  return {Code::invalid_argument,
          path_.empty() ? std::string(message) : fmt::format("{}: {}", path_, message)};
}

std::optional<JsonReader> JsonReader::find(std::string_view name) const {
  const auto* object = value_->if_object();
  if (object == nullptr) return std::nullopt;
  const auto* value = object->if_contains(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return JsonReader(*value, path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name));
}

Result<JsonReader> JsonReader::field(std::string_view name) const {
  if (!value_->is_object()) return expected("an object");
  if (auto found = find(name)) return *found;
  return invalid("{}{}{}: is required", path_, path_.empty() ? "" : ".", name);
}

Result<std::vector<std::pair<std::string, JsonReader>>> JsonReader::fields() const {
  const auto* object = value_->if_object();
  if (object == nullptr) return expected("an object");
  std::vector<std::pair<std::string, JsonReader>> out;
  for (const auto& [key, value] : *object) {
    const std::string name(key);
    out.emplace_back(name, JsonReader(value, path_.empty() ? name : fmt::format("{}.{}", path_, name)));
  }
  return out;
}

Result<std::vector<JsonReader>> JsonReader::items() const {
  const auto* array = value_->if_array();
  if (array == nullptr) return expected("an array");
  std::vector<JsonReader> out;
  out.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i)
    out.emplace_back((*array)[i], fmt::format("{}[{}]", path_, i));
  return out;
}

Result<void> JsonReader::only(std::initializer_list<std::string_view> names) const {
  const auto* object = value_->if_object();
  if (object == nullptr) return expected("an object");
  for (const auto& [key, value] : *object) {
    const std::string_view name = key;
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::vector<std::string> known(names.begin(), names.end());
    return invalid("{}{}{}: unknown field{}; known are {}", path_, path_.empty() ? "" : ".", name,
                   did_you_mean(name, known), fmt::join(known, ", "));
  }
  return {};
}

Result<std::string> JsonReader::text() const {
  if (const auto* text = value_->if_string()) return std::string(*text);
  return expected("a string");
}

Result<std::int64_t> JsonReader::integer() const {
  if (const auto* number = value_->if_int64()) return *number;
  if (const auto* number = value_->if_uint64(); number != nullptr && std::in_range<std::int64_t>(*number)) {
    return static_cast<std::int64_t>(*number);
  }
  if (const auto* number = value_->if_double()) {
    constexpr double kLimit = 9007199254740992.0;
    if (*number == std::floor(*number) && std::abs(*number) <= kLimit)
      return static_cast<std::int64_t>(*number);
  }
  if (const auto* text = value_->if_string()) {
    std::int64_t number = 0;
    const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (code == std::errc{} && end == text->data() + text->size() && !text->empty()) return number;
  }
  return expected("an integer");
}

Result<double> JsonReader::number() const {
  if (const auto* number = value_->if_double()) return *number;
  if (const auto* number = value_->if_int64()) return static_cast<double>(*number);
  if (const auto* number = value_->if_uint64()) return static_cast<double>(*number);
  if (const auto* text = value_->if_string()) {
    if (const auto special = special_number(*text)) return *special;
  }
  return expected("a number");
}

Result<bool> JsonReader::boolean() const {
  if (const auto* boolean = value_->if_bool()) return *boolean;
  return expected("true or false");
}

Result<JsonObject> JsonReader::object() const {
  if (const auto* object = value_->if_object()) return *object;
  return expected("an object");
}

Result<std::vector<std::string>> JsonReader::texts() const {
  MARU_ASSIGN(const auto all, items());
  std::vector<std::string> out;
  for (const auto& item : all) {
    MARU_ASSIGN(auto text, item.text());
    out.push_back(std::move(text));
  }
  return out;
}

Result<std::string> JsonReader::text(std::string_view name) const {
  MARU_ASSIGN(const auto reader, field(name));
  return reader.text();
}
Result<std::int64_t> JsonReader::integer(std::string_view name) const {
  MARU_ASSIGN(const auto reader, field(name));
  return reader.integer();
}
Result<double> JsonReader::number(std::string_view name) const {
  MARU_ASSIGN(const auto reader, field(name));
  return reader.number();
}
Result<bool> JsonReader::boolean(std::string_view name) const {
  MARU_ASSIGN(const auto reader, field(name));
  return reader.boolean();
}
Result<std::string> JsonReader::text_or(std::string_view name, std::string fallback) const {
  if (const auto reader = find(name)) return reader->text();
  return fallback;
}
Result<std::int64_t> JsonReader::integer_or(std::string_view name, std::int64_t fallback) const {
  if (const auto reader = find(name)) return reader->integer();
  return fallback;
}
Result<double> JsonReader::number_or(std::string_view name, double fallback) const {
  if (const auto reader = find(name)) return reader->number();
  return fallback;
}
Result<bool> JsonReader::boolean_or(std::string_view name, bool fallback) const {
  if (const auto reader = find(name)) return reader->boolean();
  return fallback;
}

}  // namespace maru
