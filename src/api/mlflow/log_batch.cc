// The hot calls. They parse on the I/O thread (some tens of microseconds for a hundred metrics) and answer
// from the commit: no thread waits for the disk.

#include <simdjson.h>

#include "api/mlflow/calls.h"
#include "api/mlflow/encode.h"
#include "api/mlflow/fields.h"

namespace maru::api::mlflow {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

// "metrics[3].value", the place that an error names.
struct Place {
  std::string_view list;
  std::size_t index;
  std::string of(std::string_view name) const { return fmt::format("{}[{}].{}", list, index, name); }
};

std::optional<element> find(const object& from, std::string_view name) {
  element found;
  if (from.at_key(name).get(found) != simdjson::SUCCESS || found.is_null()) return std::nullopt;
  return found;
}

Error wrong(const std::string& name, const element& value) {
  auto json = parse_json(simdjson::minify(value));
  return wrong_field(name, json.value_or(Json()));
}

Result<std::string> text_or_empty(const object& from, std::string_view name, const Place& place) {
  const auto value = find(from, name);
  if (!value) return std::string();
  std::string_view text;
  if (value->get_string().get(text) != simdjson::SUCCESS) return wrong(place.of(name), *value);
  return std::string(text);
}

Result<std::string> key_of(const object& from, const Place& place) {
  MARU_ASSIGN(auto key, text_or_empty(from, "key", place));
  if (key.empty()) return missing_field(place.of("key"));
  return key;
}

std::optional<double> as_number(const element& value) {
  double number = 0;
  if (value.get_double().get(number) == simdjson::SUCCESS) return number;
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> as_integer(const element& value) {
  std::int64_t integer = 0;
  if (value.get_int64().get(integer) == simdjson::SUCCESS) return integer;
  std::string_view text;
  if (value.get_string().get(text) == simdjson::SUCCESS) {
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), integer);
    if (problem == std::errc() && end == text.data() + text.size()) return integer;
    return std::nullopt;
  }
  const auto number = as_number(value);
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (!number || std::abs(*number) > kExact || std::trunc(*number) != *number) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

Result<tracking::Metric> metric_of(const object& from, const Place& place) {
  tracking::Metric metric;
  MARU_ASSIGN(metric.key, key_of(from, place));
  const auto value = find(from, "value");
  if (!value) return missing_field(place.of("value"));
  const auto number = as_number(*value);
  if (!number) return wrong(place.of("value"), *value);
  metric.value = *number;
  const auto timestamp = find(from, "timestamp");
  if (!timestamp) return missing_field(place.of("timestamp"));
  const auto timestamp_ms = as_integer(*timestamp);
  if (!timestamp_ms) return wrong(place.of("timestamp"), *timestamp);
  metric.timestamp_ms = *timestamp_ms;
  if (const auto step = find(from, "step")) {
    const auto integer = as_integer(*step);
    if (!integer) return wrong(place.of("step"), *step);
    metric.step = *integer;
  }
  MARU_ASSIGN(metric.model_id, text_or_empty(from, "model_id", place));
  MARU_ASSIGN(metric.dataset_name, text_or_empty(from, "dataset_name", place));
  MARU_ASSIGN(metric.dataset_digest, text_or_empty(from, "dataset_digest", place));
  return metric;
}

Result<tracking::KeyValue> pair_of(const object& from, const Place& place) {
  tracking::KeyValue pair;
  MARU_ASSIGN(pair.key, key_of(from, place));
  MARU_ASSIGN(pair.value, text_or_empty(from, "value", place));
  return pair;
}

template <class T, class Make>
Result<std::vector<T>> list_of(const object& from, std::string_view name, Make&& make) {
  std::vector<T> out;
  const auto value = find(from, name);
  if (!value) return out;
  simdjson::dom::array items;
  if (value->get_array().get(items) != simdjson::SUCCESS) return wrong(std::string(name), *value);
  out.reserve(items.size());
  for (const auto item : items) {
    object one;
    if (item.get_object().get(one) != simdjson::SUCCESS) return wrong(std::string(name), *value);
    MARU_ASSIGN(auto made, make(one, Place{name, out.size()}));
    out.push_back(std::move(made));
  }
  return out;
}

struct Decoded {
  std::string run_id;
  tracking::Batch batch;
};

Result<Decoded> decode(net::Request& request) {
  thread_local simdjson::dom::parser parser;  // keeps its buffers from request to request
  request.body.reserve(request.body.size() + simdjson::SIMDJSON_PADDING);
  object body;
  if (auto problem = parser.parse(request.body.data(), request.body.size(), false).get(body)) {
    return invalid("body: expected a JSON object: {}", simdjson::error_message(problem));
  }
  Decoded out;
  const auto run_id = find(body, "run_id") ? find(body, "run_id") : find(body, "run_uuid");
  if (!run_id) return missing_field("run_id");
  std::string_view id;
  if (run_id->get_string().get(id) != simdjson::SUCCESS) return wrong("run_id", *run_id);
  if (id.empty()) return missing_field("run_id");
  out.run_id = id;
  MARU_ASSIGN(out.batch.metrics, list_of<tracking::Metric>(body, "metrics", metric_of));
  MARU_ASSIGN(out.batch.params, list_of<tracking::Param>(body, "params", pair_of));
  MARU_ASSIGN(out.batch.tags, list_of<tracking::Tag>(body, "tags", pair_of));
  return out;
}

Result<Decoded> decode_one(net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  Decoded out;
  MARU_ASSIGN(out.run_id, fields.run_id());
  auto& metric = out.batch.metrics.emplace_back();
  MARU_ASSIGN(metric.key, fields.text("key"));
  MARU_ASSIGN(metric.value, fields.number("value"));
  MARU_ASSIGN(metric.timestamp_ms, fields.integer("timestamp"));
  MARU_ASSIGN(metric.step, fields.integer_or("step", 0));
  MARU_ASSIGN(metric.model_id, fields.text_or("model_id"));
  MARU_ASSIGN(metric.dataset_name, fields.text_or("dataset_name"));
  MARU_ASSIGN(metric.dataset_digest, fields.text_or("dataset_digest"));
  return out;
}

void log(const Api& api, Result<Decoded> decoded, net::Responder responder) {
  if (!decoded) return responder.send(std::move(decoded.error()));
  api.tracking.runs().log_batch_async(std::move(decoded->run_id), std::move(decoded->batch),
                                      [responder = std::move(responder)](Result<void> logged) {
                                        if (!logged) return responder.send(std::move(logged.error()));
                                        responder.send(answer_nothing());
                                      });
}

}  // namespace

void log_batch(const Api& api, const net::RequestPtr& request, net::Responder responder) {
  log(api, decode(*request), std::move(responder));
}

void log_metric(const Api& api, const net::RequestPtr& request, net::Responder responder) {
  log(api, decode_one(*request), std::move(responder));
}

}  // namespace maru::api::mlflow
