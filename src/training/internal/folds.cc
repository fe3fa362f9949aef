#include "training/internal/folds.h"

namespace maru::training {
namespace {

std::vector<std::size_t> range(std::size_t begin, std::size_t end) {
  std::vector<std::size_t> rows(end - begin);
  std::iota(rows.begin(), rows.end(), begin);
  return rows;
}

Result<std::vector<Fold>> time_folds(std::size_t rows, std::size_t folds, std::size_t gap) {
  const std::size_t test_rows = rows / (folds + 1);
  std::vector<Fold> result;
  for (std::size_t i = 0; i < folds; ++i) {
    const std::size_t test_begin = rows - (folds - i) * test_rows;
    const std::size_t train_end = test_begin > gap ? test_begin - gap : 0;
    if (test_rows == 0 || train_end < kLeastTrainRows)
      return invalid(
          "{} rows are too few for {} folds in time order with a gap of {} rows: fold {} would train on {} "
          "rows (at least {}) and test on {}",
          rows, folds, gap, i + 1, train_end, kLeastTrainRows, test_rows);
    result.push_back({range(0, train_end), range(test_begin, test_begin + test_rows)});
  }
  return result;
}

Result<std::vector<Fold>> shuffled_folds(std::size_t rows, std::size_t folds, std::uint64_t seed) {
  if (rows < folds || rows - (rows + folds - 1) / folds < kLeastTrainRows)
    return invalid("{} rows are too few for {} folds: at least {} rows must be left to train on", rows, folds,
                   kLeastTrainRows);
  auto order = range(0, rows);
  std::mt19937_64 random(seed);
  for (std::size_t i = rows - 1; i > 0; --i) std::swap(order[i], order[random() % (i + 1)]);
  std::vector<Fold> result(folds);
  for (std::size_t fold = 0; fold < folds; ++fold) {
    for (std::size_t i = 0; i < rows; ++i)
      (i % folds == fold ? result[fold].test : result[fold].train).push_back(order[i]);
    std::ranges::sort(result[fold].train);
    std::ranges::sort(result[fold].test);
  }
  return result;
}

}  // namespace

Result<std::vector<Fold>> make_folds(std::size_t rows, Split split, int folds, std::int64_t gap_rows,
                                     std::uint64_t seed) {
  if (folds < 2) return invalid("folds: expected at least 2, got {}", folds);
  if (gap_rows < 0) return invalid("gap_rows: may not be negative, got {}", gap_rows);
  const auto count = static_cast<std::size_t>(folds);
  if (split == Split::time) return time_folds(rows, count, static_cast<std::size_t>(gap_rows));
  return shuffled_folds(rows, count, seed);
}

}  // namespace maru::training
