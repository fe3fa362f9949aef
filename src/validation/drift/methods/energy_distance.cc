// Energy distance, √(2 ∫ (F - G)²): in the column's own unit under Evidently, in reference standard
// deviations otherwise.
#include "validation/drift/method.h"
#include "validation/drift/statistics.h"

namespace maru::validation::methods {

Result<MethodOutcome> energy_distance(ColumnPair& pair, const MethodContext& context) {
  double area = 0;
  for_each_gap(pair, [&](double width, double reference_below, double current_below) {
    const double gap = reference_below - current_below;
    area += gap * gap * width;
  });
  double scale = 1;
  if (context.mode == DriftMode::standard) {
    const Moments moments = moments_of(pair.reference());
    scale = moments.squares > 0 ? std::sqrt(moments.squares / moments.count) : 1;
  }
  return distance_of(std::sqrt(2 * area / scale));
}

}  // namespace maru::validation::methods
