#pragma once
// Which handler answers a request. Patterns are segments: literal, {name} (one segment) or a last {name...}
// (the rest, at least one segment). A segment may end in a custom verb: "/v1/models/{name}:predict". A
// literal beats a {name}, which beats a {name...}; two patterns that the same path would match equally well
// are refused.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/message.h"

namespace maru {
class Pool;
}

namespace maru::net {

// Where a handler runs. inline_on_io only for handlers that never block and end within some hundred
// microseconds.
enum class Run : std::uint8_t { inline_on_io, on_pool };
enum class BodyMode : std::uint8_t { buffered, streamed };

struct RouteOptions {
  Run run = Run::on_pool;
  std::string pool = "http";           // one of ServerOptions::pools
  BodyMode body = BodyMode::buffered;  // streamed: run must be on_pool
  std::uint64_t body_limit_bytes = 0;  // 0 = the server's
  DurationMs timeout_ms = 0;           // the request's deadline; 0 = the server's
  // Overrides `run` when set; asked on the I/O thread once a buffered request is there: for handlers that are
  // sometimes quick.
  std::function<Run(const Request&)> choose_run = {};
};

// Answers one request, once, from any thread, now or later. Copies share the one answer: the first wins. If
// every copy goes without an answer, the client gets 500.
class Responder {
 public:
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual void answer(Result<Response> response) = 0;  // called at most once
  };
  explicit Responder(std::unique_ptr<Sink> sink);
  void send(Result<Response> response) const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

// An error is encoded by the route's prefix's encoder. An exception becomes 500 and a line in the log.
using Handler = std::function<Result<Response>(Request&)>;
// For answers that come later without a thread waiting (group commit, batching).
using AsyncHandler = std::function<void(RequestPtr, Responder)>;

struct Route {
  Method method;
  std::string pattern;
  RouteOptions options;
  Handler handler;  // one of the two
  AsyncHandler async;
  std::vector<std::string> param_names;
  std::size_t index = 0;  // in routes(); the fallback's is routes().size()
};

// Built by one thread, then only read: match() is thread-safe.
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // A HEAD on a GET route is answered by the GET handler without its body. A wrong or conflicting pattern is
  // kept as problem() and refused by HttpServer::start.
  void add(Method method, std::string_view pattern, Handler handler, RouteOptions options = {});
  void add_async(Method method, std::string_view pattern, AsyncHandler handler, RouteOptions options = {});
  // Errors of every path below `prefix` (the longest wins) take this shape, also 404, 405 and 413.
  void set_error_encoder(std::string_view prefix, ErrorEncoder encoder);
  // Answers the GETs and HEADs of paths that no route has, on the pool "http": the UI's files.
  void set_fallback(Handler handler);

  struct Match {
    const Route* route = nullptr;  // null: not found, or not that method
    std::string allow;             // "GET, POST" when the path exists with other methods
  };
  // Fills request.params and request.route_pattern. The request's target must have been set by set_target().
  Match match(Request& request) const;
  const Route* fallback() const;  // null when none was set
  Response encode_error(const Error& error, const Request& request) const;

  // invalid_argument naming the first bad or conflicting pattern.
  Result<void> problem() const;
  // "GET /api/v1/datasets/{name}", sorted: the golden list.
  std::vector<std::string> list() const;
  std::span<const std::unique_ptr<Route>> routes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace maru::net
