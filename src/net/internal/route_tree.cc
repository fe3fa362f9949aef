#include "net/internal/route_tree.h"

#include <algorithm>
#include <limits>

namespace maru::net {
namespace {

// A pattern's segment: literal, {name}, {name}:verb or {name...}.
struct Segment {
  enum class Kind { literal, param, rest };
  Kind kind = Kind::literal;
  std::string_view name;  // the literal's text, or the parameter's name
  std::string_view verb;  // ":predict", or ""
};

Result<Segment> parse_segment(std::string_view text) {
  if (!text.starts_with('{')) {
    if (text.empty() || text.find_first_of("{}") != std::string_view::npos) {
      return invalid("expected a literal, {{name}} or {{name...}}, got \"{}\"", text);
    }
    return Segment{Segment::Kind::literal, text, {}};
  }
  const std::size_t close = text.find('}');
  std::string_view name = text.substr(1, close == std::string_view::npos ? 0 : close - 1);
  const std::string_view after = close == std::string_view::npos ? "?" : text.substr(close + 1);
  const bool is_rest = name.ends_with("...");
  if (is_rest) name.remove_suffix(3);
  const bool verb_fits = after.empty() || (!is_rest && after.size() > 1 && after.front() == ':');
  if (name.empty() || !verb_fits)
    return invalid("expected {{name}}, {{name}}:verb or {{name...}}, got \"{}\"", text);
  return Segment{is_rest ? Segment::Kind::rest : Segment::Kind::param, name, after};
}

}  // namespace

struct RouteTree::Node {
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals;  // sorted
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> verbs;     // ":predict" after a parameter
  std::unique_ptr<Node> param;
  std::unique_ptr<Node> rest;
  std::array<const Route*, kMethodCount> routes{};
};

struct RouteTree::Walk {
  static constexpr std::size_t kMostParams = 8;
  const Request& request;
  const Route* found = nullptr;
  bool any_method = false;  // collect `methods` instead of stopping at the request's method
  std::array<bool, kMethodCount> methods{};
  std::array<std::string_view, kMostParams> captures;
  std::size_t captured = 0;

  std::string_view segment(std::size_t index) const {
    const auto [offset, size] = request.segments[index];
    return std::string_view(request.path).substr(offset, size);
  }
  // True ends the walk.
  bool arrive(const Node& node) {
    if (any_method) {
      for (std::size_t i = 0; i < kMethodCount; ++i) methods[i] = methods[i] || node.routes[i] != nullptr;
      return false;
    }
    found = node.routes[static_cast<std::size_t>(request.method)];
    if (found == nullptr && request.method == Method::head)
      found = node.routes[static_cast<std::size_t>(Method::get)];
    return found != nullptr;
  }
};

RouteTree::RouteTree() : root_(std::make_unique<Node>()) {}
RouteTree::~RouteTree() = default;

Result<void> RouteTree::add(Route& route) {
  std::string_view rest = route.pattern;
  if (!rest.starts_with('/')) return invalid("route \"{}\": must begin with /", route.pattern);
  rest.remove_prefix(1);
  Node* node = root_.get();
  bool ended = false;
  while (!rest.empty()) {
    if (ended) return invalid("route \"{}\": {{name...}} must come last", route.pattern);
    const std::size_t slash = rest.find('/');
    const std::string_view text = rest.substr(0, slash);
    MARU_ASSIGN(const Segment segment, parse_segment(text).at(fmt::format("route \"{}\"", route.pattern)));
    ended = segment.kind == Segment::Kind::rest;
    node = &child_of(*node, text, route.param_names);
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  }
  if (route.param_names.size() > Walk::kMostParams) {
    return invalid("route \"{}\": more than {} parameters", route.pattern, Walk::kMostParams);
  }
  const Route*& slot = node->routes[static_cast<std::size_t>(route.method)];
  if (slot != nullptr) {
    return invalid("route {} {}: taken by {}", name_of(route.method), route.pattern, slot->pattern);
  }
  slot = &route;
  return {};
}

RouteTree::Node& RouteTree::child_of(Node& parent, std::string_view text,
                                     std::vector<std::string>& param_names) {
  const Segment segment = *parse_segment(text);  // add() has checked it
  const auto named_child = [](auto& children, std::string_view name) -> Node& {
    auto at = std::ranges::lower_bound(children, name, {},
                                       [](const auto& child) { return std::string_view(child.first); });
    if (at == children.end() || at->first != name) at = children.emplace(at, name, std::make_unique<Node>());
    return *at->second;
  };
  const auto only_child = [](std::unique_ptr<Node>& child) -> Node& {
    if (!child) child = std::make_unique<Node>();
    return *child;
  };
  if (segment.kind == Segment::Kind::literal) return named_child(parent.literals, segment.name);
  param_names.emplace_back(segment.name);
  if (segment.kind == Segment::Kind::rest) return only_child(parent.rest);
  return segment.verb.empty() ? only_child(parent.param) : named_child(parent.verbs, segment.verb);
}

bool RouteTree::walk(const Node& node, std::size_t depth, Walk& walk) {
  if (depth == walk.request.segments.size()) return walk.arrive(node);
  const std::string_view segment = walk.segment(depth);
  const auto literal = std::ranges::lower_bound(
      node.literals, segment, {}, [](const auto& child) { return std::string_view(child.first); });
  if (literal != node.literals.end() && literal->first == segment &&
      RouteTree::walk(*literal->second, depth + 1, walk)) {
    return true;
  }
  const auto capture = [&walk, depth](const Node& child, std::size_t next, std::string_view value) {
    walk.captures[walk.captured++] = value;
    if (RouteTree::walk(child, next, walk)) return true;
    --walk.captured;
    return false;
  };
  for (const auto& [verb, child] : node.verbs) {
    const bool fits = segment.size() > verb.size() && segment.ends_with(verb);
    if (fits && capture(*child, depth + 1, segment.substr(0, segment.size() - verb.size()))) return true;
  }
  if (node.param && !segment.empty() && capture(*node.param, depth + 1, segment)) return true;
  if (!node.rest) return false;
  const auto [last_offset, last_size] = walk.request.segments.back();
  const std::size_t from = walk.request.segments[depth].first;
  return capture(*node.rest, walk.request.segments.size(),
                 std::string_view(walk.request.path).substr(from, last_offset + last_size - from));
}

const Route* RouteTree::match(Request& request) const {
  Walk found{.request = request, .captures = {}};
  request.params.clear();
  request.route_pattern = {};
  if (!walk(*root_, 0, found)) return nullptr;
  request.route_pattern = found.found->pattern;
  for (std::size_t i = 0; i < found.captured; ++i) {
    request.params.emplace_back(found.found->param_names[i], found.captures[i]);
  }
  return found.found;
}

std::string RouteTree::allowed(const Request& request) const {
  Walk found{.request = request, .any_method = true, .captures = {}};
  walk(*root_, 0, found);
  std::string allow;
  for (std::size_t i = 0; i < kMethodCount; ++i) {
    const auto method = static_cast<Method>(i);
    const bool head_of_get = method == Method::head && found.methods[static_cast<std::size_t>(Method::get)];
    if (!found.methods[i] && !head_of_get) continue;
    allow += fmt::format("{}{}", allow.empty() ? "" : ", ", name_of(method));
  }
  return allow;
}

}  // namespace maru::net
