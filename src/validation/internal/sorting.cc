#include "validation/internal/sorting.h"

namespace maru::validation {
namespace {

constexpr std::size_t kRadixFrom = 4096;  // shorter inputs: std::sort is as fast
constexpr unsigned kDigitBits = 11;
constexpr std::size_t kDigits = 6;  // 6 × 11 ≥ 64
constexpr std::size_t kBuckets = 1u << kDigitBits;

// Order-preserving: negative numbers reversed and below positive ones.
std::uint64_t key_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return bits ^ ((bits >> 63) != 0 ? ~std::uint64_t{0} : std::uint64_t{1} << 63);
}
double value_of(std::uint64_t key) {
  return std::bit_cast<double>(key ^ ((key >> 63) != 0 ? std::uint64_t{1} << 63 : ~std::uint64_t{0}));
}
std::size_t digit_of(std::uint64_t key, std::size_t pass) {
  return (key >> (pass * kDigitBits)) & (kBuckets - 1);
}

void rotate(std::vector<double>& a, std::vector<double>& vectors, std::size_t size, std::size_t p,
            std::size_t q) {
  const double off = a[p * size + q];
  if (off == 0) return;
  const double theta = (a[q * size + q] - a[p * size + p]) / (2 * off);
  const double t = std::copysign(1.0, theta) / (std::abs(theta) + std::sqrt(theta * theta + 1));
  const double c = 1 / std::sqrt(t * t + 1), s = t * c;
  for (std::size_t k = 0; k < size; ++k) {
    const double left = a[k * size + p], right = a[k * size + q];
    a[k * size + p] = c * left - s * right;
    a[k * size + q] = s * left + c * right;
  }
  for (std::size_t k = 0; k < size; ++k) {
    const double left = a[p * size + k], right = a[q * size + k];
    a[p * size + k] = c * left - s * right;
    a[q * size + k] = s * left + c * right;
  }
  for (std::size_t k = 0; k < size; ++k) {
    const double left = vectors[k * size + p], right = vectors[k * size + q];
    vectors[k * size + p] = c * left - s * right;
    vectors[k * size + q] = s * left + c * right;
  }
}

}  // namespace

void sort_numbers(std::vector<double>& values) {
  if (values.size() < kRadixFrom) {
    std::sort(values.begin(), values.end());
    return;
  }
  std::vector<std::uint64_t> keys(values.size()), spare(values.size());
  std::vector<std::array<std::uint32_t, kBuckets>> counts(kDigits);
  for (auto& digit : counts) digit.fill(0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    keys[i] = key_of(values[i]);
    for (std::size_t pass = 0; pass < kDigits; ++pass) ++counts[pass][digit_of(keys[i], pass)];
  }
  for (std::size_t pass = 0; pass < kDigits; ++pass) {
    auto& count = counts[pass];
    if (count[digit_of(keys[0], pass)] == keys.size()) continue;  // all agree on this digit
    std::uint32_t start = 0;
    for (auto& bucket : count) start += std::exchange(bucket, start);
    for (const std::uint64_t key : keys) spare[count[digit_of(key, pass)]++] = key;
    keys.swap(spare);
  }
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = value_of(keys[i]);
}

Eigen symmetric_eigen(std::vector<double> matrix, std::size_t size) {
  Eigen out;
  out.vectors.assign(size * size, 0);
  for (std::size_t i = 0; i < size; ++i) out.vectors[i * size + i] = 1;
  constexpr int kSweepLimit = 60;
  for (int sweep = 0; sweep < kSweepLimit; ++sweep) {
    double off = 0, diagonal = 0;
    for (std::size_t i = 0; i < size; ++i) {
      diagonal += matrix[i * size + i] * matrix[i * size + i];
      for (std::size_t j = i + 1; j < size; ++j) off += matrix[i * size + j] * matrix[i * size + j];
    }
    if (off <= 1e-30 * diagonal) break;
    for (std::size_t p = 0; p < size; ++p) {
      for (std::size_t q = p + 1; q < size; ++q) rotate(matrix, out.vectors, size, p, q);
    }
  }
  for (std::size_t i = 0; i < size; ++i) out.values.push_back(matrix[i * size + i]);
  return out;
}

}  // namespace maru::validation
