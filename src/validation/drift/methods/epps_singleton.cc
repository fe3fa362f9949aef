// Epps-Singleton test (1986) at t = 0.4 and 0.8: compares empirical characteristic functions.
#include "validation/drift/method.h"
#include "validation/drift/statistics.h"
#include "validation/internal/distributions.h"
#include "validation/internal/sorting.h"

namespace maru::validation::methods {
namespace {

constexpr std::size_t kParts = 4;  // cos and sin at two points
constexpr double kPoints[] = {0.4, 0.8};
constexpr double kSmallSample = 25;

struct Characteristic {
  std::array<double, kParts> mean{};
  std::array<double, kParts * kParts> covariance{};  // n in the denominator
};

std::array<double, kParts> parts_of(double value, double scale) {
  const double a = kPoints[0] * value / scale, b = kPoints[1] * value / scale;
  return {std::cos(a), std::cos(b), std::sin(a), std::sin(b)};
}

Characteristic characteristic_of(const std::vector<double>& values, double scale) {
  Characteristic out;
  const double n = static_cast<double>(values.size());
  for (const double value : values) {
    const auto parts = parts_of(value, scale);
    for (std::size_t i = 0; i < kParts; ++i) out.mean[i] += parts[i] / n;
  }
  for (const double value : values) {
    const auto parts = parts_of(value, scale);
    for (std::size_t i = 0; i < kParts; ++i) {
      for (std::size_t j = 0; j < kParts; ++j) {
        out.covariance[i * kParts + j] += (parts[i] - out.mean[i]) * (parts[j] - out.mean[j]) / n;
      }
    }
  }
  return out;
}

}  // namespace

Result<MethodOutcome> epps_singleton(ColumnPair& pair, const MethodContext&) {
  const double n = static_cast<double>(pair.reference_size()), m = static_cast<double>(pair.current_size()),
               total = n + m;
  if (std::min(n, m) < 5) return invalid("column \"{}\": es needs five values a side", pair.name());
  std::vector<double> pooled(pair.reference().size() + pair.current().size());
  std::merge(pair.reference().begin(), pair.reference().end(), pair.current().begin(), pair.current().end(),
             pooled.begin());
  const double scale = (quantile_of(pooled, 0.75) - quantile_of(pooled, 0.25)) / 2;
  if (scale == 0) {
    return invalid(
        "column \"{}\": es needs an interquartile range above zero, and the middle half of the values is "
        "constant",
        pair.name());
  }
  const Characteristic reference = characteristic_of(pair.reference(), scale),
                       current = characteristic_of(pair.current(), scale);
  std::vector<double> covariance(kParts * kParts);
  for (std::size_t i = 0; i < covariance.size(); ++i) {
    covariance[i] = total / n * reference.covariance[i] + total / m * current.covariance[i];
  }
  const Eigen eigen = symmetric_eigen(std::move(covariance), kParts);
  const double largest = *std::max_element(eigen.values.begin(), eigen.values.end());
  double statistic = 0, rank = 0;
  for (std::size_t k = 0; k < kParts; ++k) {
    if (eigen.values[k] <= 1e-15 * largest) continue;  // the pseudo-inverse's cut
    double projection = 0;
    for (std::size_t i = 0; i < kParts; ++i)
      projection += eigen.vectors[i * kParts + k] * (reference.mean[i] - current.mean[i]);
    statistic += total * projection * projection / eigen.values[k];
    ++rank;
  }
  if (std::max(n, m) < kSmallSample) {
    statistic /= 1 + std::pow(total, -0.45) + 10.1 * (std::pow(n, -1.7) + std::pow(m, -1.7));
  }
  return p_value_of(chi_square_sf(statistic, rank));
}

}  // namespace maru::validation::methods
