#pragma once
// What came from what: one table of edges between things named by kind and id, written by whoever makes a
// thing from another, in the transaction that makes it.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace maru::store {
class Database;
class Transaction;
}  // namespace maru::store

namespace maru::datasets {

// kind: dataset_version "rides/1" · feature_view "weather" · feature_service · run · model_version "demand/2"
// · endpoint · prediction · pipeline_run. Written "model_version/demand/2".
struct Node {
  std::string kind;
  std::string id;
  std::string text() const { return kind + "/" + id; }
  static Result<Node> parse(std::string_view text);
  auto operator<=>(const Node&) const = default;
};

struct Edge {
  Node from;
  Node to;
  std::string relation;  // "trained", "made", "read", "registered", "served", …: `from` <relation> `to`
  TimeMs at_ms = 0;
};

struct Graph {
  std::vector<Node> nodes;  // the one asked for first
  std::vector<Edge> edges;
};
// {"nodes": [{"id": "dataset_version/rides/1", "kind", "name", "label", "link"}], "edges": [{"from", "to",
// "relation"}]}
JsonObject json_of(const Graph& graph);

enum class Direction : std::uint8_t { up, down, both };  // up: what it came from
Result<Direction> direction(std::string_view name);

inline constexpr int kLineageDepthLimit = 32;
inline constexpr int kLineageNodeLimit = 1000;

// Thread-safe.
class Lineage {
 public:
  Lineage(store::Database& database, Clock& clock) : database_(database), clock_(clock) {}

  // Idempotent. The first form joins the caller's transaction.
  Result<void> link(store::Transaction& transaction, const Node& from, const Node& to,
                    std::string_view relation);
  Result<void> link(const Node& from, const Node& to, std::string_view relation);

  // A node without edges answers itself alone.
  Result<Graph> graph(const Node& node, Direction direction, int depth = kLineageDepthLimit);
  // Everything of `kind` that `node` came from, nearest first: which data trained this model version?
  Result<std::vector<Node>> ancestors(const Node& node, std::string_view kind);

 private:
  store::Database& database_;
  Clock& clock_;
};

}  // namespace maru::datasets
