#pragma once
// Statistics that several methods share. Samples are ascending; sides are never empty.

#include <span>
#include <vector>

#include "validation/drift/column_pair.h"

namespace maru::validation {

struct Moments {
  double count = 0, mean = 0;
  double squares = 0;  // Σ (x - mean)²
};
Moments moments_of(std::span<const double> values);

// Linear between neighbours, as numpy's default. `sorted` not empty.
double quantile_of(std::span<const double> sorted, double share);

// sup |F - G|.
double kolmogorov_smirnov_distance(const ColumnPair& pair);

// Natural logarithm; both sides are made to sum to one.
double jensen_shannon_divergence(std::span<const double> p, std::span<const double> q);

struct AndersonDarling {
  double statistic = 0;  // A² of Scholz and Stephens (1987), eq. 7, midranks; its null mean is 1 for any ties
  double standardised = 0;  // (A² - 1) / σ, σ without ties
  std::size_t distinct = 0;
  double largest_tie = 0;  // share of the pooled rows
};
AndersonDarling anderson_darling_statistic(const ColumnPair& pair);

// Pearson's statistic of the 2×k table, categories that expect fewer than five rows on a side put together:
// pooling looks at totals only, so the test keeps its level.
struct Homogeneity {
  double statistic = 0;
  double degrees = 0;
  double divergence_bits = 0;  // Jensen-Shannon, of the same cells
};
Homogeneity homogeneity_of(std::span<const Category> categories);

// Calls visit(width, F, G) for each stretch between neighbouring distinct values of the two samples.
template <class Visit>
void for_each_gap(const ColumnPair& pair, Visit&& visit) {
  const double n = static_cast<double>(pair.reference_size()), m = static_cast<double>(pair.current_size());
  double in_reference = 0, in_current = 0, previous = 0;
  bool first = true;
  for_each_distinct(pair.reference(), pair.current(), [&](double value, std::size_t a, std::size_t b) {
    if (!first) visit(value - previous, in_reference / n, in_current / m);
    first = false;
    previous = value;
    in_reference += static_cast<double>(a);
    in_current += static_cast<double>(b);
  });
}

}  // namespace maru::validation
