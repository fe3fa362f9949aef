// Two-sample two-sided Kolmogorov-Smirnov test.
#include "validation/drift/method.h"
#include "validation/drift/statistics.h"
#include "validation/internal/distributions.h"

namespace maru::validation::methods {

// As scipy.stats.ks_2samp(method="auto"): exact up to this many values on the larger side, else the
// one-sample law at the effective size n·m/(n+m).
constexpr std::size_t kExactLimit = 10000;

Result<MethodOutcome> ks(ColumnPair& pair, const MethodContext&) {
  const double distance = kolmogorov_smirnov_distance(pair);
  const auto n = static_cast<std::int64_t>(pair.reference_size()),
             m = static_cast<std::int64_t>(pair.current_size());
  if (std::max(pair.reference_size(), pair.current_size()) <= kExactLimit) {
    return p_value_of(kolmogorov_smirnov_two_sample_exact(n, m, distance));
  }
  const double effective = static_cast<double>(n) * static_cast<double>(m) / static_cast<double>(n + m);
  return p_value_of(kolmogorov_smirnov_sf(static_cast<std::int64_t>(std::nearbyint(effective)), distance));
}

}  // namespace maru::validation::methods
