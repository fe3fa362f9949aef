// FlatTrees against the XGBoost library of this machine, over random models and rows.
#include <gtest/gtest.h>

#include <xgboost/c_api.h>

#include "serving/runtimes/xgboost/flat_trees.h"

namespace maru::serving {
namespace {

struct Case {
  std::string objective;
  int classes;
  std::string booster;
};

class Reference {
 public:
  Reference(const Case& wanted, std::uint64_t seed) : random_(seed) {
    values_ = make_rows(kRows);
    for (std::size_t row = 0; row < kRows; ++row) {
      const float a = values_[row * kColumns], b = values_[row * kColumns + 1];
      const float y = (std::isnan(a) ? 1 : 3 * a) + (std::isnan(b) ? 0 : b * b);
      labels_.push_back(wanted.classes > 1 ? static_cast<float>(static_cast<int>(y * 10) % wanted.classes)
                        : wanted.objective.starts_with("binary") ? (y > 1.2F ? 1.0F : 0.0F)
                                                                 : y);
    }
    data_ = matrix(values_);
    XGDMatrixSetFloatInfo(data_, "label", labels_.data(), labels_.size());
    XGBoosterCreate(&data_, 1, &booster_);
    for (const auto& [name, value] :
         std::vector<std::pair<std::string, std::string>>{{"objective", wanted.objective},
                                                          {"booster", wanted.booster},
                                                          {"max_depth", "5"},
                                                          {"nthread", "1"},
                                                          {"seed", std::to_string(seed)},
                                                          {"subsample", "0.8"},
                                                          {"rate_drop", "0.2"},
                                                          {"verbosity", "0"}})
      XGBoosterSetParam(booster_, name.c_str(), value.c_str());
    if (wanted.classes > 1) XGBoosterSetParam(booster_, "num_class", std::to_string(wanted.classes).c_str());
    for (int round = 0; round < 15; ++round)
      EXPECT_EQ(XGBoosterUpdateOneIter(booster_, round, data_), 0) << XGBGetLastError();
  }
  ~Reference() {
    XGBoosterFree(booster_);
    XGDMatrixFree(data_);
  }

  std::vector<float> make_rows(std::size_t count) {
    std::vector<float> values;
    for (std::size_t i = 0; i < count * kColumns; ++i)
      values.push_back(random_() % 7 == 0 ? std::nanf("") : static_cast<float>(random_() % 1000) / 1000);
    return values;
  }
  std::vector<float> predict(const std::vector<float>& rows) {
    const auto data = matrix(rows);
    bst_ulong count = 0;
    const float* predicted = nullptr;
    XGBoosterPredict(booster_, data, 0, 0, 0, &count, &predicted);
    std::vector<float> result(predicted, predicted + count);
    XGDMatrixFree(data);
    return result;
  }
  Json model() {
    bst_ulong size = 0;
    const char* bytes = nullptr;
    XGBoosterSaveModelToBuffer(booster_, R"({"format":"json"})", &size, &bytes);
    return *parse_json({bytes, size});
  }

  static constexpr std::size_t kRows = 400;
  static constexpr std::size_t kColumns = 5;

 private:
  static DMatrixHandle matrix(const std::vector<float>& values) {
    DMatrixHandle data = nullptr;
    XGDMatrixCreateFromMat(values.data(), values.size() / kColumns, kColumns, std::nanf(""), &data);
    return data;
  }
  std::mt19937_64 random_;
  std::vector<float> values_, labels_;
  DMatrixHandle data_ = nullptr;
  BoosterHandle booster_ = nullptr;
};

TEST(FlatTrees, EqualTheLibraryOverRandomModels) {
  const std::vector<Case> cases{{"reg:squarederror", 0, "gbtree"}, {"binary:logistic", 0, "gbtree"},
                                {"count:poisson", 0, "gbtree"},    {"reg:tweedie", 0, "gbtree"},
                                {"binary:hinge", 0, "gbtree"},     {"multi:softprob", 4, "gbtree"},
                                {"multi:softmax", 3, "gbtree"},    {"reg:squarederror", 0, "dart"},
                                {"binary:logitraw", 0, "gbtree"},  {"reg:pseudohubererror", 0, "gbtree"}};
  for (const auto& wanted : cases)
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      Reference reference(wanted, seed);
      const auto trees = FlatTrees::from_json(reference.model(), false);
      ASSERT_TRUE(trees) << trees.error().message;
      const auto rows = reference.make_rows(300);
      const auto library = reference.predict(rows);
      std::vector<float> ours(300 * trees->outputs());
      ASSERT_EQ(ours.size(), library.size()) << wanted.objective;
      trees->predict(rows, ours);
      for (std::size_t i = 0; i < ours.size(); ++i)
        EXPECT_FLOAT_EQ(ours[i], library[i]) << wanted.objective << " " << wanted.booster << " value " << i;
    }
}

TEST(FlatTrees, MarginsEqualTheLibraryToTheBit) {
  Reference reference({"reg:squarederror", 0, "gbtree"}, 9);
  const auto trees = FlatTrees::from_json(reference.model(), false);
  ASSERT_TRUE(trees);
  const auto rows = reference.make_rows(500);
  std::vector<float> ours(500);
  trees->predict(rows, ours);
  EXPECT_EQ(ours, reference.predict(rows));
}

}  // namespace
}  // namespace maru::serving
