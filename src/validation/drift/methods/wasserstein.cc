// First Wasserstein distance in units of the reference's standard deviation.
#include "validation/drift/method.h"
#include "validation/drift/statistics.h"

namespace maru::validation::methods {

Result<MethodOutcome> wasserstein(ColumnPair& pair, const MethodContext&) {
  constexpr double kLeastDeviation = 0.001;  // of near-constant references
  double area = 0;
  for_each_gap(pair, [&](double width, double reference_below, double current_below) {
    area += std::abs(reference_below - current_below) * width;
  });
  const Moments moments = moments_of(pair.reference());
  const double deviation =
      std::sqrt(moments.squares / moments.count);  // the population's: n in the denominator
  return distance_of(area / std::max(deviation, kLeastDeviation));
}

}  // namespace maru::validation::methods
