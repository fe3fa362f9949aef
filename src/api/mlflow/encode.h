#pragma once
// The domain's values as MLflow's JSON, written straight to text: a page of a thousand runs is megabytes. As
// its server does: int64 as numbers, an empty list is no field.

#include <string>
#include <string_view>

#include "base/json.h"
#include "net/message.h"
#include "registry/types.h"
#include "tracking/artifacts.h"
#include "tracking/types.h"

namespace maru::api::mlflow {

// Writes one JSON object; closes it when it goes.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  ~ObjectWriter() { out_ += '}'; }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  void text(std::string_view name, std::string_view value);
  void text_if_any(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  void integer(std::string_view name, std::int64_t value);
  void number(std::string_view name, double value);
  void boolean(std::string_view name, bool value);
  // The name; the caller appends the value to what is returned.
  std::string& begin(std::string_view name);
  // [write(out, item), …], or no field when there is none.
  template <class Items, class Write>
  void list(std::string_view name, const Items& items, Write&& write) {
    if (std::empty(items)) return;
    auto& out = begin(name);
    char separator = '[';
    for (const auto& item : items) {
      out += separator;
      write(out, item);
      separator = ',';
    }
    out += ']';
  }

 private:
  std::string& out_;
  bool first_ = true;
};

void append(std::string& out, const tracking::Experiment& experiment);
void append(std::string& out, const tracking::RunInfo& info);
void append(std::string& out, const tracking::Run& run);
void append(std::string& out, const tracking::Metric& metric);
void append(std::string& out, const tracking::KeyValue& pair);
void append(std::string& out, const tracking::LoggedModel& model);
void append(std::string& out, const tracking::ArtifactEntry& entry);
void append(std::string& out, const registry::ModelVersion& version);
void append(std::string& out, const registry::RegisteredModel& model);

struct Appender {
  void operator()(std::string& out, const auto& item) const { append(out, item); }
};

// {"<name>": <value>}
template <class T>
net::Response answer(std::string_view name, const T& value) {
  std::string out;
  {
    ObjectWriter object(out);
    append(object.begin(name), value);
  }
  return net::Response::json(std::move(out));
}

// {"<name>": [...], "next_page_token": "…"}
template <class Items>
net::Response answer_page(std::string_view name, const Items& items, std::string_view next_page_token = {}) {
  std::string out;
  {
    ObjectWriter object(out);
    object.list(name, items, Appender());
    object.text_if_any("next_page_token", next_page_token);
  }
  auto response = net::Response::json(std::move(out));
  response.compressible = true;
  return response;
}

inline net::Response answer_nothing() { return net::Response::json(std::string("{}")); }

// {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "…"}
net::Response encode_error(const Error& error, const net::Request& request);

}  // namespace maru::api::mlflow
