// Student's t test of two means: equal variances under Evidently, Welch's otherwise.
#include "validation/drift/method.h"
#include "validation/drift/statistics.h"
#include "validation/internal/distributions.h"

namespace maru::validation::methods {

Result<MethodOutcome> t_test(ColumnPair& pair, const MethodContext& context) {
  const Moments reference = moments_of(pair.reference()), current = moments_of(pair.current());
  if (reference.count < 2 || current.count < 2)
    return invalid("column \"{}\": t_test needs two values a side", pair.name());
  const double difference = reference.mean - current.mean;
  double degrees = reference.count + current.count - 2;
  double error = 0;
  if (context.mode == DriftMode::evidently) {
    const double pooled = (reference.squares + current.squares) / degrees;
    error = std::sqrt(pooled * (1 / reference.count + 1 / current.count));
  } else {
    const double a = reference.squares / (reference.count - 1) / reference.count;
    const double b = current.squares / (current.count - 1) / current.count;
    error = std::sqrt(a + b);
    if (error > 0)
      degrees = (a + b) * (a + b) / (a * a / (reference.count - 1) + b * b / (current.count - 1));
  }
  if (error == 0) return p_value_of(difference == 0 ? 1 : 0);
  return p_value_of(student_t_two_sided(difference / error, degrees));
}

}  // namespace maru::validation::methods
