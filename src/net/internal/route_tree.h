#pragma once
// The routes as a tree of path segments. Lookups walk it depth first, the most literal branch first, and
// allocate nothing but what Request::params already has room for.

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/router.h"

namespace maru::net {

class RouteTree {
 public:
  RouteTree();
  ~RouteTree();
  // Fills route.param_names. invalid_argument: a malformed pattern, or one that an earlier route has taken.
  // `route` must outlive the tree.
  Result<void> add(Route& route);
  // The route of this path and method (a HEAD takes the GET route), or null; fills params and route_pattern.
  const Route* match(Request& request) const;
  // The methods of this path as an Allow header, "" when no route has the path.
  std::string allowed(const Request& request) const;

 private:
  struct Node;
  struct Walk;
  static Node& child_of(Node& parent, std::string_view segment, std::vector<std::string>& param_names);
  static bool walk(const Node& node, std::size_t depth, Walk& walk);
  std::unique_ptr<Node> root_;
};

}  // namespace maru::net
