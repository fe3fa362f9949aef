// Jensen-Shannon distance: the square root of the divergence, natural logarithm, so at most √ln 2 = 0.8326.
#include "validation/drift/bins.h"
#include "validation/drift/method.h"
#include "validation/drift/statistics.h"

namespace maru::validation::methods {

Result<MethodOutcome> jensenshannon(ColumnPair& pair, const MethodContext&) {
  const Shares shares = binned_shares(pair);
  return distance_of(std::sqrt(jensen_shannon_divergence(shares.reference, shares.current)));
}

}  // namespace maru::validation::methods
