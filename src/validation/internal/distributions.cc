#include "validation/internal/distributions.h"

#include <numbers>

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/bessel.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>

namespace maru::validation {
namespace {

constexpr double kPi = std::numbers::pi;

double clamp_probability(double p) { return std::clamp(p, 0.0, 1.0); }

// P(Z ≤ z) for a quadratic form, parts of the Lugannani-Rice formula.
struct Cumulant {
  double value = 0, first = 0, second = 0;
};

Cumulant cumulant_of(std::span<const double> weights, double s) {
  Cumulant out;
  for (const double weight : weights) {
    const double rest = 1 - 2 * s * weight;
    out.value -= 0.5 * std::log(rest);
    out.first += weight / rest;
    out.second += 2 * weight * weight / (rest * rest);
  }
  return out;
}

// The s below 1/(2·max weight) at which the tilted mean is x.
double saddle_point(std::span<const double> weights, double x) {
  const double largest = *std::max_element(weights.begin(), weights.end());
  double low = -1 / largest, high = 1 / (2 * largest) * (1 - 1e-14);
  while (cumulant_of(weights, low).first > x) low *= 2;
  for (int step = 0; step < 200 && high - low > 1e-15 * std::abs(high); ++step) {
    const double middle = (low + high) / 2;
    (cumulant_of(weights, middle).first < x ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

double normal_sf(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }
double normal_quantile(double p) { return std::numbers::sqrt2 * boost::math::erf_inv(2 * p - 1); }
double normal_two_sided(double z) { return std::erfc(std::abs(z) / std::numbers::sqrt2); }

double chi_square_sf(double x, double degrees) {
  if (degrees <= 0 || x <= 0) return 1;
  if (std::isinf(x)) return 0;
  return boost::math::gamma_q(degrees / 2, x / 2);
}

double student_t_two_sided(double t, double degrees) {
  if (std::isinf(t)) return 0;
  const boost::math::students_t law(degrees);
  return clamp_probability(2 * boost::math::cdf(boost::math::complement(law, std::abs(t))));
}

double cramer_von_mises_limit_cdf(double x, double tolerance) {
  double total = 0;
  for (int k = 0;; ++k) {
    const double y = 4 * k + 1;
    const double q = y * y / (16 * x);
    const double u =
        std::exp(std::lgamma(k + 0.5) - std::lgamma(k + 1.0)) / (std::pow(kPi, 1.5) * std::sqrt(x));
    const double term = u * std::sqrt(y) * std::exp(-q) * boost::math::cyl_bessel_k(0.25, q);
    total += term;
    if (std::abs(term) < tolerance) return total;
  }
}

double anderson_darling_limit_sf(double z) {
  if (z <= 0) return 1;
  if (z < 2) {
    const double cdf =
        std::exp(-1.2337141 / z) / std::sqrt(z) *
        (2.00012 + (.247105 - (.0649821 - (.0347962 - (.011672 - .00168691 * z) * z) * z) * z) * z);
    return clamp_probability(1 - cdf);
  }
  if (z < 4) {
    const double inner = 1.0776 - (2.30695 - (.43424 - (.082433 - (.008056 - .0003146 * z) * z) * z) * z) * z;
    return -std::expm1(-std::exp(inner));
  }
  const double first = std::erfc(std::sqrt(z));
  const double second = std::exp(-z) / std::sqrt(kPi * z) - first;
  return std::sqrt(3.0) * (first + 11.0 / 18.0 * second);
}

double weighted_chi_square_sf(std::span<const double> weights, double x) {
  if (x <= 0) return 1;
  const double mean = std::accumulate(weights.begin(), weights.end(), 0.0);
  // The formula has a removable singularity at the mean: step over it.
  if (std::abs(x - mean) < 1e-4 * mean) {
    return (weighted_chi_square_sf(weights, mean * (1 - 1e-3)) +
            weighted_chi_square_sf(weights, mean * (1 + 1e-3))) /
           2;
  }
  const double s = saddle_point(weights, x);
  const Cumulant at = cumulant_of(weights, s);
  const double w = std::copysign(std::sqrt(std::max(0.0, 2 * (s * x - at.value))), s);
  const double v = s * std::sqrt(at.second);
  return clamp_probability(normal_sf(w + std::log(v / w) / w));
}

double fisher_exact_two_sided(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) {
  const std::int64_t row = a + b, other_row = c + d, column = a + c;
  if (row == 0 || other_row == 0 || column == 0 || b + d == 0) return 1;
  const auto log_choose = [](double n, double k) {
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
  };
  const double total = log_choose(static_cast<double>(row + other_row), static_cast<double>(column));
  const auto log_probability = [&](std::int64_t x) {
    return log_choose(static_cast<double>(row), static_cast<double>(x)) +
           log_choose(static_cast<double>(other_row), static_cast<double>(column - x)) - total;
  };
  const double observed = log_probability(a) + 1e-7;  // tables as likely as this one, up to rounding, count
  double p = 0;
  for (std::int64_t x = std::max<std::int64_t>(0, column - other_row); x <= std::min(row, column); ++x) {
    const double log_p = log_probability(x);
    if (log_p <= observed) p += std::exp(log_p);
  }
  return std::min(1.0, p);
}

double mann_whitney_cdf_exact(double u, std::int64_t n, std::int64_t m) {
  if (n > m) std::swap(n, m);
  const auto size = static_cast<std::size_t>(n * m + 1);
  // counts[j][u]: orderings of j values of the smaller sample among i of the larger with statistic u, as
  // probabilities.
  std::vector<std::vector<double>> chance(static_cast<std::size_t>(n + 1), std::vector<double>(size, 0));
  for (auto& row : chance) row[0] = 1;
  for (std::int64_t i = 1; i <= m; ++i) {
    for (std::int64_t j = 1; j <= n; ++j) {
      auto& here = chance[static_cast<std::size_t>(j)];
      const auto& before = chance[static_cast<std::size_t>(j - 1)];
      const double large = static_cast<double>(i) / static_cast<double>(i + j);
      for (std::int64_t v = j * i; v >= 0; --v) {
        const auto at = static_cast<std::size_t>(v);
        // The largest value is from the larger sample, or from the smaller, which then beats all i.
        here[at] = large * (v <= j * (i - 1) ? here[at] : 0) +
                   (1 - large) * (v >= i ? before[at - static_cast<std::size_t>(i)] : 0);
      }
    }
  }
  double p = 0;
  const auto& law = chance[static_cast<std::size_t>(n)];
  for (std::size_t v = 0; v < size && static_cast<double>(v) <= u + 1e-9; ++v) p += law[v];
  return clamp_probability(p);
}

double cramer_von_mises_two_sample_exact(double u, int n, int m) {
  const std::int64_t lcm = std::lcm(n, m);
  const std::int64_t a = lcm / n, b = lcm / m, mn = static_cast<std::int64_t>(n) * m;
  const double zeta = std::floor(static_cast<double>(lcm) * static_cast<double>(lcm) * (n + m) *
                                 (6 * u - static_cast<double>(mn) * (4.0 * static_cast<double>(mn) - 1)) /
                                 (6.0 * static_cast<double>(mn) * static_cast<double>(mn)));
  // paths[v]: for lattice points (u, v), how many paths end there with which sum of squared gaps.
  using Law = std::map<std::int64_t, double>;
  std::vector<Law> paths(static_cast<std::size_t>(n) + 1);
  paths[0][0] = 1;
  for (int y = 0; y <= m; ++y) {
    Law from_left;
    for (int x = 0; x <= n; ++x) {
      Law merged = std::move(from_left);
      for (const auto& [sum, count] : paths[static_cast<std::size_t>(x)]) merged[sum] += count;
      const std::int64_t gap = a * x - b * y;
      Law shifted;
      for (const auto& [sum, count] : merged) shifted.emplace_hint(shifted.end(), sum + gap * gap, count);
      paths[static_cast<std::size_t>(x)] = shifted;
      from_left = std::move(shifted);
    }
  }
  double above = 0, all = 0;
  for (const auto& [sum, count] : paths[static_cast<std::size_t>(n)]) {
    all += count;
    if (static_cast<double>(sum) >= zeta) above += count;
  }
  return above / all;
}

}  // namespace maru::validation
