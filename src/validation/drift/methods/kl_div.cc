// Kullback-Leibler divergence of the current shares from the reference's, natural logarithm; zeros filled,
// then both made to sum to one again.
#include "validation/drift/bins.h"
#include "validation/drift/method.h"

namespace maru::validation::methods {

Result<MethodOutcome> kl_div(ColumnPair& pair, const MethodContext&) {
  const Shares shares = filled_shares(pair);
  const double p_total = std::accumulate(shares.reference.begin(), shares.reference.end(), 0.0);
  const double q_total = std::accumulate(shares.current.begin(), shares.current.end(), 0.0);
  double total = 0;
  for (std::size_t i = 0; i < shares.reference.size(); ++i) {
    const double p = shares.reference[i] / p_total, q = shares.current[i] / q_total;
    total += p * std::log(p / q);
  }
  return distance_of(total);
}

}  // namespace maru::validation::methods
