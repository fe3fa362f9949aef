#include "validation/drift/verdict.h"

#include <numbers>

namespace maru::validation {

double ColumnFindings::p_value() const {
  if (values && missing) return std::min(1.0, 2 * std::min(values->p_value, missing->p_value));
  return values ? values->p_value : missing ? missing->p_value : 1;
}

std::vector<Verdict> judge(std::span<const ColumnFindings> columns, double false_discovery,
                           double least_effect) {
  std::vector<Verdict> out(columns.size());
  std::vector<std::size_t> order(columns.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](auto a, auto b) { return columns[a].p_value() < columns[b].p_value(); });
  const double total = static_cast<double>(columns.size());
  double adjusted = 1, cut = -1;
  for (std::size_t rank = columns.size(); rank > 0; --rank) {
    const double p = columns[order[rank - 1]].p_value();
    adjusted = std::min(adjusted, p * total / static_cast<double>(rank));
    out[order[rank - 1]].p_adjusted = adjusted;
    if (cut < 0 && adjusted <= false_discovery) cut = p;
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& column = columns[i];
    const double tests = column.values && column.missing ? 2 : 1;
    const auto counts = [&](const std::optional<Finding>& finding) {
      return finding && finding->p_value * tests <= cut && finding->effect >= least_effect;
    };
    out[i].values_changed = counts(column.values);
    out[i].missing_changed = counts(column.missing);
  }
  return out;
}

double corrected_distance(double distance, double n, double m) {
  constexpr double kNoise = std::numbers::pi * std::numbers::pi / 12;
  return std::sqrt(std::max(0.0, distance * distance - kNoise * (1 / n + 1 / m)));
}

double corrected_divergence(double divergence_bits, double degrees, double n, double m) {
  const double noise = degrees / (8 * std::numbers::ln2) * (1 / n + 1 / m);
  return std::min(1.0, std::sqrt(std::max(0.0, divergence_bits - noise)));
}

double corrected_difference(double p, double q, double n, double m) {
  const double pooled = (p * n + q * m) / (n + m);
  return std::sqrt(std::max(0.0, (p - q) * (p - q) - pooled * (1 - pooled) * (1 / n + 1 / m)));
}

}  // namespace maru::validation
