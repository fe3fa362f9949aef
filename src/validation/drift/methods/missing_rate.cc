// Two-proportion test of the missing rates: Fisher's exact test where a cell expects fewer than five rows,
// else chi-square.
#include "validation/drift/method.h"
#include "validation/internal/distributions.h"

namespace maru::validation::methods {

Result<MethodOutcome> missing_rate(ColumnPair& pair, const MethodContext&) {
  const double a = static_cast<double>(pair.reference_missing()),
               b = static_cast<double>(pair.reference_size());
  const double c = static_cast<double>(pair.current_missing()), d = static_cast<double>(pair.current_size());
  const double total = a + b + c + d;
  if (a + c == 0 || b + d == 0) return p_value_of(1);
  constexpr double kLeastExpected = 5;
  const double least = std::min(a + c, b + d) * std::min(a + b, c + d) / total;
  if (least < kLeastExpected) {
    return p_value_of(fisher_exact_two_sided(static_cast<std::int64_t>(a), static_cast<std::int64_t>(b),
                                             static_cast<std::int64_t>(c), static_cast<std::int64_t>(d)));
  }
  const double cross = a * d - b * c;
  return p_value_of(chi_square_sf(total * cross * cross / ((a + b) * (c + d) * (a + c) * (b + d)), 1));
}

}  // namespace maru::validation::methods
