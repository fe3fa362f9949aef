// k-sample Anderson-Darling test with midranks, p interpolated in Scholz and Stephens' (1987) table 2 and so
// cut to [0.001, 0.25].
#include "validation/drift/method.h"
#include "validation/drift/statistics.h"

namespace maru::validation::methods {
namespace {

// Least-squares parabola through the points, evaluated at x: what numpy.polyval(numpy.polyfit(xs, ys, 2), x)
// gives.
double parabola_at(std::span<const double> xs, std::span<const double> ys, double x) {
  // Normal equations around the mean of xs, which keeps them well conditioned.
  const double centre = std::accumulate(xs.begin(), xs.end(), 0.0) / static_cast<double>(xs.size());
  std::array<double, 5> powers{};
  std::array<double, 3> right{};
  for (std::size_t i = 0; i < xs.size(); ++i) {
    double power = 1;
    for (std::size_t k = 0; k < 5; ++k) {
      powers[k] += power;
      if (k < 3) right[k] += power * ys[i];
      power *= xs[i] - centre;
    }
  }
  std::array<std::array<double, 4>, 3> rows{};
  for (std::size_t r = 0; r < 3; ++r) {
    for (std::size_t c = 0; c < 3; ++c) rows[r][c] = powers[r + c];
    rows[r][3] = right[r];
  }
  for (std::size_t pivot = 0; pivot < 3; ++pivot) {
    for (std::size_t r = 0; r < 3; ++r) {
      if (r == pivot) continue;
      const double factor = rows[r][pivot] / rows[pivot][pivot];
      for (std::size_t c = pivot; c < 4; ++c) rows[r][c] -= factor * rows[pivot][c];
    }
  }
  const double u = x - centre;
  return rows[0][3] / rows[0][0] + u * (rows[1][3] / rows[1][1] + u * rows[2][3] / rows[2][2]);
}

}  // namespace

Result<MethodOutcome> anderson(ColumnPair& pair, const MethodContext&) {
  const AndersonDarling found = anderson_darling_statistic(pair);
  if (found.distinct < 2) return p_value_of(1);  // the table has no answer for a constant column
  static constexpr std::array<double, 7> kB0{0.675, 1.281, 1.645, 1.96, 2.326, 2.573, 3.085};
  static constexpr std::array<double, 7> kB1{-0.245, 0.25, 0.678, 1.149, 1.822, 2.364, 3.615};
  static constexpr std::array<double, 7> kB2{-0.105, -0.305, -0.362, -0.391, -0.396, -0.345, -0.154};
  static constexpr std::array<double, 7> kLevels{0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001};
  std::array<double, 7> critical{}, logs{};
  for (std::size_t i = 0; i < critical.size(); ++i) {
    critical[i] = kB0[i] + kB1[i] + kB2[i];  // two samples: the table's m is 1
    logs[i] = std::log(kLevels[i]);
  }
  if (found.standardised < critical.front()) return p_value_of(kLevels.front());
  if (found.standardised > critical.back()) return p_value_of(kLevels.back());
  return p_value_of(std::exp(parabola_at(critical, logs, found.standardised)));
}

}  // namespace maru::validation::methods
