// Chi-square tests of category counts. Evidently's takes the reference shares as exactly known (goodness of
// fit), which doubles the variance of its statistic when both sides are samples; homogeneity knows that both
// are.
#include "validation/drift/method.h"
#include "validation/drift/statistics.h"
#include "validation/internal/distributions.h"

namespace maru::validation::methods {

Result<MethodOutcome> chisquare_homogeneity(ColumnPair& pair, const MethodContext&) {
  const Homogeneity found = homogeneity_of(pair.categories());
  return p_value_of(chi_square_sf(found.statistic, found.degrees));
}

Result<MethodOutcome> chisquare(ColumnPair& pair, const MethodContext& context) {
  if (context.mode == DriftMode::standard) return chisquare_homogeneity(pair, context);
  // One value has no degree of freedom: scipy answers NaN, which alarms at no threshold.
  if (pair.categories().size() < 2) return p_value_of(std::numeric_limits<double>::quiet_NaN());
  const double scale = static_cast<double>(pair.current_size()) / static_cast<double>(pair.reference_size());
  double statistic = 0;
  for (const auto& category : pair.categories()) {
    const double expected = static_cast<double>(category.reference) * scale;
    const double gap = static_cast<double>(category.current) - expected;
    statistic += expected > 0 ? gap * gap / expected : std::numeric_limits<double>::infinity();
  }
  return p_value_of(chi_square_sf(statistic, static_cast<double>(pair.categories().size()) - 1));
}

}  // namespace maru::validation::methods
