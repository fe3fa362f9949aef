// Fisher's exact test of a binary column. Evidently's refuses missing values and sides of different length.
#include "validation/drift/method.h"
#include "validation/internal/distributions.h"

namespace maru::validation::methods {

Result<MethodOutcome> fisher_exact(ColumnPair& pair, const MethodContext& context) {
  const auto& categories = pair.categories();
  if (categories.size() > 2) {
    return invalid("column \"{}\": fisher_exact needs a binary column, got {} values", pair.name(),
                   categories.size());
  }
  if (context.mode == DriftMode::evidently && pair.reference_size() != pair.current_size()) {
    return invalid("column \"{}\": Evidently's fisher_exact needs as many rows on both sides, got {} and {}",
                   pair.name(), pair.reference_size(), pair.current_size());
  }
  if (categories.size() < 2) return p_value_of(1);
  const auto count = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  return p_value_of(fisher_exact_two_sided(count(categories[0].reference), count(categories[1].reference),
                                           count(categories[0].current), count(categories[1].current)));
}

}  // namespace maru::validation::methods
