#include "net/message.h"

#include <array>

#include "base/hash.h"
#include "net/event_channel.h"

namespace maru::net {
namespace {

constexpr std::array<std::string_view, kMethodCount> kMethodNames = {"GET",   "HEAD",   "POST",   "PUT",
                                                                     "PATCH", "DELETE", "OPTIONS"};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Appends the decoded segment; false on a broken %XX or a NUL.
bool append_decoded(std::string& out, std::string_view segment) {
  for (std::size_t i = 0; i < segment.size(); ++i) {
    char c = segment[i];
    if (c == '%') {
      if (i + 2 >= segment.size()) return false;
      const int high = hex_digit(segment[i + 1]);
      const int low = hex_digit(segment[i + 2]);
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return false;
    out += c;
  }
  return true;
}

std::string decoded_or_raw(std::string_view text) {
  auto decoded = url_decode(text, true);
  return decoded ? std::move(*decoded) : std::string(text);
}

}  // namespace

std::string_view name_of(Method method) { return kMethodNames[static_cast<std::size_t>(method)]; }

std::optional<Method> method_of(std::string_view name) {
  for (std::size_t i = 0; i < kMethodCount; ++i) {
    if (kMethodNames[i] == name) return static_cast<Method>(i);
  }
  return std::nullopt;
}

Result<void> Request::set_target(std::string_view sent) {
  target = sent;
  path.clear();
  segments.clear();
  if (sent.empty() || sent.front() != '/')
    return invalid("request target: expected a path that begins with /");
  std::string_view rest = sent.substr(0, sent.find_first_of("?#"));
  const bool encoded = rest.find('%') != std::string_view::npos;
  rest.remove_prefix(1);
  while (true) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    path += '/';
    const auto offset = static_cast<std::uint32_t>(path.size());
    if (!encoded) {
      path += segment;
    } else if (!append_decoded(path, segment)) {
      return invalid("request target: \"{}\" is not percent-encoded correctly", segment);
    }
    const bool last = slash == std::string_view::npos;
    if (!last || !segment.empty()) {
      segments.emplace_back(offset, static_cast<std::uint32_t>(path.size() - offset));
    }
    if (last) return {};
    rest.remove_prefix(slash + 1);
  }
}

std::vector<std::pair<std::string, std::string>> Request::queries() const {
  std::vector<std::pair<std::string, std::string>> found;
  const std::size_t mark = target.find('?');
  if (mark == std::string::npos) return found;
  std::string_view rest = std::string_view(target).substr(mark + 1);
  rest = rest.substr(0, rest.find('#'));
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    const std::size_t equals = pair.find('=');
    if (!pair.empty()) {
      found.emplace_back(
          decoded_or_raw(pair.substr(0, equals)),
          equals == std::string_view::npos ? std::string() : decoded_or_raw(pair.substr(equals + 1)));
    }
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return found;
}

std::optional<std::string> Request::query(std::string_view name) const {
  for (auto& [key, value] : queries()) {
    if (key == name) return std::move(value);
  }
  return std::nullopt;
}

std::vector<std::string> Request::all_query(std::string_view name) const {
  std::vector<std::string> values;
  for (auto& [key, value] : queries()) {
    if (key == name) values.push_back(std::move(value));
  }
  return values;
}

std::string_view Request::param(std::string_view name) const {
  for (const auto& [key, value] : params) {
    if (key == name) return value;
  }
  return {};
}

Result<Json> Request::json() const { return parse_json(body).at("body"); }

Result<JsonObject> Request::json_object() const { return parse_json_object(body).at("body"); }

std::optional<DurationMs> Request::remaining_ms() const {
  if (deadline_ns == 0) return std::nullopt;
  return std::max<std::int64_t>(0, (deadline_ns - system_clock().steady_ns()) / 1'000'000);
}

void Request::clear() {
  constexpr std::size_t kKeptBodyBytes = 1 << 20;
  method = Method::get;
  target.clear();
  path.clear();
  headers.clear();
  if (body.capacity() > kKeptBodyBytes) body = std::string();
  body.clear();
  stream = nullptr;
  id.clear();
  deadline_ns = 0;
  cancel.store(false, std::memory_order_relaxed);
  segments.clear();
  params.clear();
  route_pattern = {};
}

Response Response::json(std::string text, int status) {
  Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(text);
  return response;
}

Response Response::json(const Json& value, int status) { return json(to_json(value), status); }

Response Response::json(const JsonObject& value, int status) { return json(to_json(value), status); }

Response Response::text(std::string text, int status) {
  return bytes(std::move(text), "text/plain; charset=utf-8", status);
}

Response Response::bytes(std::string bytes, std::string content_type, int status) {
  Response response;
  response.status = status;
  response.content_type = std::move(content_type);
  response.body = std::move(bytes);
  return response;
}

Response Response::no_content() {
  Response response;
  response.status = 204;
  return response;
}

Response Response::redirect(std::string location, int status) {
  Response response;
  response.status = status;
  response.headers.add("location", location);
  return response;
}

Response Response::from_file(std::filesystem::path path, std::string content_type) {
  Response response;
  response.content_type = content_type.empty() ? std::string(content_type_of(path)) : std::move(content_type);
  response.file = FileBody{std::move(path), 0, std::nullopt};
  return response;
}

Response Response::from_producer(BodyProducer producer, std::string content_type) {
  Response response;
  response.content_type = std::move(content_type);
  response.producer = std::move(producer);
  return response;
}

Response Response::sse(std::shared_ptr<EventChannel> events) {
  Response response;
  response.content_type = "text/event-stream";
  response.headers.add("cache-control", "no-store");
  response.events = std::move(events);
  return response;
}

Response&& Response::with_header(std::string name, std::string value) && {
  headers.set(name, value);
  return std::move(*this);
}

Response error_response(const Error& error, const Request& request) {
  const CodeMapping& mapping = mapping_of(error.code);
  std::string text = R"({"error":{"code":)";
  append_json_string(text, mapping.name);
  text += R"(,"message":)";
  append_json_string(text, error.message);
  text += R"(,"request_id":)";
  append_json_string(text, request.id);
  text += "}}";
  return Response::json(std::move(text), mapping.http_status);
}

}  // namespace maru::net
