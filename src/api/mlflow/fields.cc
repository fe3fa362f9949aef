#include "api/mlflow/fields.h"

#include "base/ids.h"

namespace maru::api::mlflow {
namespace {

constexpr std::string_view kSeeDocs = " See the API docs for more information about request parameters.";

// What Python would call the type: MLflow's clients show it.
std::string_view python_type(const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "NoneType";
    case boost::json::kind::bool_:
      return "bool";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
      return "int";
    case boost::json::kind::double_:
      return "float";
    case boost::json::kind::string:
      return "str";
    case boost::json::kind::array:
      return "list";
    case boost::json::kind::object:
      return "dict";
  }
  return "object";
}

// "runId" of "run_id": the other name that proto3 JSON has for a field.
std::string camel_case(std::string_view name) {
  std::string out;
  bool upper = false;
  for (const char c : name) {
    if (c == '_') {
      upper = true;
    } else {
      out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
      upper = false;
    }
  }
  return out;
}

// A field given several times in a query is a list; once, it may still be one (texts() takes both).
JsonObject from_query(const net::Request& request) {
  JsonObject out;
  for (auto& [name, value] : request.queries()) {
    auto* existing = out.if_contains(name);
    if (existing == nullptr) {
      out[name] = value;
    } else if (existing->is_array()) {
      existing->as_array().emplace_back(value);
    } else {
      *existing = JsonArray{*existing, Json(value)};
    }
  }
  return out;
}

Result<std::string> as_text(std::string_view name, const Json& value) {
  if (value.is_string()) return std::string(value.as_string());
  return wrong_field(name, value);
}

Result<std::int64_t> as_integer(std::string_view name, const Json& value) {
  auto read = JsonReader(value).integer();
  if (read) return read;
  return wrong_field(name, value);
}

}  // namespace

Error missing_field(std::string_view name) {
  return invalid("Missing value for required parameter '{}'.{}", name, kSeeDocs);
}

Error wrong_field(std::string_view name, const Json& value) {
  return invalid("Invalid value {} for parameter '{}' supplied:  Hint: Value was of type '{}'.{}",
                 to_json(value), name, python_type(value), kSeeDocs);
}

Result<Fields> Fields::of(net::Request& request) {
  const bool in_query = request.method == net::Method::get || request.method == net::Method::head;
  if (in_query && request.body.empty()) return Fields(from_query(request));
  if (request.body.empty()) return Fields(JsonObject());
  MARU_ASSIGN(auto body, request.json());
  // Old clients send their JSON as a JSON string.
  if (body.is_string()) {
    MARU_ASSIGN(body, parse_json(std::string_view(body.as_string())));
  }
  if (body.is_null()) return Fields(JsonObject());
  if (!body.is_object()) return invalid("body: expected an object, got {}", to_json(body));
  return Fields(std::move(body.as_object()));
}

const Json* Fields::find(std::string_view name) const {
  const auto* value = values_.if_contains(name);
  if (value == nullptr && name.find('_') != std::string_view::npos)
    value = values_.if_contains(camel_case(name));
  return value == nullptr || value->is_null() ? nullptr : value;
}

Result<const Json*> Fields::required(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr || (value->is_string() && value->as_string().empty())) return missing_field(name);
  return value;
}

Result<std::string> Fields::text(std::string_view name) const {
  MARU_ASSIGN(const auto* value, required(name));
  return as_text(name, *value);
}

Result<std::int64_t> Fields::integer(std::string_view name) const {
  MARU_ASSIGN(const auto* value, required(name));
  return as_integer(name, *value);
}

Result<double> Fields::number(std::string_view name) const {
  MARU_ASSIGN(const auto* value, required(name));
  if (auto read = JsonReader(*value).number()) return read;
  if (value->is_string()) {
    const std::string_view text = value->as_string();
    double number = 0;
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem == std::errc() && end == text.data() + text.size()) return number;
  }
  return wrong_field(name, *value);
}

Result<std::string> Fields::run_id() const {
  return text(!has("run_id") && has("run_uuid") ? "run_uuid" : "run_id");
}

Result<std::string> Fields::text_or(std::string_view name, std::string fallback) const {
  const auto* value = find(name);
  if (value == nullptr) return fallback;
  return as_text(name, *value);
}

Result<std::optional<std::string>> Fields::optional_text(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  return as_text(name, *value);
}

Result<std::int64_t> Fields::integer_or(std::string_view name, std::int64_t fallback) const {
  const auto* value = find(name);
  if (value == nullptr) return fallback;
  return as_integer(name, *value);
}

Result<std::optional<std::int64_t>> Fields::optional_integer(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  return as_integer(name, *value);
}

Result<bool> Fields::boolean_or(std::string_view name, bool fallback) const {
  const auto* value = find(name);
  if (value == nullptr) return fallback;
  if (value->is_bool()) return value->as_bool();
  if (value->is_string()) {
    auto text = std::string(value->as_string());
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (text == "true" || text == "false") return text == "true";
    return invalid("Invalid boolean value: {}, must be 'true' or 'false'.",
                   std::string_view(value->as_string()));
  }
  return wrong_field(name, *value);
}

Result<std::string> Fields::enumerator_or(std::string_view name, std::span<const std::string_view> names,
                                          std::int64_t first_number, std::string_view fallback) const {
  const auto* value = find(name);
  if (value == nullptr) return std::string(fallback);
  if (auto number = JsonReader(*value).integer()) {
    const auto index = *number - first_number;
    if (index >= 0 && index < std::ssize(names)) return std::string(names[static_cast<std::size_t>(index)]);
    return wrong_field(name, *value);
  }
  if (value->is_string() && std::ranges::find(names, std::string_view(value->as_string())) != names.end()) {
    return std::string(value->as_string());
  }
  return wrong_field(name, *value);
}

Result<std::vector<std::string>> Fields::texts(std::string_view name) const {
  const auto* value = find(name);
  std::vector<std::string> out;
  if (value == nullptr) return out;
  if (value->is_string()) return std::vector<std::string>{std::string(value->as_string())};
  if (!value->is_array()) return wrong_field(name, *value);
  for (const auto& item : value->as_array()) {
    if (!item.is_string()) return wrong_field(name, *value);
    out.emplace_back(item.as_string());
  }
  return out;
}

Result<std::vector<Fields>> Fields::objects(std::string_view name) const {
  const auto* value = find(name);
  std::vector<Fields> out;
  if (value == nullptr) return out;
  if (!value->is_array()) return wrong_field(name, *value);
  for (const auto& item : value->as_array()) {
    if (!item.is_object()) return wrong_field(name, *value);
    out.emplace_back(item.as_object());
  }
  return out;
}

Result<std::vector<tracking::KeyValue>> Fields::pairs(std::string_view name) const {
  MARU_ASSIGN(auto items, objects(name));
  std::vector<tracking::KeyValue> out;
  for (const auto& item : items) {
    tracking::KeyValue pair;
    MARU_ASSIGN(pair.key, item.text_or("key"));
    MARU_ASSIGN(pair.value, item.text_or("value"));
    out.push_back(std::move(pair));
  }
  return out;
}

Result<Fields> Fields::object(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return Fields(JsonObject());
  if (!value->is_object()) return wrong_field(name, *value);
  return Fields(value->as_object());
}

}  // namespace maru::api::mlflow
