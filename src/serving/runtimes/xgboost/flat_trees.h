#pragma once
// A boosted ensemble laid out for prediction: all nodes in one array, siblings side by side, so that a step
// down a tree is one comparison and one addition. The numbers are XGBoost's to the bit: same floats, added in
// the same order.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace maru::serving {

// What turns a margin into a prediction; which objectives use which is in flat_trees_parse.cc.
enum class MarginTransform : std::uint8_t { identity, sigmoid, exponential, softmax, argmax, step };

// Immutable; thread-safe.
class FlatTrees {
 public:
  // An XGBoost model (JSON form). invalid_argument: not one, or with what is not to be had here: linear
  // boosters, categorical splits, vector leaves. `best_iteration_only`: stop after the rounds that early
  // stopping found, as the scikit-learn wrappers predict.
  static Result<FlatTrees> from_json(const Json& model, bool best_iteration_only);

  std::size_t features() const { return features_; }
  const std::vector<std::string>& feature_names() const { return feature_names_; }  // may be empty
  std::size_t classes() const { return groups_; }  // margins a row: 1 but for multi-class
  std::size_t outputs() const { return transform_ == MarginTransform::argmax ? 1 : groups_; }
  MarginTransform transform() const { return transform_; }
  std::size_t trees() const { return roots_.size(); }

  // Row-major rows × features(), NaN = missing; fills rows × outputs() predictions.
  void predict(std::span<const float> rows, std::span<float> predictions) const;

 private:
  friend class FlatTreesParser;
  struct Node {
    float value;            // split: rows below go left; leaf: what it adds
    std::int32_t left;      // the right child is the next; negative = a leaf
    std::uint32_t feature;  // kDefaultLeft set: missing values go left
  };
  static constexpr std::uint32_t kDefaultLeft = 0x8000'0000U;
  static float leaf_of(const Node* nodes, std::uint32_t root, const float* row);
  void finish(std::span<float> margins, std::span<float> predictions) const;

  std::vector<Node> nodes_;
  std::vector<std::uint32_t> roots_;
  std::vector<std::uint32_t> group_of_tree_;
  std::vector<float> base_margins_;  // one a group
  std::vector<std::string> feature_names_;
  std::size_t features_ = 0;
  std::size_t groups_ = 1;
  MarginTransform transform_ = MarginTransform::identity;
};

}  // namespace maru::serving
