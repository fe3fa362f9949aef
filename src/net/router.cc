#include "net/router.h"

#include <algorithm>
#include <array>
#include <atomic>

#include "net/internal/route_tree.h"

namespace maru::net {

struct Responder::Shared {
  explicit Shared(std::unique_ptr<Sink> answer_to) : sink(std::move(answer_to)) {}
  ~Shared() {
    if (!answered.exchange(true)) sink->answer(internal("the handler ended without an answer"));
  }
  std::unique_ptr<Sink> sink;
  std::atomic<bool> answered{false};
};

Responder::Responder(std::unique_ptr<Sink> sink) : shared_(std::make_shared<Shared>(std::move(sink))) {}

void Responder::send(Result<Response> response) const {
  if (!shared_->answered.exchange(true)) shared_->sink->answer(std::move(response));
}

struct Router::State {
  RouteTree tree;
  std::vector<std::unique_ptr<Route>> routes;
  std::vector<std::pair<std::string, ErrorEncoder>> encoders;  // longest prefix first
  std::optional<Route> fallback;
  std::optional<Error> problem;

  void add(Route route) {
    route.index = routes.size();
    routes.push_back(std::make_unique<Route>(std::move(route)));
    if (auto added = tree.add(*routes.back()); !added && !problem) problem = added.error();
  }
};

Router::Router() : state_(std::make_unique<State>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Method method, std::string_view pattern, Handler handler, RouteOptions options) {
  state_->add({method, std::string(pattern), std::move(options), std::move(handler), {}, {}});
}

void Router::add_async(Method method, std::string_view pattern, AsyncHandler handler, RouteOptions options) {
  state_->add({method, std::string(pattern), std::move(options), {}, std::move(handler), {}});
}

void Router::set_error_encoder(std::string_view prefix, ErrorEncoder encoder) {
  state_->encoders.emplace_back(std::string(prefix), std::move(encoder));
  std::ranges::stable_sort(state_->encoders,
                           [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
}

void Router::set_fallback(Handler handler) {
  state_->fallback = Route{Method::get, "(files)", {}, std::move(handler), {}, {}};
}

Router::Match Router::match(Request& request) const {
  Match match;
  match.route = state_->tree.match(request);
  if (match.route == nullptr) match.allow = state_->tree.allowed(request);
  return match;
}

const Route* Router::fallback() const {
  if (!state_->fallback) return nullptr;
  state_->fallback->index = state_->routes.size();
  return &*state_->fallback;
}

Response Router::encode_error(const Error& error, const Request& request) const {
  for (const auto& [prefix, encoder] : state_->encoders) {
    const bool below =
        request.path.starts_with(prefix) &&
        (request.path.size() == prefix.size() || prefix.ends_with('/') || request.path[prefix.size()] == '/');
    if (below) return encoder(error, request);
  }
  return error_response(error, request);
}

Result<void> Router::problem() const {
  if (state_->problem) return *state_->problem;
  return {};
}

std::vector<std::string> Router::list() const {
  std::vector<std::string> lines;
  for (const auto& route : state_->routes)
    lines.push_back(fmt::format("{} {}", name_of(route->method), route->pattern));
  std::ranges::sort(lines);
  return lines;
}

std::span<const std::unique_ptr<Route>> Router::routes() const { return state_->routes; }

}  // namespace maru::net
