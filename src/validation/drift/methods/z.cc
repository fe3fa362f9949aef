// Two-proportion pooled z test of "not the first value in sorted order".
#include "validation/drift/method.h"
#include "validation/internal/distributions.h"

namespace maru::validation::methods {

Result<MethodOutcome> z(ColumnPair& pair, const MethodContext&) {
  const auto& categories = pair.categories();
  if (categories.size() < 2) return p_value_of(1);
  const double n = static_cast<double>(pair.reference_size()), m = static_cast<double>(pair.current_size());
  const double a = n - static_cast<double>(categories.front().reference),
               b = m - static_cast<double>(categories.front().current);
  const double pooled = (a + b) / (n + m);
  return p_value_of(normal_two_sided((a / n - b / m) / std::sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))));
}

}  // namespace maru::validation::methods
