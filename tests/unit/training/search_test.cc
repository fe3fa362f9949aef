#include "training/search.h"

#include <gtest/gtest.h>

#include "training/predict.h"
#include "training/table_builder.h"

namespace maru::training {
namespace {

SearchSpec small_spec() {
  SearchSpec spec;
  spec.label = "y";
  spec.features = {"a", "b", "c"};
  spec.time_column = "at";
  spec.candidates = 4;
  spec.max_trees = 80;
  spec.early_stopping_rounds = 10;
  return spec;
}

TEST(Search, LearnsAndRanks) {
  const auto result = search(made_table(600), small_spec());
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->leaderboard.size(), 4u);
  for (std::size_t i = 1; i < result->leaderboard.size(); ++i)
    EXPECT_LE(result->leaderboard[i - 1].metric, result->leaderboard[i].metric);
  const double rmse = result->metrics.at("rmse").as_double();
  EXPECT_LT(rmse, 0.6);  // the label's deviation is about 2.7
  EXPECT_LT(result->metrics.at("rmse_low").as_double(), rmse);
  EXPECT_GT(result->metrics.at("rmse_high").as_double(), rmse);
  EXPECT_EQ(result->importances.front().feature, "c");
  double gain = 0;
  for (const auto& importance : result->importances) gain += importance.gain;
  EXPECT_NEAR(gain, 1.0, 1e-6);
}

TEST(Search, SameOnAnyNumberOfThreads) {
  const auto table = made_table(400);
  for (const auto strategy : {Strategy::random, Strategy::successive_halving}) {
    auto spec = small_spec();
    spec.strategy = strategy;
    spec.candidates = 7;
    const auto one = search(table, spec);
    spec.threads = 3;
    const auto three = search(table, spec);
    ASSERT_TRUE(one && three);
    EXPECT_EQ(one->model_bytes, three->model_bytes);
    ASSERT_EQ(one->leaderboard.size(), three->leaderboard.size());
    for (std::size_t i = 0; i < one->leaderboard.size(); ++i) {
      EXPECT_EQ(one->leaderboard[i].number, three->leaderboard[i].number);
      EXPECT_EQ(one->leaderboard[i].fold_metrics, three->leaderboard[i].fold_metrics);
    }
    EXPECT_EQ(one->metrics, three->metrics);
  }
}

TEST(Search, RowsAreTakenInTimeOrder) {
  const auto table = made_table(300);
  std::vector<std::size_t> reversed(300);
  for (std::size_t i = 0; i < 300; ++i) reversed[i] = 299 - i;
  const auto straight = search(table, small_spec());
  const auto shuffled = search(table.take(reversed), small_spec());
  ASSERT_TRUE(straight && shuffled);
  EXPECT_EQ(straight->model_bytes, shuffled->model_bytes);
}

TEST(Search, HoldoutIsScoredByAModelThatNeverSawIt) {
  const auto table = made_table(500);
  auto spec = small_spec();
  spec.holdout_ms = 100 * kHourMs;
  const auto result = search(table, spec);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->holdout_rows, 100);
  EXPECT_EQ(result->holdout_from, 400 * kHourMs);
  EXPECT_TRUE(result->holdout_metrics.contains("rmse_low"));
  EXPECT_NE(result->holdout_model_bytes, result->model_bytes);
  // Cutting the newest rows off changes neither the search nor the scored model.
  std::vector<std::size_t> older(400);
  std::iota(older.begin(), older.end(), std::size_t{0});
  auto without = small_spec();
  const auto cut = search(table.take(older), without);
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->model_bytes, result->holdout_model_bytes);
}

TEST(Search, BinaryByAuc) {
  auto spec = small_spec();
  spec.label = "positive";
  spec.task = Task::binary;
  spec.metric = "auc";
  spec.split = Split::kfold;
  const auto result = search(made_table(400), spec);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_GT(result->metrics.at("auc").as_double(), 0.95);
  const auto predicted = predict(result->model_bytes, made_table(50, 99), result->feature_names);
  ASSERT_TRUE(predicted);
  for (const double p : *predicted) {
    EXPECT_GE(p, 0);
    EXPECT_LE(p, 1);
  }
}

