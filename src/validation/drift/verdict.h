#pragma once
// From p-values and effects to "drifted", for all columns of a data set together. Pure functions.

#include <span>
#include <vector>

#include "validation/drift/column_pair.h"

namespace maru::validation {

// One thing that was tested about a column.
struct Finding {
  double p_value = 1;
  double effect = 0;  // noise-corrected: about 0 when nothing changed, at most 1
};

// A column in standard mode: its values, and its missing rates when there is a missing value on a side.
struct ColumnFindings {
  std::optional<Finding> values;
  std::optional<Finding> missing;
  // Smallest p of what was tested, times how many things were.
  double p_value() const;
};

struct Verdict {
  double p_adjusted = 1;
  bool values_changed = false, missing_changed = false;
};

// Benjamini and Hochberg (1995): of the columns reported, about `false_discovery` did not change. A finding
// counts only when its effect is at least `least_effect` too.
std::vector<Verdict> judge(std::span<const ColumnFindings> columns, double false_discovery,
                           double least_effect);

// The Kolmogorov-Smirnov distance less what sampling alone is expected to give, E[K²] = π²/12 at size
// n·m/(n+m).
double corrected_distance(double distance, double n, double m);
// Jensen-Shannon distance (base 2) of chi-square cells less sampling noise, degrees/(8 ln 2)·(1/n + 1/m)
// bits.
double corrected_divergence(double divergence_bits, double degrees, double n, double m);
// |p - q| less the noise of two proportions.
double corrected_difference(double p, double q, double n, double m);

}  // namespace maru::validation
