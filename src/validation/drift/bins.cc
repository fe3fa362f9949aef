#include "validation/drift/bins.h"

namespace maru::validation {
namespace {

constexpr std::size_t kDistinctForBins = 20;

std::vector<double> shares_of(std::span<const std::uint64_t> counts, std::size_t total) {
  std::vector<double> out;
  out.reserve(counts.size());
  for (const auto count : counts) out.push_back(static_cast<double>(count) / static_cast<double>(total));
  return out;
}

void fill_zeros(std::vector<double>& shares) {
  double smallest = std::numeric_limits<double>::infinity();
  for (const double share : shares) {
    if (share != 0) smallest = std::min(smallest, share);
  }
  constexpr double kSmall = 0.0001;
  const double filler = smallest <= kSmall ? smallest / 1e6 : kSmall;
  std::replace(shares.begin(), shares.end(), 0.0, filler);
}

}  // namespace

std::vector<double> sturges_edges(double low, double high, std::size_t values, bool integers) {
  std::size_t bins = 1;
  if (low == high) {
    low -= 0.5;
    high += 0.5;
  } else {
    double width = (high - low) / (std::log2(static_cast<double>(values)) + 1);
    if (integers) width = std::max(1.0, width);
    bins = static_cast<std::size_t>(std::ceil((high - low) / width));
  }
  std::vector<double> edges(bins + 1);
  const double step = (high - low) / static_cast<double>(bins);
  for (std::size_t i = 0; i < bins; ++i) edges[i] = static_cast<double>(i) * step + low;
  edges[bins] = high;
  return edges;
}

std::vector<std::uint64_t> count_in(const std::vector<double>& sorted, std::span<const double> edges) {
  std::vector<std::uint64_t> counts;
  if (edges.size() < 2) return counts;
  auto from = std::lower_bound(sorted.begin(), sorted.end(), edges[0]);
  for (std::size_t bin = 0; bin + 1 < edges.size(); ++bin) {
    const bool last = bin + 2 == edges.size();
    const auto to = last ? std::upper_bound(from, sorted.end(), edges[bin + 1])
                         : std::lower_bound(from, sorted.end(), edges[bin + 1]);
    counts.push_back(static_cast<std::uint64_t>(to - from));
    from = to;
  }
  return counts;
}

Shares binned_shares(ColumnPair& pair) {
  if (pair.type() == DriftType::numerical &&
      pair.reference_distinct(kDistinctForBins + 1) > kDistinctForBins) {
    const auto& reference = pair.reference();
    const auto& current = pair.current();
    const auto edges = sturges_edges(std::min(reference.front(), current.front()),
                                     std::max(reference.back(), current.back()),
                                     reference.size() + current.size(), pair.has_integers());
    return {shares_of(count_in(reference, edges), reference.size()),
            shares_of(count_in(current, edges), current.size())};
  }
  std::vector<std::uint64_t> reference, current;
  for (const auto& category : pair.categories()) {
    reference.push_back(category.reference);
    current.push_back(category.current);
  }
  return {shares_of(reference, pair.reference_size()), shares_of(current, pair.current_size())};
}

Shares filled_shares(ColumnPair& pair) {
  Shares shares = binned_shares(pair);
  fill_zeros(shares.reference);
  fill_zeros(shares.current);
  return shares;
}

}  // namespace maru::validation