TEST(Search, HalvingDropsAndCountsProgress) {
  auto spec = small_spec();
  spec.candidates = 9;
  spec.strategy = Strategy::successive_halving;
  std::vector<int> done;
  int total = 0;
  const auto result = search(made_table(300), spec, [&](const Candidate&, int d, int t) {
    done.push_back(d);
    total = t;
  });
  ASSERT_TRUE(result);
  EXPECT_EQ(static_cast<int>(done.size()), total);
  EXPECT_TRUE(std::ranges::is_sorted(done));
  EXPECT_EQ(result->leaderboard.front().state, CandidateState::finished);
  EXPECT_EQ(result->leaderboard.back().state, CandidateState::dropped);
}

TEST(Search, ConstantAndMissingColumnsAreCarried) {
  auto table = made_table(200);
  table.add(Column::of_doubles("same", std::vector<double>(200, 4.0)));
  Column empty("empty", ColumnType::float64);
  for (int i = 0; i < 200; ++i) empty.append_null();
  table.add(std::move(empty));
  auto spec = small_spec();
  spec.features = {"a", "b", "c", "same", "empty"};
  const auto result = search(table, spec);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->constant_features, (std::vector<std::string>{"same", "empty"}));
  EXPECT_EQ(result->feature_names.size(), 5u);
}

struct Refusal {
  std::string says;
  std::function<void(Table&, SearchSpec&)> spoil;
};
TEST(Search, RefusesWhatIsWrongAndSaysWhere) {
  const std::vector<Refusal> refusals{
      {"row 17",
       [](Table& table, SearchSpec& spec) {
         std::vector<double> bad(200, 1.0);
         bad[17] = std::nan("");
         table.add(Column::of_doubles("bad", bad));
         spec.label = "bad";
       }},
      {"rows 0, 1, 2, 3, 4 and 195 more",
       [](Table& table, SearchSpec& spec) {
         table.add(Column::of_doubles("bad", std::vector<double>(200, std::nan(""))));
         spec.label = "bad";
       }},
      {"infinite",
       [](Table& table, SearchSpec& spec) {
         std::vector<double> bad(200, 1.0);
         bad[3] = 1e300;  // past a 32-bit float
         table.add(Column::of_doubles("bad", bad));
         spec.features.push_back("bad");
       }},
      {"neither 0 nor 1",
       [](Table&, SearchSpec& spec) {
         spec.task = Task::binary;
         spec.metric = "auc";
       }},
      {"does not measure", [](Table&, SearchSpec& spec) { spec.metric = "auc"; }},
      {"did you mean", [](Table&, SearchSpec& spec) { spec.metric = "rmsee"; }},
      {"is the label", [](Table&, SearchSpec& spec) { spec.features.push_back("y"); }},
      {"twice", [](Table&, SearchSpec& spec) { spec.features.push_back("a"); }},
      {"text",
       [](Table& table, SearchSpec& spec) {
         table.add(Column::of_texts("city", std::vector<std::string>(200, "x")));
         spec.features.push_back("city");
       }},
      {"time_column", [](Table&, SearchSpec& spec) { spec.time_column = ""; }},
      {"constant",
       [](Table& table, SearchSpec& spec) {
         table.add(Column::of_doubles("same", std::vector<double>(200, 4.0)));
         spec.features = {"same"};
       }},
      {"candidates", [](Table&, SearchSpec& spec) { spec.candidates = 0; }},
      {"threads", [](Table&, SearchSpec& spec) { spec.threads = 0; }},
      {"too few", [](Table& table, SearchSpec&) { table = made_table(20); }},
  };
  for (const auto& refusal : refusals) {
    auto table = made_table(200);
    auto spec = small_spec();
    refusal.spoil(table, spec);
    const auto result = search(table, spec);
    ASSERT_FALSE(result) << refusal.says;
    EXPECT_NE(result.error().message.find(refusal.says), std::string::npos) << result.error().message;
  }
}

TEST(Search, CancelStopsIt) {
  std::atomic<bool> cancel{false};
  auto spec = small_spec();
  spec.candidates = 50;
  const auto result = search(
      made_table(400), spec, [&](const Candidate&, int, int) { cancel = true; }, &cancel);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::cancelled);
}

TEST(Search, BudgetEndsARunawaySearchWithAModel) {
  auto spec = small_spec();
  spec.candidates = 500;
  spec.budget_ms = 1;
  const auto result = search(made_table(400), spec);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->budget_spent);
  EXPECT_FALSE(result->model_bytes.empty());
  EXPECT_EQ(result->leaderboard.back().state, CandidateState::failed);
}

TEST(Predict, RefusesWhatIsNoModel) {
  const std::vector<std::string> features{"a"};
  const auto result = predict("not a model", made_table(20), features);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::invalid_argument);
}

}  // namespace
}  // namespace maru::training
