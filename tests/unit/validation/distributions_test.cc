// Null laws against scipy 1.17.1, tables, and each other.
#include "validation/internal/distributions.h"

#include <gtest/gtest.h>

#include <random>

#include "validation/internal/sorting.h"

namespace maru::validation {
namespace {

struct KolmogorovCase {
  std::int64_t n;
  double d, sf;
};

TEST(Distributions, KolmogorovSmirnovOneSample) {
  for (const auto& [n, d, sf] : std::vector<KolmogorovCase>{{10, 0.1, 0.99963712},
                                                            {10, 0.274, 0.3715203845434957},
                                                            {10, 0.409, 0.05022340810547454},
                                                            {10, 0.7, 1.9544800000000034e-05},
                                                            {100, 0.05, 0.9532159710635725},
                                                            {100, 0.12, 0.10330374901819939},
                                                            {100, 0.3, 1.7719869892662917e-08},
                                                            {500, 0.02, 0.9859871786857471},
                                                            {500, 0.05, 0.15866260223815387},
                                                            {5000, 0.01, 0.6954557253913853},
                                                            {5000, 0.025, 0.0037948405200437306},
                                                            {14000, 0.0196, 4.2029085265717915e-05},
                                                            {100000, 0.003, 0.3284563327726956},
                                                            {200000, 0.002, 0.39995085369038097}}) {
    EXPECT_NEAR(kolmogorov_smirnov_sf(n, d), sf, 1e-9 + 1e-7 * sf) << n << " " << d;
  }
  EXPECT_EQ(kolmogorov_smirnov_sf(10, 0), 1);
  EXPECT_EQ(kolmogorov_smirnov_sf(10, 1), 0);
}

TEST(Distributions, KolmogorovSmirnovTwoSampleExact) {
  EXPECT_NEAR(kolmogorov_smirnov_two_sample_exact(5, 7, 4.0 / 7), 0.23737373737373738, 1e-12);
  EXPECT_NEAR(kolmogorov_smirnov_two_sample_exact(7, 5, 4.0 / 7), 0.23737373737373738, 1e-12);
  EXPECT_NEAR(kolmogorov_smirnov_two_sample_exact(8, 8, 0.5), 0.2826728826728826, 1e-12);
  EXPECT_NEAR(kolmogorov_smirnov_two_sample_exact(100, 80, 0.2), 0.04985661008315778, 1e-12);
  EXPECT_NEAR(kolmogorov_smirnov_two_sample_exact(300, 200, 0.05), 0.9149913972436401, 1e-12);
  EXPECT_NEAR(kolmogorov_smirnov_two_sample_exact(20, 20, 1), 1.4508889103849681e-11, 1e-20);
  EXPECT_EQ(kolmogorov_smirnov_two_sample_exact(20, 20, 0), 1);
}

TEST(Distributions, ClassicTails) {
  EXPECT_NEAR(chi_square_sf(3.841458820694124, 1), 0.05, 1e-12);
  EXPECT_NEAR(chi_square_sf(100, 10), 5.4497019829205215e-17, 1e-26);
  EXPECT_EQ(chi_square_sf(5, 0), 1);
  EXPECT_NEAR(student_t_two_sided(2.5, 7), 0.04099221858575289, 1e-12);
  EXPECT_NEAR(normal_two_sided(1.959963984540054), 0.05, 1e-12);
  EXPECT_NEAR(normal_quantile(0.95), 1.6448536269514722, 1e-12);
  EXPECT_NEAR(cramer_von_mises_limit_cdf(0.46136, 1e-16), 0.95, 1e-5);
  EXPECT_NEAR(fisher_exact_two_sided(3, 10, 12, 5), 0.02532768703367614, 1e-10);
  EXPECT_NEAR(fisher_exact_two_sided(1000, 20, 990, 45), 0.002281519777066971, 1e-10);
}

TEST(Distributions, SmallSamplesExactly) {
  // x = 1, 2, 3.5, 7 and y = 0.5, 4, 5, 6, 9: U = 7; Anderson's statistic 291.
  EXPECT_NEAR(mann_whitney_cdf_exact(7, 4, 5), 0.2777777777777778, 1e-12);
  EXPECT_NEAR(mann_whitney_cdf_exact(20, 4, 5), 1, 1e-12);
  EXPECT_NEAR(cramer_von_mises_two_sample_exact(291, 4, 5), 0.48412698412698413, 1e-12);
}

TEST(Distributions, AndersonDarlingLimit) {
  // Quantiles of Marsaglia and Marsaglia (2004).
  EXPECT_NEAR(anderson_darling_limit_sf(1.9329578327), 0.10, 2e-5);
  EXPECT_NEAR(anderson_darling_limit_sf(2.4923671600), 0.05, 1e-5);
  EXPECT_NEAR(anderson_darling_limit_sf(3.8781250216), 0.01, 1e-5);
  EXPECT_NEAR(anderson_darling_limit_sf(5.97), 0.001, 3e-5);
  EXPECT_NEAR(anderson_darling_limit_sf(4 - 1e-9) / anderson_darling_limit_sf(4), 1,
              0.02);  // the two formulas meet
}

TEST(Distributions, WeightedChiSquares) {
  const std::vector<double> one{1}, two{1, 1};
  EXPECT_NEAR(weighted_chi_square_sf(one, 3.8415), 0.05, 0.002);
  EXPECT_NEAR(weighted_chi_square_sf(two, 5.9915), 0.05, 0.002);
  EXPECT_NEAR(weighted_chi_square_sf(two, 20), std::exp(-10), 0.05 * std::exp(-10));
  EXPECT_NEAR(weighted_chi_square_sf(two, 2), std::exp(-1), 0.02);  // at the mean, where the formula is 0/0
  // The Anderson-Darling law is Σ χ²₁/(j(j+1)).
  std::vector<double> weights;
  for (int j = 1; j <= 200; ++j) weights.push_back(1.0 / (j * (j + 1)));
  for (const double x : {0.5, 1.5, 2.5, 4.0, 8.0}) {
    EXPECT_NEAR(weighted_chi_square_sf(weights, x) / anderson_darling_limit_sf(x), 1, 0.1) << x;
  }
}

TEST(Sorting, RadixSortAgreesWithTheStandardOne) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  std::vector<double> values;
  for (int i = 0; i < 50'000; ++i)
    values.push_back(i % 7 == 0 ? static_cast<double>(random() % 10)
                                : normal(random) * std::pow(10.0, static_cast<double>(random() % 40) - 20));
  std::vector<double> expected = values;
  std::sort(expected.begin(), expected.end());
  sort_numbers(values);
  EXPECT_EQ(values, expected);
}

TEST(Sorting, EigenvaluesOfASymmetricMatrix) {
  const Eigen eigen = symmetric_eigen({2, 1, 0, 1, 2, 1, 0, 1, 2}, 3);
  std::vector<double> values = eigen.values;
  std::sort(values.begin(), values.end());
  EXPECT_NEAR(values[0], 2 - std::sqrt(2.0), 1e-12);
  EXPECT_NEAR(values[1], 2, 1e-12);
  EXPECT_NEAR(values[2], 2 + std::sqrt(2.0), 1e-12);
}

}  // namespace
}  // namespace maru::validation
