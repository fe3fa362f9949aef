#include "datasets/lineage.h"

#include <map>
#include <set>

#include "datasets/statements.h"
#include "store/database.h"

namespace maru::datasets {
namespace {

using store::Row;

constexpr std::string_view kInsert =
    "INSERT INTO lineage_edges (from_kind, from_id, to_kind, to_id, relation, at_ms) VALUES (?1, ?2, ?3, ?4, "
    "?5, ?6) "
    "ON CONFLICT (from_kind, from_id, to_kind, to_id, relation) DO NOTHING";
// Each walk is one statement: nodes reached so far and their distance; UNION drops what was reached at the
// same distance before, and the depth bounds cycles.
constexpr std::string_view kUp =
    "WITH RECURSIVE reached (kind, id, depth) AS (SELECT ?1, ?2, 0 UNION SELECT e.from_kind, e.from_id, "
    "r.depth + 1 FROM reached r "
    "JOIN lineage_edges e ON e.to_kind = r.kind AND e.to_id = r.id WHERE r.depth < ?3) "
    "SELECT kind, id, min(depth) FROM reached GROUP BY kind, id ORDER BY min(depth), kind, id LIMIT ?4";
constexpr std::string_view kDown =
    "WITH RECURSIVE reached (kind, id, depth) AS (SELECT ?1, ?2, 0 UNION SELECT e.to_kind, e.to_id, r.depth "
    "+ 1 FROM reached r "
    "JOIN lineage_edges e ON e.from_kind = r.kind AND e.from_id = r.id WHERE r.depth < ?3) "
    "SELECT kind, id, min(depth) FROM reached GROUP BY kind, id ORDER BY min(depth), kind, id LIMIT ?4";
constexpr std::string_view kEdgesInto =
    "SELECT from_kind, from_id, to_kind, to_id, relation, at_ms FROM lineage_edges WHERE to_kind = ?1 AND "
    "to_id = ?2 "
    "ORDER BY from_kind, from_id, relation";

constexpr store::NamedStatement kStatements[] = {{"lineage.insert", kInsert},
                                                 {"lineage.up", kUp},
                                                 {"lineage.down", kDown},
                                                 {"lineage.edges_into", kEdgesInto}};

Result<std::vector<Node>> walk(store::Reader& reader, std::string_view sql, const Node& node, int depth) {
  return reader.all(sql, {node.kind, node.id, depth, kLineageNodeLimit}, [](const Row& row) {
    return Node{row.string(0), row.string(1)};
  });
}

// What the UI calls each kind's page.
std::string link_of(const Node& node) {
  static const std::map<std::string, std::string, std::less<>> kPages{
      {"dataset_version", "/datasets/"},   {"feature_view", "/features/"},
      {"feature_service", "/features/"},   {"run", "/runs/"},
      {"model_version", "/models/"},       {"endpoint", "/endpoints/"},
      {"pipeline_run", "/pipeline-runs/"}, {"prediction", "/predictions/"}};
  const auto page = kPages.find(node.kind);
  return page == kPages.end() ? "" : page->second + node.id;
}

}  // namespace

std::span<const store::NamedStatement> lineage_statements() { return kStatements; }

Result<Node> Node::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == text.npos || slash == 0 || slash + 1 == text.size())
    return invalid("\"{}\": expected a kind and an id such as model_version/demand/2", text);
  return Node{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

Result<Direction> direction(std::string_view name) {
  if (name == "up") return Direction::up;
  if (name == "down") return Direction::down;
  if (name == "both") return Direction::both;
  return invalid("direction: expected up, down or both, got \"{}\"", name);
}

JsonObject json_of(const Graph& graph) {
  JsonArray nodes, edges;
  for (const Node& node : graph.nodes)
    nodes.push_back(JsonObject{{"id", node.text()},
                               {"kind", node.kind},
                               {"name", node.id},
                               {"label", node.id},
                               {"link", link_of(node)}});
  for (const Edge& edge : graph.edges)
    edges.push_back(JsonObject{{"from", edge.from.text()},
                               {"to", edge.to.text()},
                               {"relation", edge.relation},
                               {"at_ms", edge.at_ms}});
  return {{"nodes", std::move(nodes)}, {"edges", std::move(edges)}};
}

Result<void> Lineage::link(store::Transaction& transaction, const Node& from, const Node& to,
                           std::string_view relation) {
  if (from.kind.empty() || from.id.empty() || to.kind.empty() || to.id.empty())
    return internal("lineage: an edge needs two named ends");
  MARU_TRY(transaction.execute(kInsert, {from.kind, from.id, to.kind, to.id, relation, clock_.now_ms()}));
  return {};
}

Result<void> Lineage::link(const Node& from, const Node& to, std::string_view relation) {
  return database_.write(
      [&](store::Transaction& transaction) { return link(transaction, from, to, relation); });
}

Result<Graph> Lineage::graph(const Node& node, Direction direction, int depth) {
  if (depth < 0 || depth > kLineageDepthLimit)
    return invalid("depth: expected 0 to {}, got {}", kLineageDepthLimit, depth);
  return database_.read([&](store::Reader& reader) -> Result<Graph> {
    Graph graph;
    std::set<Node> seen;
    for (const auto& [wanted, sql] : {std::pair(Direction::up, kUp), std::pair(Direction::down, kDown)}) {
      if (direction != wanted && direction != Direction::both) continue;
      MARU_ASSIGN(auto reached, walk(reader, sql, node, depth));
      for (Node& each : reached)
        if (seen.insert(each).second) graph.nodes.push_back(std::move(each));
    }
    for (const Node& each : graph.nodes) {
      MARU_TRY(reader.query(kEdgesInto, {each.kind, each.id}, [&](const Row& row) {
        Edge edge{
            {row.string(0), row.string(1)}, {row.string(2), row.string(3)}, row.string(4), row.int64(5)};
        if (seen.contains(edge.from)) graph.edges.push_back(std::move(edge));
      }));
    }
    return graph;
  });
}

Result<std::vector<Node>> Lineage::ancestors(const Node& node, std::string_view kind) {
  MARU_ASSIGN(auto reached, database_.read([&](store::Reader& reader) {
    return walk(reader, kUp, node, kLineageDepthLimit);
  }));
  std::erase_if(reached, [&](const Node& each) { return each.kind != kind || each == node; });
  return reached;
}

}  // namespace maru::datasets
