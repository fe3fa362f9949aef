// Likelihood-ratio (G) test. Evidently's compares raw counts and so refuses sides of different length.
#include "validation/drift/method.h"
#include "validation/internal/distributions.h"

namespace maru::validation::methods {
namespace {

double x_log_ratio(double x, double expected) { return x > 0 ? x * std::log(x / expected) : 0; }

double homogeneity_g(const std::vector<Category>& categories, double n, double m) {
  double g = 0;
  for (const auto& category : categories) {
    const double a = static_cast<double>(category.reference), b = static_cast<double>(category.current);
    g += 2 * (x_log_ratio(a, (a + b) * n / (n + m)) + x_log_ratio(b, (a + b) * m / (n + m)));
  }
  return g;
}

}  // namespace

Result<MethodOutcome> g_test(ColumnPair& pair, const MethodContext& context) {
  const auto& categories = pair.categories();
  const double degrees = static_cast<double>(categories.size()) - 1;
  const double n = static_cast<double>(pair.reference_size()), m = static_cast<double>(pair.current_size());
  if (context.mode == DriftMode::standard)
    return p_value_of(chi_square_sf(homogeneity_g(categories, n, m), degrees));
  if (pair.reference_size() != pair.current_size()) {
    return invalid(
        "column \"{}\": Evidently's g_test needs as many present values on both sides, got {} and {}",
        pair.name(), pair.reference_size(), pair.current_size());
  }
  if (categories.size() < 2) return p_value_of(std::numeric_limits<double>::quiet_NaN());  // as scipy
  double g = 0;
  for (const auto& category : categories) {
    g += 2 * x_log_ratio(static_cast<double>(category.current), static_cast<double>(category.reference));
  }
  return p_value_of(chi_square_sf(g, degrees));
}

}  // namespace maru::validation::methods
