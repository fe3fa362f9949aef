// XGBoost's model document (doc/model.schema in its repository; 1.7 and 3.x read alike) into FlatTrees.
#include "serving/runtimes/xgboost/flat_trees.h"

namespace maru::serving {
namespace {

struct Objective {
  std::string_view name;
  MarginTransform transform;
};
// binary:logitraw and the rankers give margins; squared-log and friends predict what they fit.
constexpr std::array<Objective, 20> kObjectives{{{"reg:squarederror", MarginTransform::identity},
                                                 {"reg:squaredlogerror", MarginTransform::identity},
                                                 {"reg:pseudohubererror", MarginTransform::identity},
                                                 {"reg:absoluteerror", MarginTransform::identity},
                                                 {"reg:quantileerror", MarginTransform::identity},
                                                 {"reg:linear", MarginTransform::identity},
                                                 {"binary:logitraw", MarginTransform::identity},
                                                 {"rank:pairwise", MarginTransform::identity},
                                                 {"rank:ndcg", MarginTransform::identity},
                                                 {"rank:map", MarginTransform::identity},
                                                 {"reg:logistic", MarginTransform::sigmoid},
                                                 {"binary:logistic", MarginTransform::sigmoid},
                                                 {"count:poisson", MarginTransform::exponential},
                                                 {"reg:gamma", MarginTransform::exponential},
                                                 {"reg:tweedie", MarginTransform::exponential},
                                                 {"survival:cox", MarginTransform::exponential},
                                                 {"survival:aft", MarginTransform::exponential},
                                                 {"multi:softprob", MarginTransform::softmax},
                                                 {"multi:softmax", MarginTransform::argmax},
                                                 {"binary:hinge", MarginTransform::step}}};

// Numbers are often texts in this document: "5E-1", and since 3.1 "[5E-1]" or "[1E0,2E0]".
Result<std::vector<float>> numbers(const JsonReader& json) {
  if (!json.value().is_string()) {
    MARU_ASSIGN(const double number, json.number());
    return std::vector{static_cast<float>(number)};
  }
  std::string_view text = json.value().as_string();
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  std::vector<float> values;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    float value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + comma, value);
    if (problem != std::errc() || end != text.data() + comma) return json.expected("a number");
    values.push_back(value);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (values.empty()) return json.expected("a number");
  return values;
}

Result<std::int64_t> count(const JsonReader& json, std::string_view name, std::int64_t fallback) {
  const auto field = json.find(name);
  if (!field) return fallback;
  MARU_ASSIGN(const auto values, numbers(*field));
  return static_cast<std::int64_t>(values.front());
}

// One of a tree's parallel arrays.
Result<std::vector<double>> array(const JsonReader& tree, std::string_view name) {
  MARU_ASSIGN(const auto field, tree.field(name));
  if (!field.value().is_array()) return field.expected("an array");
  std::vector<double> values;
  values.reserve(field.value().as_array().size());
  for (const auto& item : field.value().as_array()) {
    if (item.is_bool())
      values.push_back(item.as_bool() ? 1 : 0);
    else if (item.is_number())
      values.push_back(item.to_number<double>());
    else
      return field.wrong("expected numbers");
  }
  return values;
}

}  // namespace

class FlatTreesParser {
 public:
  Result<FlatTrees> parse(const Json& model, bool best_iteration_only) {
    MARU_ASSIGN(const auto learner, JsonReader(model, "model").field("learner"));
    MARU_TRY(read_objective(learner));
    MARU_TRY(read_names(learner));
    MARU_TRY(read_booster(learner, best_iteration_only));
    return std::move(flat_);
  }

 private:
  Result<void> read_objective(const JsonReader& learner) {
    MARU_ASSIGN(const auto objective, learner.field("objective"));
    MARU_ASSIGN(const auto name, objective.text("name"));
    const auto known = std::ranges::find(kObjectives, name, &Objective::name);
    if (known == kObjectives.end())
      return objective.wrong(fmt::format("objective {} is not supported here", name));
    flat_.transform_ = known->transform;
    MARU_ASSIGN(const auto parameters, learner.field("learner_model_param"));
    MARU_ASSIGN(const auto features, count(parameters, "num_feature", 0));
    MARU_ASSIGN(const auto classes, count(parameters, "num_class", 0));
    MARU_ASSIGN(const auto targets, count(parameters, "num_target", 1));
    if (features < 1 || features >= static_cast<std::int64_t>(FlatTrees::kDefaultLeft))
      return parameters.wrong(fmt::format("num_feature: expected at least 1, got {}", features));
    flat_.features_ = static_cast<std::size_t>(features);
    flat_.groups_ = static_cast<std::size_t>(std::max<std::int64_t>({classes, targets, 1}));
    MARU_ASSIGN(const auto base_field, parameters.field("base_score"));
    MARU_ASSIGN(const auto scores, numbers(base_field));
    for (std::size_t group = 0; group < flat_.groups_; ++group)
      flat_.base_margins_.push_back(margin_of(scores[std::min(group, scores.size() - 1)]));
    return {};
  }

  // base_score is a prediction; trees add to margins.
  float margin_of(float score) const {
    if (flat_.transform_ == MarginTransform::sigmoid) return -std::log(1.0F / score - 1.0F);
    if (flat_.transform_ == MarginTransform::exponential) return std::log(score);
    return score;
  }

  Result<void> read_names(const JsonReader& learner) {
    const auto names = learner.find("feature_names");
    if (!names) return {};
    MARU_ASSIGN(flat_.feature_names_, names->texts());
    if (flat_.feature_names_.empty() || flat_.feature_names_.size() == flat_.features_) return {};
    return names->wrong(
        fmt::format("expected {} names, got {}", flat_.features_, flat_.feature_names_.size()));
  }

