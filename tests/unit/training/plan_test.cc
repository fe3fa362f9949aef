// The pure parts of a search: folds, rungs, candidates.
#include <gtest/gtest.h>

#include "training/internal/folds.h"
#include "training/internal/rungs.h"
#include "training/internal/space.h"

namespace maru::training {
namespace {

TEST(Folds, TimeFoldsAreScikitLearns) {
  // TimeSeriesSplit(n_splits=3).split(range(103)): tests of 25, trains of 28, 53, 78.
  const auto folds = make_folds(103, Split::time, 3, 0, 1);
  ASSERT_TRUE(folds);
  EXPECT_EQ((*folds)[0].train.size(), 28u);
  EXPECT_EQ((*folds)[2].train.size(), 78u);
  EXPECT_EQ((*folds)[2].test.front(), 78u);
  EXPECT_EQ((*folds)[2].test.back(), 102u);
}

TEST(Folds, TimeNeverTrainsOnTheFuture) {
  for (std::size_t rows = 60; rows < 300; rows += 17)
    for (int count = 2; count <= 5; ++count)
      for (std::int64_t gap : {0, 1, 3}) {
        const auto folds = make_folds(rows, Split::time, count, gap, 1);
        if (!folds) continue;
        for (const auto& fold : *folds) {
          EXPECT_LE(fold.train.back() + static_cast<std::size_t>(gap), fold.test.front() - 1);
          EXPECT_FALSE(fold.test.empty());
        }
        EXPECT_EQ(folds->back().test.back(), rows - 1);
      }
}

TEST(Folds, ShuffledFoldsPartitionTheRows) {
  const auto folds = make_folds(97, Split::kfold, 4, 0, 9);
  ASSERT_TRUE(folds);
  std::vector<int> tested(97, 0);
  for (const auto& fold : *folds) {
    EXPECT_EQ(fold.train.size() + fold.test.size(), 97u);
    for (const auto row : fold.test) ++tested[row];
    std::vector<std::size_t> both;
    std::ranges::set_intersection(fold.train, fold.test, std::back_inserter(both));
    EXPECT_TRUE(both.empty());
  }
  EXPECT_TRUE(std::ranges::all_of(tested, [](int times) { return times == 1; }));
}

TEST(Folds, TooFewRowsIsSaid) {
  const auto folds = make_folds(12, Split::time, 5, 0, 1);
  ASSERT_FALSE(folds);
  EXPECT_EQ(folds.error().code, Code::invalid_argument);
  EXPECT_FALSE(make_folds(5, Split::kfold, 2, 0, 1));
  EXPECT_FALSE(make_folds(100, Split::time, 1, 0, 1));
  EXPECT_FALSE(make_folds(100, Split::time, 3, -1, 1));
}

TEST(Rungs, RandomIsOneRung) {
  const auto rungs = make_rungs(Strategy::random, 12, 3);
  ASSERT_EQ(rungs.size(), 1u);
  EXPECT_EQ(rungs[0].folds, 3);
}

TEST(Rungs, HalvingKeepsAThirdAndEndsWithAllFolds) {
  const auto rungs = make_rungs(Strategy::successive_halving, 27, 9);
  ASSERT_EQ(rungs.size(), 3u);
  EXPECT_EQ(rungs[0].folds, 1);
  EXPECT_EQ(rungs[0].keep, 9);
  EXPECT_EQ(rungs[1].folds, 3);
  EXPECT_EQ(rungs[1].keep, 3);
  EXPECT_EQ(rungs[2].folds, 9);
}

TEST(Rungs, FewCandidatesOrFoldsMeanFewerRungs) {
  EXPECT_EQ(make_rungs(Strategy::successive_halving, 2, 9).size(), 1u);
  const auto rungs = make_rungs(Strategy::successive_halving, 8, 3);
  ASSERT_EQ(rungs.size(), 2u);
  EXPECT_EQ(rungs[0].folds, 1);
  EXPECT_EQ(rungs[0].keep, 2);
}

TEST(Space, SameSeedSameCandidatesInRange) {
  const auto candidates = draw_candidates(40, 5);
  const auto again = draw_candidates(40, 5);
  EXPECT_EQ(candidates[0].params, default_parameters());
  for (std::size_t i = 1; i < candidates.size(); ++i) {
    EXPECT_EQ(candidates[i].params, again[i].params);
    const double eta = candidates[i].params.at("eta").as_double();
    EXPECT_GE(eta, 0.03 - 1e-9);
    EXPECT_LE(eta, 0.3 + 1e-9);
    const auto depth = candidates[i].params.at("max_depth").as_int64();
    EXPECT_GE(depth, 3);
    EXPECT_LE(depth, 8);
  }
  EXPECT_NE(draw_candidates(3, 6)[2].params, candidates[2].params);
}

}  // namespace
}  // namespace maru::training
