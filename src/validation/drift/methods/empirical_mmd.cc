// Maximum mean discrepancy with an RBF kernel whose width is the median heuristic on the reference, as the
// p-value of 100 permutations. Quadratic in rows, so refused above a named limit rather than left to exhaust
// the machine.
#include <random>

#include "validation/drift/method.h"

namespace maru::validation::methods {
namespace {

constexpr std::size_t kRowLimit = 4000;  // both sides together: 16M kernel values, 64 MiB
constexpr int kPermutations = 100;

// Half the median of the n² squared distances (the zeros of the diagonal among them), as in numpy's
// method="nearest".
double squared_width(const std::vector<double>& values) {
  std::vector<double> distances;
  distances.reserve(values.size() * values.size());
  for (const double a : values) {
    for (const double b : values) distances.push_back((a - b) * (a - b));
  }
  const auto middle = static_cast<std::size_t>(std::nearbyint(static_cast<double>(distances.size() - 1) / 2));
  std::nth_element(distances.begin(), distances.begin() + static_cast<std::ptrdiff_t>(middle),
                   distances.end());
  return 0.5 * distances[middle];
}

class Kernel {
 public:
  Kernel(const std::vector<double>& values, double squared_width)
      : size_(values.size()), values_(size_ * size_) {
    for (std::size_t i = 0; i < size_; ++i) {
      for (std::size_t j = 0; j < size_; ++j) {
        const double gap = values[i] - values[j];
        values_[i * size_ + j] = i == j ? 0 : static_cast<float>(std::exp(-gap * gap / (2 * squared_width)));
      }
    }
  }
  // The discrepancy between the rows order[0 … n) and the others.
  double discrepancy(std::span<const std::uint32_t> order, std::size_t n) const {
    std::vector<float> side(size_, -1);
    for (std::size_t i = 0; i < n; ++i) side[order[i]] = 1;
    double within_first = 0, within_second = 0, between = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const float* row = &values_[i * size_];
      float first = 0, all = 0;
      for (std::size_t j = 0; j < size_; ++j) {
        all += row[j];
        first += row[j] * side[j];
      }
      const double to_first = (all + first) / 2, to_second = (all - first) / 2;
      (side[i] > 0 ? within_first : within_second) += side[i] > 0 ? to_first : to_second;
      if (side[i] > 0) between += to_second;
    }
    const double a = static_cast<double>(n), b = static_cast<double>(size_ - n);
    return within_first / (a * (a - 1)) + within_second / (b * (b - 1)) - 2 * between / (a * b);
  }

 private:
  std::size_t size_;
  std::vector<float> values_;
};

}  // namespace

Result<MethodOutcome> empirical_mmd(ColumnPair& pair, const MethodContext& context) {
  std::vector<double> values = pair.reference();
  values.insert(values.end(), pair.current().begin(), pair.current().end());
  if (values.size() > kRowLimit || std::min(pair.reference_size(), pair.current_size()) < 2) {
    return invalid("column \"{}\": empirical_mmd takes from 2 values a side to {} in all, got {}",
                   pair.name(), kRowLimit, values.size());
  }
  const double width = squared_width(pair.reference());
  if (width == 0 && context.mode == DriftMode::evidently)
    return p_value_of(0);  // its kernel is NaN, which is never as far
  if (width == 0)
    return invalid("column \"{}\": empirical_mmd needs a median distance above zero in the reference",
                   pair.name());
  const Kernel kernel(values, width);
  std::vector<std::uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0u);
  const double observed = kernel.discrepancy(order, pair.reference_size());
  std::mt19937_64 random(context.seed);
  int as_far = 0;
  for (int i = 0; i < kPermutations; ++i) {
    std::shuffle(order.begin(), order.end(), random);
    as_far += kernel.discrepancy(order, pair.reference_size()) >= observed - 1e-9 ? 1 : 0;
  }
  return p_value_of(static_cast<double>(as_far) / kPermutations);
}

}  // namespace maru::validation::methods
