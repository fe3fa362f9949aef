#include "training/metrics.h"

#include <gtest/gtest.h>

namespace maru::training {
namespace {

// Expected values computed with scikit-learn 1.9 on the same numbers.
TEST(RegressionMetrics, MatchScikitLearn) {
  const std::vector<double> truth{3.0, -0.5, 2.0, 7.0};
  const std::vector<double> predicted{2.5, 0.0, 2.0, 8.0};
  const auto metrics = regression_metrics(truth, predicted);
  EXPECT_NEAR(metrics.rmse, 0.6123724356957945, 1e-12);
  EXPECT_NEAR(metrics.mae, 0.5, 1e-12);
  EXPECT_NEAR(metrics.r2, 0.9486081370449679, 1e-12);
  EXPECT_NEAR(metrics.mape, 0.3273809523809524, 1e-12);
  EXPECT_NEAR(metrics.max_error, 1.0, 1e-12);
}

TEST(RegressionMetrics, ConstantTruthAndNoRows) {
  const std::vector<double> truth{2, 2};
  EXPECT_EQ(regression_metrics(truth, truth).r2, 1.0);
  EXPECT_EQ(regression_metrics(truth, std::vector<double>{1, 3}).r2, 0.0);
  EXPECT_TRUE(std::isnan(regression_metrics({}, {}).rmse));
}

TEST(BinaryMetrics, MatchScikitLearn) {
  const std::vector<double> truth{0, 0, 1, 1, 1};
  const std::vector<double> probability{0.1, 0.4, 0.35, 0.8, 0.4};
  const auto metrics = binary_metrics(truth, probability);
  EXPECT_NEAR(metrics.auc, 0.75, 1e-12);
  EXPECT_NEAR(metrics.log_loss, 0.5610885094221719, 1e-12);
  EXPECT_NEAR(metrics.accuracy, 0.6, 1e-12);
  EXPECT_NEAR(metrics.precision, 1.0, 1e-12);
  EXPECT_NEAR(metrics.recall, 1.0 / 3, 1e-12);
  EXPECT_NEAR(metrics.f1, 0.5, 1e-12);
  EXPECT_NEAR(metrics.brier, 0.1985, 1e-12);
}

TEST(BinaryMetrics, AucIsTheShareOfPairsInOrder) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> truth, probability;
    for (int row = 0; row < 30; ++row) {
      truth.push_back(static_cast<double>(random() % 2));
      probability.push_back(static_cast<double>(random() % 8) / 8);  // ties on purpose
    }
    double in_order = 0, pairs = 0;
    for (std::size_t i = 0; i < truth.size(); ++i)
      for (std::size_t j = 0; j < truth.size(); ++j)
        if (truth[i] == 1 && truth[j] == 0) {
          pairs += 1;
          in_order += probability[i] > probability[j] ? 1 : probability[i] == probability[j] ? 0.5 : 0;
        }
    if (pairs > 0) {
      EXPECT_NEAR(binary_metrics(truth, probability).auc, in_order / pairs, 1e-12);
    }
  }
}

TEST(BinaryMetrics, OneClassHasNoAuc) {
  EXPECT_TRUE(std::isnan(binary_metrics(std::vector<double>{1, 1}, std::vector<double>{0.2, 0.9}).auc));
}

TEST(Metric, ByNameWithTheNearest) {
  EXPECT_EQ(metric_named("r2")->direction, Direction::higher_is_better);
  const auto unknown = metric_named("rmsee");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("rmse"), std::string::npos);
}

TEST(Bootstrap, CoversTheTruthAndRepeats) {
  std::mt19937_64 random(11);
  std::normal_distribution<double> normal(0, 2);
  std::vector<double> truth, predicted;
  for (int row = 0; row < 2000; ++row) {
    truth.push_back(normal(random));
    predicted.push_back(0);
  }
  const auto metric = *metric_named("rmse");
  const auto interval = bootstrap_interval(metric, truth, predicted, 0.99, 400, 5);
  EXPECT_LT(interval.low, 2.0);
  EXPECT_GT(interval.high, 2.0);
  EXPECT_LT(interval.high - interval.low, 0.4);
  const auto again = bootstrap_interval(metric, truth, predicted, 0.99, 400, 5);
  EXPECT_EQ(interval.low, again.low);
  EXPECT_EQ(interval.high, again.high);
}

TEST(Bootstrap, DifferenceOfEqualPredictionsIsZero) {
  const std::vector<double> truth{1, 2, 3, 4}, a{1, 2, 2, 5}, worse{4, 4, 9, 9};
  const auto metric = *metric_named("mae");
  const auto none = bootstrap_difference(metric, truth, a, a, 0.95, 100, 1);
  EXPECT_EQ(none.low, 0);
  EXPECT_EQ(none.high, 0);
  EXPECT_LT(bootstrap_difference(metric, truth, a, worse, 0.95, 100, 1).high, 0);
}

}  // namespace
}  // namespace maru::training
