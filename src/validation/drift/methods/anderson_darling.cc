// Two-sample Anderson-Darling test with the p-value of its limiting law given the ties seen: holds its level
// for continuous columns, for counts and for columns that are half zeros, and looks at the tails, where drift
// often starts.
#include "validation/drift/method.h"
#include "validation/drift/statistics.h"
#include "validation/internal/distributions.h"
#include "validation/internal/sorting.h"

namespace maru::validation::methods {
namespace {

constexpr double kLimitVariance = 0.57973626739290575;  // 2 (π² - 9) / 3
constexpr double kContinuousBelow =
    0.01;  // ties of a smaller share of the rows do not change the law noticeably
constexpr double kCellShare = 1.0 / 40;  // values rarer than this are put together in cells of this share

struct Cell {
  double below = 0, share = 0;  // share of the pooled rows below it and in it
  bool tied = false;            // one value, or a stretch of distinct ones
};

std::vector<Cell> cells_of(const ColumnPair& pair) {
  std::vector<Cell> cells;
  const double total = static_cast<double>(pair.reference_size() + pair.current_size());
  double below = 0;
  for_each_distinct(pair.reference(), pair.current(), [&](double, std::size_t a, std::size_t b) {
    const double share = static_cast<double>(a + b) / total;
    const bool tied = share >= kCellShare;
    if (!tied && !cells.empty() && !cells.back().tied && cells.back().share + share <= kCellShare) {
      cells.back().share += share;
    } else {
      cells.push_back({below, share, tied});
    }
    below += share;
  });
  return cells;
}

// Weights λ of the limiting Σ λ χ²₁: eigenvalues of √(wᵢwⱼ)·corr(Zᵢ, Zⱼ), where the statistic is Σ wᵢZᵢ² and
// Zᵢ compares the two samples' midranks at cell i.
std::vector<double> tied_weights(const std::vector<Cell>& cells) {
  const std::size_t size = cells.size();
  std::vector<double> middle(size), variance(size), matrix(size * size);
  for (std::size_t i = 0; i < size; ++i) {
    middle[i] = cells[i].below + cells[i].share / 2;
    variance[i] = middle[i] * (1 - middle[i]) - (cells[i].tied ? cells[i].share / 4 : 0);
  }
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = i; j < size; ++j) {
      const double root = std::sqrt(variance[i] * variance[j]);
      const double correlation = i == j     ? 1
                                 : root > 0 ? std::min(1.0, middle[i] * (1 - middle[j]) / root)
                                            : 0;
      matrix[i * size + j] = matrix[j * size + i] = std::sqrt(cells[i].share * cells[j].share) * correlation;
    }
  }
  std::vector<double> weights = symmetric_eigen(std::move(matrix), size).values;
  std::erase_if(weights, [](double weight) { return weight <= 1e-12; });
  return weights;
}

}  // namespace

Result<MethodOutcome> anderson_darling(ColumnPair& pair, const MethodContext&) {
  const AndersonDarling found = anderson_darling_statistic(pair);
  if (found.distinct < 2) return p_value_of(1);
  if (found.largest_tie < kContinuousBelow) {
    return p_value_of(anderson_darling_limit_sf(1 + found.standardised * std::sqrt(kLimitVariance)));
  }
  return p_value_of(weighted_chi_square_sf(tied_weights(cells_of(pair)), found.statistic));
}

}  // namespace maru::validation::methods
