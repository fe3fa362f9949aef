// Two-sample Cramér-von Mises test with midranks (Anderson 1962): exact up to 20 values a side, else the
// limiting law of the standardised statistic.
#include "validation/drift/method.h"
#include "validation/internal/distributions.h"

namespace maru::validation::methods {
namespace {

constexpr std::size_t kExactLimit = 20;
constexpr double kEvidentlyTolerance =
    1e-7;  // where Evidently stops summing: its smallest p is noise of this size
constexpr double kTolerance = 1e-16;

// Anderson's U: n Σ (rᵢ - i)² + m Σ (sⱼ - j)² over the midranks of each sample.
double rank_statistic(const ColumnPair& pair) {
  double reference_sum = 0, current_sum = 0;
  double below = 0, in_reference = 0, in_current = 0;
  const auto squares = [](double midrank, double first, double count) {
    // Σ (midrank - i)² for i = first + 1 … first + count.
    const double gap = midrank - first - (count + 1) / 2;
    return count * gap * gap + count * (count * count - 1) / 12;
  };
  for_each_distinct(pair.reference(), pair.current(), [&](double, std::size_t a, std::size_t b) {
    const double ties = static_cast<double>(a + b);
    const double midrank = below + (ties + 1) / 2;
    reference_sum += squares(midrank, in_reference, static_cast<double>(a));
    current_sum += squares(midrank, in_current, static_cast<double>(b));
    below += ties;
    in_reference += static_cast<double>(a);
    in_current += static_cast<double>(b);
  });
  return in_reference * reference_sum + in_current * current_sum;
}

}  // namespace

Result<MethodOutcome> cramer_von_mises(ColumnPair& pair, const MethodContext& context) {
  if (std::min(pair.reference_size(), pair.current_size()) < 2) {
    return invalid("column \"{}\": cramer_von_mises needs two values a side", pair.name());
  }
  const double u = rank_statistic(pair);
  const double n = static_cast<double>(pair.reference_size()), m = static_cast<double>(pair.current_size());
  if (std::max(pair.reference_size(), pair.current_size()) <= kExactLimit) {
    return p_value_of(cramer_von_mises_two_sample_exact(u, static_cast<int>(n), static_cast<int>(m)));
  }
  const double k = n * m, total = n + m;
  const double statistic = u / (k * total) - (4 * k - 1) / (6 * total);
  const double expected = (1 + 1 / total) / 6;
  const double variance =
      (total + 1) * (4 * k * total - 3 * (n * n + m * m) - 2 * k) / (45 * total * total * 4 * k);
  const double standardised = 1.0 / 6 + (statistic - expected) / std::sqrt(45 * variance);
  constexpr double kSurelyOne = 0.003;
  if (standardised < kSurelyOne) return p_value_of(1);
  const double tolerance = context.mode == DriftMode::evidently ? kEvidentlyTolerance : kTolerance;
  return p_value_of(std::max(0.0, 1 - cramer_von_mises_limit_cdf(standardised, tolerance)));
}

}  // namespace maru::validation::methods
