#pragma once
// Which rows train and which test. Pure.

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "training/search.h"

namespace maru::training {

struct Fold {
  std::vector<std::size_t> train;
  std::vector<std::size_t> test;
};

// time: scikit-learn's TimeSeriesSplit: the last folds × ⌊rows / (folds + 1)⌋ rows are the test slices in
// order; each is predicted from everything before it but the gap. kfold: rows shuffled by `seed`, dealt into
// `folds` parts. invalid_argument: fewer than 2 folds, or a fold that would train on fewer than
// kLeastTrainRows or test on no row.
inline constexpr std::size_t kLeastTrainRows = 10;
Result<std::vector<Fold>> make_folds(std::size_t rows, Split split, int folds, std::int64_t gap_rows,
                                     std::uint64_t seed);

}  // namespace maru::training
