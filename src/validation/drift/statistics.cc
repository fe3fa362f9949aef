#include "validation/drift/statistics.h"

#include <numbers>

namespace maru::validation {
namespace {

// The variance of A² under the null without ties, for two samples (Scholz and Stephens 1987, eq. 4).
double anderson_darling_variance(double n, double m) {
  const double total = n + m;
  const auto count = static_cast<std::int64_t>(total);
  double harmonic = 0;
  for (std::int64_t i = 1; i < count; ++i) harmonic += 1 / static_cast<double>(i);
  double g = 0, partial = 0;
  for (std::int64_t i = 1; i <= count - 2; ++i) {
    partial += 1 / static_cast<double>(i);
    g += (harmonic - partial) / (total - static_cast<double>(i));
  }
  const double h = harmonic, sizes = 1 / n + 1 / m, k = 2;
  const double a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * sizes;
  const double b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * sizes - 8 * h + 4 * g - 6;
  const double c = (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * sizes + 4 * h;
  const double d = (2 * h + 6) * k * k - 4 * h * k;
  return (((a * total + b) * total + c) * total + d) / ((total - 1) * (total - 2) * (total - 3));
}

}  // namespace

Moments moments_of(std::span<const double> values) {
  Moments out;
  out.count = static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) sum += value;
  out.mean = sum / out.count;
  for (const double value : values) out.squares += (value - out.mean) * (value - out.mean);
  return out;
}

double quantile_of(std::span<const double> sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  if (low + 1 >= sorted.size()) return sorted.back();
  const double part = at - static_cast<double>(low);
  return sorted[low] + (sorted[low + 1] - sorted[low]) * part;
}

double kolmogorov_smirnov_distance(const ColumnPair& pair) {
  const double n = static_cast<double>(pair.reference_size()), m = static_cast<double>(pair.current_size());
  double in_reference = 0, in_current = 0, largest = 0;
  for_each_distinct(pair.reference(), pair.current(), [&](double, std::size_t a, std::size_t b) {
    in_reference += static_cast<double>(a);
    in_current += static_cast<double>(b);
    largest = std::max(largest, std::abs(in_reference / n - in_current / m));
  });
  return largest;
}

double jensen_shannon_divergence(std::span<const double> p, std::span<const double> q) {
  const double p_total = std::accumulate(p.begin(), p.end(), 0.0),
               q_total = std::accumulate(q.begin(), q.end(), 0.0);
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double a = p[i] / p_total, b = q[i] / q_total, middle = (a + b) / 2;
    if (a > 0) sum += a * std::log(a / middle);
    if (b > 0) sum += b * std::log(b / middle);
  }
  return std::max(0.0, sum / 2);
}

AndersonDarling anderson_darling_statistic(const ColumnPair& pair) {
  AndersonDarling out;
  const double n = static_cast<double>(pair.reference_size()), m = static_cast<double>(pair.current_size()),
               total = n + m;
  double below = 0, reference_below = 0, sum = 0;
  for_each_distinct(pair.reference(), pair.current(), [&](double, std::size_t a, std::size_t b) {
    const double ties = static_cast<double>(a + b), in_reference = static_cast<double>(a);
    const double middle = below + ties / 2;
    const double gap =
        total * (reference_below + in_reference / 2) - middle * n;  // the other sample's is its negative
    const double spread = middle * (total - middle) - total * ties / 4;
    if (spread > 0) sum += ties / total * gap * gap / spread;
    below += ties;
    reference_below += in_reference;
    ++out.distinct;
    out.largest_tie = std::max(out.largest_tie, ties / total);
  });
  out.statistic = (total - 1) / total * sum * (1 / n + 1 / m);
  out.standardised = total > 3 ? (out.statistic - 1) / std::sqrt(anderson_darling_variance(n, m)) : 0;
  return out;
}

Homogeneity homogeneity_of(std::span<const Category> categories) {
  double n = 0, m = 0;
  for (const auto& category : categories) {
    n += static_cast<double>(category.reference);
    m += static_cast<double>(category.current);
  }
  Homogeneity out;
  if (n == 0 || m == 0) return out;
  constexpr double kLeastExpected = 5;
  const double smaller_share = std::min(n, m) / (n + m);
  std::vector<std::pair<double, double>> cells;
  for (const auto& category : categories) cells.emplace_back(category.reference, category.current);
  // Rarest first, so that what is put together is what must be.
  std::sort(cells.begin(), cells.end(),
            [](const auto& a, const auto& b) { return a.first + a.second < b.first + b.second; });
  std::vector<std::pair<double, double>> pooled;
  std::pair<double, double> rare{0, 0};
  for (const auto& cell : cells) {
    const bool rare_is_open =
        (rare.first + rare.second) > 0 && (rare.first + rare.second) * smaller_share < kLeastExpected;
    if ((cell.first + cell.second) * smaller_share < kLeastExpected || rare_is_open) {
      rare.first += cell.first;
      rare.second += cell.second;
    } else {
      pooled.push_back(cell);
    }
  }
  if (rare.first + rare.second > 0) pooled.push_back(rare);
  std::vector<double> p, q;
  for (const auto& [a, b] : pooled) {
    p.push_back(a);
    q.push_back(b);
    const double gap = a / n - b / m;
    out.statistic += n * m * gap * gap / (a + b);
  }
  out.divergence_bits = jensen_shannon_divergence(p, q) / std::numbers::ln2;
  out.degrees = static_cast<double>(pooled.size()) - 1;
  return out;
}

}  // namespace maru::validation