  Result<void> read_booster(const JsonReader& learner, bool best_iteration_only) {
    MARU_ASSIGN(auto booster, learner.field("gradient_booster"));
    MARU_ASSIGN(const auto kind, booster.text("name"));
    std::vector<double> weights;  // DART's: a leaf adds its value times its tree's weight
    if (kind == "dart") {
      MARU_ASSIGN(weights, array(booster, "weight_drop"));
      MARU_ASSIGN(booster, booster.field("gbtree"));
    } else if (kind != "gbtree") {
      return booster.wrong(fmt::format("{} boosters are not supported here: expected gbtree or dart", kind));
    }
    MARU_ASSIGN(const auto model, booster.field("model"));
    MARU_ASSIGN(const auto tree_list, model.field("trees"));
    MARU_ASSIGN(const auto trees, tree_list.items());
    MARU_ASSIGN(const auto groups, array(model, "tree_info"));
    if (groups.size() != trees.size() || (!weights.empty() && weights.size() != trees.size()))
      return model.wrong("trees, tree_info and weights differ in length");
    std::size_t used = trees.size();
    if (best_iteration_only) {
      MARU_ASSIGN(used, trees_used(learner, model, trees.size()));
    }
    for (std::size_t i = 0; i < used; ++i) {
      if (!(groups[i] >= 0 && groups[i] < static_cast<double>(flat_.groups_)))
        return model.wrong("tree_info: no such class");
      flat_.group_of_tree_.push_back(static_cast<std::uint32_t>(groups[i]));
      MARU_TRY(add_tree(trees[i], weights.empty() ? 1.0F : static_cast<float>(weights[i])));
    }
    return {};
  }

  Result<std::size_t> trees_used(const JsonReader& learner, const JsonReader& model, std::size_t all) {
    const auto attributes = learner.find("attributes");
    if (!attributes) return all;
    MARU_ASSIGN(const auto best, count(*attributes, "best_iteration", -1));
    if (best < 0) return all;
    std::int64_t parallel = 1;
    if (const auto parameters = model.find("gbtree_model_param")) {
      MARU_ASSIGN(parallel, count(*parameters, "num_parallel_tree", 1));
    }
    const auto rounds =
        static_cast<std::size_t>(best + 1) * static_cast<std::size_t>(std::max<std::int64_t>(parallel, 1));
    return std::min(all, rounds * flat_.groups_);
  }

  // Breadth first, so that siblings are neighbours and the nodes near the root share cache lines.
  Result<void> add_tree(const JsonReader& tree, float weight) {
    MARU_ASSIGN(const auto left, array(tree, "left_children"));
    MARU_ASSIGN(const auto right, array(tree, "right_children"));
    MARU_ASSIGN(const auto features, array(tree, "split_indices"));
    MARU_ASSIGN(const auto values, array(tree, "split_conditions"));
    MARU_ASSIGN(const auto defaults, array(tree, "default_left"));
    const std::size_t size = left.size();
    if (size == 0 || right.size() != size || features.size() != size || defaults.size() != size)
      return tree.wrong("its arrays differ in length or are empty");
    if (values.size() != size) return tree.wrong("vector leaves are not supported here");
    if (const auto types = tree.find("split_type")) {
      MARU_ASSIGN(const auto kinds, array(tree, "split_type"));
      if (std::ranges::any_of(kinds, [](double kind) { return kind != 0; }))
        return types->wrong(
            "categorical splits are not supported here: encode the categories or export to ONNX");
    }
    const auto root = static_cast<std::uint32_t>(flat_.nodes_.size());
    flat_.roots_.push_back(root);
    flat_.nodes_.push_back({});
    std::deque<std::pair<std::size_t, std::size_t>> open{{0, root}};  // theirs, ours
    std::size_t placed = 1;
    for (; !open.empty(); open.pop_front()) {
      const auto [theirs, ours] = open.front();
      if (left[theirs] < 0) {
        flat_.nodes_[ours] = {weight * static_cast<float>(values[theirs]), -1, 0};
        continue;
      }
      placed += 2;
      // A tree has each node once: more means a cycle or a shared child.
      if (placed > size || !(left[theirs] < static_cast<double>(size)) || !(right[theirs] >= 0) ||
          !(right[theirs] < static_cast<double>(size)))
        return tree.wrong("its children form no tree");
      if (!(features[theirs] >= 0 && features[theirs] < static_cast<double>(flat_.features_)))
        return tree.wrong(fmt::format("split_indices: {} is no feature", features[theirs]));
      const auto child = flat_.nodes_.size();
      auto feature = static_cast<std::uint32_t>(features[theirs]);
      if (defaults[theirs] != 0) feature |= FlatTrees::kDefaultLeft;
      flat_.nodes_[ours] = {static_cast<float>(values[theirs]), static_cast<std::int32_t>(child), feature};
      flat_.nodes_.resize(child + 2);
      open.emplace_back(static_cast<std::size_t>(left[theirs]), child);
      open.emplace_back(static_cast<std::size_t>(right[theirs]), child + 1);
    }
    if (flat_.nodes_.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
      return tree.wrong("more nodes than can be served");
    return {};
  }

  FlatTrees flat_;
};

Result<FlatTrees> FlatTrees::from_json(const Json& model, bool best_iteration_only) {
  return FlatTreesParser().parse(model, best_iteration_only);
}

}  // namespace maru::serving
