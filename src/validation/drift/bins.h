#pragma once
// Binned shares of two samples: what PSI, Jensen-Shannon, KL and Hellinger compare.

#include <span>
#include <vector>

#include "validation/drift/column_pair.h"

namespace maru::validation {

struct Shares {
  std::vector<double> reference, current;  // counts / present values, same bins
};

// Edges as numpy.histogram_bin_edges(…, bins="sturges") gives them: ⌈range / (range / (log2(n) + 1))⌉ equal
// bins over [low, high]; for integers no narrower than 1; [low - 0.5, low + 0.5] when low = high.
std::vector<double> sturges_edges(double low, double high, std::size_t values, bool integers);
// Counts of an ascending sample in bins [e₀,e₁), …, [eₙ₋₁,eₙ].
std::vector<std::uint64_t> count_in(const std::vector<double>& sorted, std::span<const double> edges);

// Evidently's: a numerical column with more than 20 distinct reference values in Sturges bins of the pooled
// values, anything else one bin a distinct value.
Shares binned_shares(ColumnPair& pair);
// Zeros replaced, separately a side: by the smallest share / 10⁶ when that share is ≤ 10⁻⁴, else by 10⁻⁴.
Shares filled_shares(ColumnPair& pair);

}  // namespace maru::validation
