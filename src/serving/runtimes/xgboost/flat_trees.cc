#include "serving/runtimes/xgboost/flat_trees.h"

namespace maru::serving {
namespace {

// XGBoost's own (src/common/math.h), so that results are equal to the last bit on the same libm.
float sigmoid(float margin) {
  constexpr float kLargest = 88.7F;  // e^88.7 is the largest a float holds
  constexpr float kTiny = 1e-16F;
  const float denominator = std::exp(std::min(-margin, kLargest)) + 1.0F + kTiny;
  return 1.0F / denominator;
}

void softmax(std::span<float> margins) {
  const float largest = *std::ranges::max_element(margins);
  double sum = 0;
  for (auto& margin : margins) {
    margin = std::exp(margin - largest);
    sum += static_cast<double>(margin);
  }
  for (auto& margin : margins) margin /= static_cast<float>(sum);
}

// Rows that walk a tree together: its nodes are in the cache for all but the first.
constexpr std::size_t kBlockRows = 64;

}  // namespace

float FlatTrees::leaf_of(const Node* nodes, std::uint32_t root, const float* row) {
  const Node* node = nodes + root;
  while (node->left >= 0) {
    const float value = row[node->feature & ~kDefaultLeft];
    const bool goes_left = std::isnan(value) ? (node->feature & kDefaultLeft) != 0 : value < node->value;
    node = nodes + node->left + (goes_left ? 0 : 1);
  }
  return node->value;
}

void FlatTrees::predict(std::span<const float> rows, std::span<float> predictions) const {
  const std::size_t count = features_ == 0 ? 0 : rows.size() / features_;
  std::vector<float> margins(std::min(count, kBlockRows) * groups_);
  for (std::size_t begin = 0; begin < count; begin += kBlockRows) {
    const std::size_t block = std::min(kBlockRows, count - begin);
    for (std::size_t row = 0; row < block; ++row)
      std::ranges::copy(base_margins_, margins.begin() + static_cast<std::ptrdiff_t>(row * groups_));
    for (std::size_t tree = 0; tree < roots_.size(); ++tree)
      for (std::size_t row = 0; row < block; ++row)
        margins[row * groups_ + group_of_tree_[tree]] +=
            leaf_of(nodes_.data(), roots_[tree], rows.data() + (begin + row) * features_);
    finish(std::span(margins).first(block * groups_),
           predictions.subspan(begin * outputs(), block * outputs()));
  }
}

void FlatTrees::finish(std::span<float> margins, std::span<float> predictions) const {
  switch (transform_) {
    case MarginTransform::identity:
      std::ranges::copy(margins, predictions.begin());
      return;
    case MarginTransform::sigmoid:
      std::ranges::transform(margins, predictions.begin(), sigmoid);
      return;
    case MarginTransform::exponential:
      std::ranges::transform(margins, predictions.begin(), [](float margin) { return std::exp(margin); });
      return;
    case MarginTransform::step:
      std::ranges::transform(margins, predictions.begin(),
                             [](float margin) { return margin > 0 ? 1.0F : 0.0F; });
      return;
    case MarginTransform::softmax:
      for (std::size_t at = 0; at < margins.size(); at += groups_) softmax(margins.subspan(at, groups_));
      std::ranges::copy(margins, predictions.begin());
      return;
    case MarginTransform::argmax:
      for (std::size_t row = 0; row < predictions.size(); ++row) {
        const auto of_row = margins.subspan(row * groups_, groups_);
        predictions[row] = static_cast<float>(std::ranges::max_element(of_row) - of_row.begin());
      }
      return;
  }
}

}  // namespace maru::serving
