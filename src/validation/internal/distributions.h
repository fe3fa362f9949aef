#pragma once
// Null laws of the test statistics. Pure functions; thread-safe. "sf" is the survival function, P(X > x) or,
// for discrete laws, P(X ≥ x).

#include <cstdint>
#include <span>
#include <vector>

namespace maru::validation {

double normal_two_sided(double z);  // P(|Z| ≥ |z|)
double normal_sf(double z);
double normal_quantile(double p);                // 0 < p < 1
double chi_square_sf(double x, double degrees);  // 1 for degrees ≤ 0: nothing was free to vary
double student_t_two_sided(double t, double degrees);

// P(Dₙ ≥ d) of the one-sample two-sided Kolmogorov-Smirnov statistic: exact (Marsaglia-Tsang-Wang 2003) or
// Pelz-Good below n·d² = 2.2 and twice the one-sided law above it, the cut-offs of Simard and L'Ecuyer
// (2011).
double kolmogorov_smirnov_sf(std::int64_t n, double d);
// P(D ≥ d) of the two-sample statistic over all orderings, exact for samples without ties; O(n·m) time, O(m)
// memory.
double kolmogorov_smirnov_two_sample_exact(std::int64_t n, std::int64_t m, double d);

// Limit law of the Cramér-von Mises statistic (Csörgő and Faraway 1996, eq. 1.2), the series cut at terms
// below `tolerance`.
double cramer_von_mises_limit_cdf(double x, double tolerance);
// P(U ≥ u) of the two-sample statistic over all orderings of n + m values (Xiao, Gordon, Yakovlev 2006); n, m
// ≤ 20.
double cramer_von_mises_two_sample_exact(double u, int n, int m);

// Limit law of the Anderson-Darling statistic: Marsaglia and Marsaglia (2004) to 4, above it the first two
// terms of the expansion at the singularity of its moment generating function, √3·P(χ²₁ > 2z) + …
double anderson_darling_limit_sf(double z);
// P(Σ λᵢ·χ²₁ > x) by the Lugannani-Rice saddle-point formula (Kuonen 1999); λ ≥ 0, not all zero. Relative
// error within ten per cent.
double weighted_chi_square_sf(std::span<const double> weights, double x);

// Two-sided Fisher's exact test of [[a, b], [c, d]]: the sum of the probabilities of tables no likelier than
// this one.
double fisher_exact_two_sided(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d);

// P(U ≤ u) of the Mann-Whitney statistic without ties; O(n·m·(n·m)) time: for min(n, m) ≤ 8.
double mann_whitney_cdf_exact(double u, std::int64_t n, std::int64_t m);

}  // namespace maru::validation
