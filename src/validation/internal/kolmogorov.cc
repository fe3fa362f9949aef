// The laws of the Kolmogorov-Smirnov statistics (declared in distributions.h).
#include <numbers>

#include "validation/internal/distributions.h"

namespace maru::validation {
namespace {

constexpr double kPi = std::numbers::pi;

// P(Dₙ⁺ ≥ d) = d Σⱼ C(n,j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j)  (Birnbaum and Tingey 1951), summed in
// logarithms.
double one_sided_sf(double n, double d) {
  const auto last = static_cast<std::int64_t>(std::floor(n * (1 - d)));
  const double log_n_factorial = std::lgamma(n + 1);
  double total = 0;
  for (std::int64_t j = 0; j <= last; ++j) {
    const double k = static_cast<double>(j);
    const double rest = 1 - d - k / n;
    double log_term =
        log_n_factorial - std::lgamma(k + 1) - std::lgamma(n - k + 1) + (k - 1) * std::log(d + k / n);
    if (n - k > 0) {
      if (rest <= 0) continue;
      log_term += (n - k) * std::log(rest);
    }
    total += std::exp(log_term);
  }
  return d * total;
}

using Matrix = std::vector<double>;

Matrix multiply(const Matrix& a, const Matrix& b, std::size_t size) {
  Matrix out(size * size, 0);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = 0; k < size; ++k) {
      const double factor = a[i * size + k];
      if (factor == 0) continue;
      for (std::size_t j = 0; j < size; ++j) out[i * size + j] += factor * b[k * size + j];
    }
  }
  return out;
}

// matrix^power with a common factor 10^exponent taken out before it overflows.
void raise(const Matrix& base, int base_exponent, std::size_t size, std::int64_t power, Matrix& out,
           int& exponent) {
  if (power == 1) {
    out = base;
    exponent = base_exponent;
    return;
  }
  raise(base, base_exponent, size, power / 2, out, exponent);
  out = multiply(out, out, size);
  exponent *= 2;
  if (power % 2 == 1) {
    out = multiply(base, out, size);
    exponent += base_exponent;
  }
  if (out[(size / 2) * size + size / 2] > 1e140) {
    for (double& value : out) value *= 1e-140;
    exponent += 140;
  }
}

// P(Dₙ < d), exact: Durbin's matrix as in Marsaglia, Tsang and Wang (2003).
double durbin_matrix_cdf(std::int64_t n, double d) {
  const double count = static_cast<double>(n);
  const auto k = static_cast<std::size_t>(count * d) + 1;
  const std::size_t size = 2 * k - 1;
  const double h = static_cast<double>(k) - count * d;
  Matrix matrix(size * size, 0);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) matrix[i * size + j] = i + 1 < j ? 0 : 1;
  }
  for (std::size_t i = 0; i < size; ++i) {
    matrix[i * size] -= std::pow(h, static_cast<double>(i + 1));
    matrix[(size - 1) * size + i] -= std::pow(h, static_cast<double>(size - i));
  }
  matrix[(size - 1) * size] += 2 * h - 1 > 0 ? std::pow(2 * h - 1, static_cast<double>(size)) : 0;
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) {
      if (i + 1 > j) matrix[i * size + j] /= std::tgamma(static_cast<double>(i - j + 2));
    }
  }
  Matrix power;
  int exponent = 0;
  raise(matrix, 0, size, n, power, exponent);
  double probability = power[(k - 1) * size + k - 1];
  for (std::int64_t i = 1; i <= n; ++i) {
    probability *= static_cast<double>(i) / count;
    if (probability < 1e-140) {
      probability *= 1e140;
      exponent -= 140;
    }
  }
  return probability * std::pow(10.0, exponent);
}

