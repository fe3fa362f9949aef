// Hellinger distance √(1 - Σ √(p q)). Numbers are binned by Sturges' rule applied to the distinct pooled
// values, not to the rows: fewer bins than the other binned distances use.
#include "validation/drift/bins.h"
#include "validation/drift/method.h"

namespace maru::validation::methods {

Result<MethodOutcome> hellinger(ColumnPair& pair, const MethodContext&) {
  double overlap = 0;
  const double n = static_cast<double>(pair.reference_size()), m = static_cast<double>(pair.current_size());
  if (pair.type() == DriftType::numerical) {
    const auto& reference = pair.reference();
    const auto& current = pair.current();
    std::size_t distinct = 0;
    for_each_distinct(reference, current, [&](double, std::size_t, std::size_t) { ++distinct; });
    const auto edges =
        sturges_edges(std::min(reference.front(), current.front()),
                      std::max(reference.back(), current.back()), distinct, pair.has_integers());
    const auto in_reference = count_in(reference, edges), in_current = count_in(current, edges);
    for (std::size_t i = 0; i < in_reference.size(); ++i) {
      overlap +=
          std::sqrt(static_cast<double>(in_reference[i]) / n * (static_cast<double>(in_current[i]) / m));
    }
  } else {
    for (const auto& category : pair.categories()) {
      overlap += std::sqrt(static_cast<double>(category.reference) / n *
                           (static_cast<double>(category.current) / m));
    }
  }
  return distance_of(std::sqrt(1 - std::clamp(overlap, 0.0, 1.0)));
}

}  // namespace maru::validation::methods
