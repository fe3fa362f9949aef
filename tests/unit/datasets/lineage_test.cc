#include "datasets/lineage.h"

#include "datasets/fixture.h"

namespace maru::datasets {
namespace {

class LineageTest : public DatasetsTest {
 protected:
  void link(const char* from, const char* to, const char* relation = "made") {
    lineage_.link(Node::parse(from).value(), Node::parse(to).value(), relation).value();
  }
  std::set<std::string> nodes_of(const char* node, Direction direction, int depth = kLineageDepthLimit) {
    std::set<std::string> out;
    const Graph graph = lineage_.graph(Node::parse(node).value(), direction, depth).value();
    EXPECT_EQ(graph.nodes.front().text(), node);
    for (const auto& each : graph.nodes) out.insert(each.text());
    return out;
  }
};

TEST_F(LineageTest, WhichDataTrainedTheModelThatAnswered) {
  link("dataset_version/rides/1", "dataset_version/train/1");
  link("dataset_version/train/1", "run/abc", "trained");
  link("run/abc", "model_version/demand/2", "registered");
  link("model_version/demand/2", "endpoint/demand", "served");
  link("dataset_version/rides/2", "dataset_version/train/2");
  link("dataset_version/train/2", "run/def", "trained");
  const auto data = lineage_.ancestors({"model_version", "demand/2"}, "dataset_version").value();
  ASSERT_EQ(data.size(), 2u);
  EXPECT_EQ(data[0].id, "train/1");
  EXPECT_EQ(data[1].id, "rides/1");
  EXPECT_EQ(nodes_of("run/abc", Direction::down),
            (std::set<std::string>{"run/abc", "model_version/demand/2", "endpoint/demand"}));
  EXPECT_EQ(nodes_of("run/abc", Direction::up).size(), 3u);
  EXPECT_EQ(nodes_of("run/abc", Direction::both).size(), 5u);
  EXPECT_EQ(nodes_of("run/abc", Direction::both, 1).size(), 3u);
  EXPECT_EQ(lineage_.graph({"run", "abc"}, Direction::both).value().edges.size(), 4u);
  EXPECT_EQ(nodes_of("run/unknown", Direction::both).size(), 1u);
}

TEST_F(LineageTest, CyclesAndRepeatsEnd) {
  link("run/a", "run/b");
  link("run/b", "run/a");
  link("run/a", "run/b");
  EXPECT_EQ(nodes_of("run/a", Direction::both).size(), 2u);
  EXPECT_EQ(lineage_.graph({"run", "a"}, Direction::both).value().edges.size(), 2u);
}

TEST_F(LineageTest, BadNodesAreRefused) {
  for (const char* bad : {"", "run", "/x", "run/"}) EXPECT_FALSE(Node::parse(bad).has_value()) << bad;
  EXPECT_EQ(lineage_.graph({"run", "a"}, Direction::up, 1000).error().code, Code::invalid_argument);
}

TEST_F(LineageTest, ALinkIsPartOfItsTransaction) {
  const auto failed = database_->write([&](store::Transaction& transaction) -> Result<void> {
    MARU_TRY(lineage_.link(transaction, {"run", "a"}, {"run", "b"}, "made"));
    return invalid("changed my mind");
  });
  EXPECT_FALSE(failed.has_value());
  EXPECT_EQ(nodes_of("run/a", Direction::down).size(), 1u);
}

}  // namespace
}  // namespace maru::datasets