// P(Dₙ ≤ d) for large n: Kolmogorov's limit and three correction terms (Pelz and Good 1976).
double pelz_good_cdf(double n, double d) {
  const double z = std::sqrt(n) * d;
  const double z2 = z * z, z4 = z2 * z2, z6 = z4 * z2, z8 = z4 * z4;
  const double pi2 = kPi * kPi, pi4 = pi2 * pi2, pi6 = pi4 * pi2;
  std::array<double, 4> sums{};
  double k2_extra = 0, k3_extra = 0;
  const int terms = static_cast<int>(std::ceil(16 * z / kPi)) + 1;
  for (int k = terms; k >= 1; --k) {
    const double odd = 2 * k - 1, odd2 = odd * odd, odd4 = odd2 * odd2, odd6 = odd4 * odd2;
    const double weight = std::exp(-odd2 * pi2 / (8 * z2));
    sums[0] += weight;
    sums[1] += weight * (-z2 + pi2 / 4 * odd2);
    sums[2] +=
        weight * (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * pi2 / 4 * odd2 + (1 - 2 * z2) * pi4 / 16 * odd4);
    sums[3] += weight * (-30 * z6 - 90 * z8 + (135 * z4 - 96 * z6) * pi2 / 4 * odd2 +
                         (-60 * z2 + 212 * z4) * pi4 / 16 * odd4 + (5 - 30 * z2) * pi6 / 64 * odd6);
    const double even2 = static_cast<double>(k) * k;
    const double even_weight = std::exp(-even2 * pi2 / (2 * z2));
    k2_extra += even2 * even_weight;
    k3_extra += (3 * z2 - pi2 * even2) * even2 * even_weight;
  }
  const double root = std::sqrt(2 * kPi);
  const double k0 = root * sums[0] / z;
  const double k1 = root * sums[1] / (6 * z4);
  const double k2 = root * sums[2] / (72 * z6 * z) - pi2 * root / (36 * z2 * z) * k2_extra;
  const double k3 = root * sums[3] / (6480 * z8 * z2) + pi2 * root / (216 * z6) * k3_extra;
  return k0 + k1 / std::sqrt(n) + k2 / n + k3 / (n * std::sqrt(n));
}

}  // namespace

double kolmogorov_smirnov_sf(std::int64_t n, double d) {
  const double count = static_cast<double>(n);
  if (n <= 0 || count * d <= 0.5) return 1;
  if (d >= 1) return 0;
  const double squared = count * d * d;
  if (squared >= 370) return 0;
  const double upper_tail_from = n <= 140 ? 4.0 : 2.2;
  if (d >= 0.5 || squared >= upper_tail_from) return std::min(1.0, 2 * one_sided_sf(count, d));
  const bool exact = n <= 140 || (n <= 100000 && count * std::pow(d, 1.5) <= 1.4);
  const double cdf = exact ? durbin_matrix_cdf(n, d) : pelz_good_cdf(count, d);
  return std::clamp(1 - cdf, 0.0, 1.0);
}

double kolmogorov_smirnov_two_sample_exact(std::int64_t n, std::int64_t m, double d) {
  if (n < m) std::swap(n, m);
  const std::int64_t divisor = std::gcd(n, m);
  const std::int64_t n_step = m / divisor, m_step = n / divisor;  // |i·n_step - j·m_step| / lcm = |i/n - j/m|
  const double lcm = static_cast<double>(n) * static_cast<double>(n_step);
  const auto bound = static_cast<std::int64_t>(std::llround(d * lcm));
  if (bound <= 0) return 1;
  // out[j] after row i: chance that a random ordering of i and j values has strayed past the bound by there.
  // Outside the band it is 1, so only the band is walked (Viehmann 2021: no cancellation, however small the
  // answer).
  std::vector<double> out(static_cast<std::size_t>(m) + 1, 1.0);
  std::vector<double> reciprocal(static_cast<std::size_t>(n + m) + 1, 0);
  for (std::size_t i = 1; i < reciprocal.size(); ++i) reciprocal[i] = 1.0 / static_cast<double>(i);
  for (std::int64_t i = 0; i <= n; ++i) {
    // Inside: |i·n_step - j·m_step| < bound.
    const std::int64_t at = i * n_step;
    const std::int64_t first = std::max<std::int64_t>(0, at - bound < 0 ? 0 : (at - bound) / m_step + 1);
    const std::int64_t last = std::min(m, (at + bound - 1) / m_step);
    if (first > 0) out[static_cast<std::size_t>(first - 1)] = 1;
    for (std::int64_t j = first; j <= last; ++j) {
      const auto here = static_cast<std::size_t>(j);
      if (i == 0) {
        out[here] = 0;
        continue;
      }
      const double scale = reciprocal[static_cast<std::size_t>(i + j)];
      const double below = j > 0 ? out[here - 1] : 0;
      out[here] = (static_cast<double>(i) * out[here] + static_cast<double>(j) * below) * scale;
    }
  }
  return std::clamp(out[static_cast<std::size_t>(m)], 0.0, 1.0);
}

}  // namespace maru::validation
