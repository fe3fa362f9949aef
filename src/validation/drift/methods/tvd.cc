// Total variation distance of categories, as the p-value of a permutation test.
#include <random>

#include "validation/drift/method.h"

namespace maru::validation::methods {
namespace {

constexpr int kPermutations = 1000;

double distance_between(std::span<const std::uint64_t> reference, std::span<const std::uint64_t> totals,
                        double n, double m) {
  double sum = 0;
  for (std::size_t i = 0; i < totals.size(); ++i) {
    const double a = static_cast<double>(reference[i]), b = static_cast<double>(totals[i] - reference[i]);
    sum += std::abs(a / n - b / m);
  }
  return sum / 2;
}

// `draws` of the pooled rows without replacement, as counts a category.
std::vector<std::uint64_t> drawn(std::vector<std::uint32_t>& rows, std::size_t draws, std::size_t categories,
                                 std::mt19937_64& random) {
  std::vector<std::uint64_t> counts(categories, 0);
  for (std::size_t i = 0; i < draws; ++i) {
    const std::size_t at = i + random() % (rows.size() - i);
    std::swap(rows[i], rows[at]);
    ++counts[rows[i]];
  }
  return counts;
}

}  // namespace

Result<MethodOutcome> tvd(ColumnPair& pair, const MethodContext& context) {
  const auto& categories = pair.categories();
  std::vector<std::uint64_t> reference, totals;
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i < categories.size(); ++i) {
    reference.push_back(categories[i].reference);
    totals.push_back(categories[i].reference + categories[i].current);
    rows.insert(rows.end(), totals.back(), static_cast<std::uint32_t>(i));
  }
  const double n = static_cast<double>(pair.reference_size()), m = static_cast<double>(pair.current_size());
  const double observed = distance_between(reference, totals, n, m);
  std::mt19937_64 random(context.seed);
  int as_far = 0;
  for (int i = 0; i < kPermutations; ++i) {
    const auto counts = drawn(rows, pair.reference_size(), categories.size(), random);
    as_far += distance_between(counts, totals, n, m) >= observed - 1e-12 ? 1 : 0;
  }
  return p_value_of(static_cast<double>(as_far) / kPermutations);
}

}  // namespace maru::validation::methods
