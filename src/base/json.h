#pragma once
// The JSON codec: Boost.JSON values, our own printer (Boost.JSON 1.81 prints 1.5 as 1.5E0) and a reader whose
// errors say where: `metrics[3].value: expected a number, got "abc"`.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "base/result.h"

namespace maru {

using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

struct JsonLimits {
  std::size_t depth = 64;  // nested arrays and objects
};

// Strict RFC 8259. Errors name line and column. `NaN`, `Infinity` are refused.
Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {});
// Also wants an object at the top.
Result<JsonObject> parse_json_object(std::string_view text, const JsonLimits& limits = {});

enum class JsonStyle { compact, indented };
// Shortest decimals that read back equal; non-finite numbers become the strings "NaN", "Infinity",
// "-Infinity" (the proto3 JSON mapping, which MLflow's clients read).
std::string to_json(const Json& value, JsonStyle style = JsonStyle::compact);
std::string to_json(const JsonObject& value, JsonStyle style = JsonStyle::compact);
void append_json(std::string& out, const Json& value);
void append_json_string(std::string& out, std::string_view text);
void append_json_number(std::string& out, double value);

// A value and the path that led to it. A view: the Json must outlive it. Cheap to copy.
class JsonReader {
 public:
  JsonReader(const Json& value, std::string path = {}) : value_(&value), path_(std::move(path)) {}  // NOLINT

  const Json& value() const { return *value_; }
  const std::string& path() const { return path_; }

  // Required field: invalid_argument "path.name: is required" when missing or null.
  Result<JsonReader> field(std::string_view name) const;
  // Optional field: empty when missing or null, or when this is not an object.
  std::optional<JsonReader> find(std::string_view name) const;
  // Every field of an object in order / every item of an array.
  Result<std::vector<std::pair<std::string, JsonReader>>> fields() const;
  Result<std::vector<JsonReader>> items() const;
  // invalid_argument for a field not in `names`, with the nearest one.
  Result<void> only(std::initializer_list<std::string_view> names) const;

  // The value as a type. integer() takes 3, 3.0 and "3" (proto3 JSON sends int64 as strings); number() takes
  // also "NaN", "Infinity", "-Infinity"; both refuse other strings.
  Result<std::string> text() const;
  Result<std::int64_t> integer() const;
  Result<double> number() const;
  Result<bool> boolean() const;
  Result<JsonObject> object() const;
  Result<std::vector<std::string>> texts() const;

  // field(name) and its type in one call; the _or forms give the fallback when the field is missing or null.
  Result<std::string> text(std::string_view name) const;
  Result<std::int64_t> integer(std::string_view name) const;
  Result<double> number(std::string_view name) const;
  Result<bool> boolean(std::string_view name) const;
  Result<std::string> text_or(std::string_view name, std::string fallback) const;
  Result<std::int64_t> integer_or(std::string_view name, std::int64_t fallback) const;
  Result<double> number_or(std::string_view name, double fallback) const;
  Result<bool> boolean_or(std::string_view name, bool fallback) const;

  // "path: expected <what>, got <value>".
  Error expected(std::string_view what) const;
  // "path: <message>".
  Error wrong(std::string_view message) const;

 private:
  const Json* value_;
  std::string path_;
};

}  // namespace maru
