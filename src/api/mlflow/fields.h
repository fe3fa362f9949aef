#pragma once
// The fields of one request, from its query (GET) or its JSON body, with MLflow's words for what is missing
// or wrong. Proto3-JSON reads: int64 as number or string, camelCase names too, unknown fields ignored, null
// the same as absent.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "net/message.h"
#include "tracking/types.h"

namespace maru::api::mlflow {

// Not thread-safe. Keeps nothing of the request.
class Fields {
 public:
  // invalid_argument when the body is no JSON object.
  static Result<Fields> of(net::Request& request);
  explicit Fields(JsonObject values) : values_(std::move(values)) {}

  bool has(std::string_view name) const { return find(name) != nullptr; }

  // Required: "Missing value for required parameter 'x'. …" when absent, null or "".
  Result<std::string> text(std::string_view name) const;
  Result<std::int64_t> integer(std::string_view name) const;
  Result<double> number(std::string_view name) const;
  // run_id, or the run_uuid of old clients.
  Result<std::string> run_id() const;

  // Optional.
  Result<std::string> text_or(std::string_view name, std::string fallback = {}) const;
  Result<std::optional<std::string>> optional_text(std::string_view name) const;
  Result<std::int64_t> integer_or(std::string_view name, std::int64_t fallback) const;
  Result<std::optional<std::int64_t>> optional_integer(std::string_view name) const;
  Result<bool> boolean_or(std::string_view name, bool fallback) const;
  // An enumerator by name or number.
  Result<std::string> enumerator_or(std::string_view name, std::span<const std::string_view> names,
                                    std::int64_t first_number, std::string_view fallback) const;

  // Repeated; empty when absent.
  Result<std::vector<std::string>> texts(std::string_view name) const;
  Result<std::vector<Fields>> objects(std::string_view name) const;
  Result<std::vector<tracking::KeyValue>> pairs(std::string_view name) const;  // [{"key", "value"}]
  // An object inside; empty when absent.
  Result<Fields> object(std::string_view name) const;

 private:
  const Json* find(std::string_view name) const;
  Result<const Json*> required(std::string_view name) const;
  JsonObject values_;
};

// "Missing value for required parameter 'x'. See the API docs for more information about request parameters."
Error missing_field(std::string_view name);
// "Invalid value 3 for parameter 'x' supplied:  Hint: Value was of type 'int'. …"
Error wrong_field(std::string_view name, const Json& value);

}  // namespace maru::api::mlflow
