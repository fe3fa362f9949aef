#pragma once
// One HTTP request and its response, as handlers see them. No Beast or Asio type appears here, so that an
// adapter compiles in a second and could be called without a socket (tests build a Request by hand).

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "net/headers.h"

namespace maru::net {

class EventChannel;  // net/event_channel.h

enum class Method : std::uint8_t { get, head, post, put, patch, del, options };
inline constexpr std::size_t kMethodCount = 7;
std::string_view name_of(Method method);  // "GET", …, "DELETE"
std::optional<Method> method_of(std::string_view name);

// The body of a request on a streamed route. Pull it from a pool thread: next() blocks. Not thread-safe.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // The next bytes (at least one), or nothing at the end. Errors: invalid_argument (broken chunking or
  // compression, or the client left half-way), payload_too_large, deadline_exceeded (the client sends nothing
  // for the idle timeout).
  virtual Result<std::optional<std::string>> next() = 0;
};

// One parsed request. Not thread-safe, but may be handed from one thread to another; only `cancel` may be
// touched from outside while a handler runs.
struct Request {
  Method method = Method::get;
  std::string target;  // as sent: path and query; set by set_target()
  std::string path;    // decoded, without the query
  Headers headers;
  std::string body;              // buffered routes: the whole body, already un-gzipped
  BodyStream* stream = nullptr;  // streamed routes: the body; otherwise null
  std::string id;                // x-request-id: the client's, or made here
  std::string remote;            // "127.0.0.1:51234"
  std::int64_t deadline_ns = 0;  // on system_clock().steady_ns(); 0 = none
  std::atomic<bool> cancel{
      false};  // the client has gone or the server is stopping: no one waits for the answer

  Request() = default;
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  // Takes the target apart and decodes its path, segment by segment: "%2F" stays inside its segment.
  // invalid_argument: no leading '/', a broken %XX or a NUL.
  Result<void> set_target(std::string_view sent);
  // "" when absent; names in any case.
  std::string_view header(std::string_view name) const { return headers.get(name); }
  // Decoded query parameters: the first / every value of that name, in order.
  std::optional<std::string> query(std::string_view name) const;
  std::vector<std::string> all_query(std::string_view name) const;
  std::vector<std::pair<std::string, std::string>> queries() const;
  // The decoded path parameter {name} of the route; "" for a name the route does not have.
  std::string_view param(std::string_view name) const;
  // The route's pattern: "/api/v1/datasets/{name}".
  std::string_view route() const { return route_pattern; }
  // The body as JSON; invalid_argument says "body: …".
  Result<Json> json() const;
  Result<JsonObject> json_object() const;
  // Left until the deadline, at least 0; nothing when there is no deadline.
  std::optional<DurationMs> remaining_ms() const;
  bool cancelled() const { return cancel.load(std::memory_order_relaxed); }

  // The segments of `path` as (offset, size); "/a/b" and "/a/b/" have two, "/" none. For the router.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> segments;
  // Filled by the router. `params` are views of `path`, named by views of the route's pattern.
  std::vector<std::pair<std::string_view, std::string_view>> params;
  std::string_view route_pattern;

  // Empties every field for the next request on a connection, keeping capacity.
  void clear();
};
using RequestPtr = std::shared_ptr<Request>;

// Pulls the next bytes of a streamed response, or nothing at the end; runs on a pool thread and may block. An
// error after the first bytes closes the connection, so that the client sees a broken body and never a short
// one.
using BodyProducer = std::move_only_function<Result<std::optional<std::string>>()>;

struct FileBody {
  std::filesystem::path path;
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> length;  // to the end of the file when empty
};

// What a handler answers: one of body, file, producer or events.
struct Response {
  int status = 200;
  std::string content_type;  // no header when empty
  Headers headers;           // others; content-length, transfer-encoding, connection, date are the server's
  std::string body;
  std::optional<FileBody> file;
  BodyProducer producer;
  std::shared_ptr<EventChannel> events;
  bool compressible = false;  // may be gzipped for a client that asks; leave false on hot routes

  static Response json(std::string text, int status = 200);
  static Response json(const Json& value, int status = 200);
  static Response json(const JsonObject& value, int status = 200);
  static Response text(std::string text, int status = 200);
  static Response bytes(std::string bytes, std::string content_type, int status = 200);
  static Response no_content();
  static Response redirect(std::string location, int status = 302);
  // Sent from disk with Range, If-None-Match and If-Modified-Since; content type by extension when not given.
  static Response from_file(std::filesystem::path path, std::string content_type = {});
  static Response from_producer(BodyProducer producer, std::string content_type);
  static Response sse(std::shared_ptr<EventChannel> events);

  Response&& with_header(std::string name, std::string value) &&;
};

// Maru's own shape: {"error":{"code":"not_found","message":"…","request_id":"…"}} with the code's HTTP
// status.
Response error_response(const Error& error, const Request& request);
using ErrorEncoder = std::function<Response(const Error&, const Request&)>;

// MIME type by file extension: "text/html; charset=utf-8"; "application/octet-stream" when unknown.
std::string_view content_type_of(const std::filesystem::path& path);

}  // namespace maru::net
