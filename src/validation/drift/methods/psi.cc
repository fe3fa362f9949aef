// Population stability index, Σ (p - q) ln(p / q), zeros filled.
#include "validation/drift/bins.h"
#include "validation/drift/method.h"

namespace maru::validation::methods {

Result<MethodOutcome> psi(ColumnPair& pair, const MethodContext&) {
  const Shares shares = filled_shares(pair);
  double total = 0;
  for (std::size_t i = 0; i < shares.reference.size(); ++i) {
    const double p = shares.reference[i], q = shares.current[i];
    total += (p - q) * std::log(p / q);
  }
  return distance_of(total);
}

}  // namespace maru::validation::methods
