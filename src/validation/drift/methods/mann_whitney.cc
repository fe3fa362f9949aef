// Mann-Whitney U test. Evidently's is one-sided: it finds a current sample that is larger, and never one that
// is smaller.
#include "validation/drift/method.h"
#include "validation/internal/distributions.h"

namespace maru::validation::methods {
namespace {

constexpr std::size_t kExactLimit = 8;  // of the smaller side, without ties

struct Ranks {
  double u = 0;         // pairs in which the reference value is the larger, ties as half
  double tie_term = 0;  // Σ (t³ - t)
};

Ranks ranks_of(const ColumnPair& pair) {
  Ranks out;
  double current_below = 0;
  for_each_distinct(pair.reference(), pair.current(), [&](double, std::size_t a, std::size_t b) {
    const double in_reference = static_cast<double>(a), in_current = static_cast<double>(b),
                 ties = in_reference + in_current;
    out.u += in_reference * (current_below + in_current / 2);
    out.tie_term += ties * ties * ties - ties;
    current_below += in_current;
  });
  return out;
}

}  // namespace

Result<MethodOutcome> mann_whitney(ColumnPair& pair, const MethodContext& context) {
  const Ranks ranks = ranks_of(pair);
  const double n = static_cast<double>(pair.reference_size()), m = static_cast<double>(pair.current_size()),
               total = n + m;
  const bool two_sided = context.mode == DriftMode::standard;
  if (std::min(pair.reference_size(), pair.current_size()) <= kExactLimit && ranks.tie_term == 0) {
    const auto rows = static_cast<std::int64_t>(n), columns = static_cast<std::int64_t>(m);
    const double less = mann_whitney_cdf_exact(ranks.u, rows, columns);
    if (!two_sided) return p_value_of(less);
    return p_value_of(
        std::min(1.0, 2 * std::min(less, mann_whitney_cdf_exact(n * m - ranks.u, rows, columns))));
  }
  const double variance = n * m / 12 * (total + 1 - ranks.tie_term / (total * (total - 1)));
  if (variance <= 0) return p_value_of(1);  // every value is the same
  const double mean = n * m / 2;
  constexpr double kContinuity = 0.5;
  if (two_sided) {
    const double z = std::max(0.0, std::abs(ranks.u - mean) - kContinuity) / std::sqrt(variance);
    return p_value_of(normal_two_sided(z));
  }
  // P(U ≤ u): the statistic of the other sample, n·m - u, is large when the reference's is small.
  const double z = (n * m - ranks.u - mean - kContinuity) / std::sqrt(variance);
  return p_value_of(normal_sf(z));
}

}  // namespace maru::validation::methods
