#include "app/cli/context.h"

#include <cstdio>

#include "app/cli/terminal.h"

namespace maru::app {
namespace {

Code code_named(std::string_view name) {
  for (const auto& mapping : error_codes()) {
    if (mapping.name == name || mapping.mlflow_error == name) return mapping.code;
  }
  return Code::internal;
}

// Maru's own shape, MLflow's and V2's, in that order.
Error error_of(const net::ClientResponse& response) {
  const auto body = parse_json(response.body);
  if (body && body->is_object()) {
    const JsonReader reader(*body);
    if (const auto error = reader.find("error"); error && error->value().is_object()) {
      return {code_named(error->text_or("code", "").value_or("")),
              error->text_or("message", "").value_or(response.body)};
    }
    if (const auto message = reader.find("message")) {
      return {code_named(reader.text_or("error_code", "").value_or("")),
              message->text().value_or(response.body)};
    }
    if (const auto error = reader.find("error"))
      return {Code::invalid_argument, error->text().value_or(response.body)};
  }
  return {Code::internal,
          fmt::format("the server answered {}: {}", response.status, response.body.substr(0, 300))};
}

}  // namespace

ServerClient::ServerClient(std::string base_url)
    : base_url_(std::move(base_url)), client_(std::make_shared<net::HttpClient>()) {
  while (base_url_.ends_with('/')) base_url_.pop_back();
  if (base_url_.find("://") == std::string::npos) base_url_ = "http://" + base_url_;
}

Result<Json> ServerClient::send(net::Method method, std::string_view path, std::string body,
                                std::string content_type) const {
  net::ClientRequest request;
  request.method = method;
  request.url = base_url_ + std::string(path);
  request.body = std::move(body);
  request.timeout_ms = 10 * kMinuteMs;
  if (!request.body.empty()) request.headers.set("content-type", content_type);
  auto response = client_->send(std::move(request));
  if (!response) {
    return make_error(Code::unavailable, "no Maru server answers at {} ({}); start one with: maru up",
                      base_url_, response.error().message);
  }
  if (!response->ok()) return error_of(*response);
  if (response->body.empty()) return Json(JsonObject{});
  return parse_json(response->body);
}

Result<Json> ServerClient::get(std::string_view path) const { return send(net::Method::get, path); }
Result<Json> ServerClient::post(std::string_view path, const Json& body) const {
  return send(net::Method::post, path, to_json(body));
}

Result<std::string> ServerClient::get_text(std::string_view path) const {
  net::ClientRequest request;
  request.url = base_url_ + std::string(path);
  MARU_ASSIGN(auto response, client_->send(std::move(request)));
  if (!response.ok()) return error_of(response);
  return std::move(response.body);
}

void Context::fail(const Error& error) {
  fail(error, error.code == Code::unavailable ? Exit::unreachable : Exit::failed);
}

void Context::fail(const Error& error, Exit code) {
  if (json) {
    fmt::print(
        "{}\n",
        to_json(JsonObject{{"error", {{"code", mapping_of(error.code).name}, {"message", error.message}}}}));
  } else {
    fmt::print(stderr, "{} {}\n", styled("✗", Style::bad), error.message);
  }
  exit_code = static_cast<int>(code);
}

bool Context::printed_json(const Json& value) const {
  if (json) fmt::print("{}\n", to_json(value, JsonStyle::indented));
  return json;
}

}  // namespace maru::app
