#pragma once
// Whether current data still follows the law of reference data, column by column.
//
// Mode `standard` is for monitors: a test that holds its level (Anderson-Darling for numbers, chi-square
// homogeneity with rare categories pooled, a two-proportion test of missing rates), a least effect size
// corrected for sampling noise, and Benjamini-Hochberg control over the columns. Mode `evidently` reproduces
// Evidently 0.7.23's choices and numbers. Pure functions; thread-safe. detect_drift uses up to
// DriftOptions::threads threads of its own while it runs.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/columns.h"
#include "base/json.h"
#include "base/result.h"
#include "validation/profile.h"

namespace maru::validation {

enum class DriftMode : std::uint8_t { standard, evidently };
std::string_view name_of(DriftMode mode);  // "default", "compat:evidently"
Result<DriftMode> drift_mode(std::string_view name);

enum class DriftType : std::uint8_t { numerical, categorical, text, timestamp };
std::string_view name_of(DriftType type);  // "numerical", "categorical", "text", "datetime"
Result<DriftType> drift_type(std::string_view name);

// Named as Evidently names its stat tests, plus our own four.
enum class DriftMethod : std::uint8_t {
  ks,
  wasserstein,
  psi,
  jensenshannon,
  kl_div,
  hellinger,
  energy_distance,
  anderson,
  cramer_von_mises,
  epps_singleton,
  mann_whitney,
  t_test,
  empirical_mmd,
  chisquare,
  z,
  g_test,
  fisher_exact,
  tvd,
  anderson_darling,        // two-sided p from the asymptotic law, unclipped
  chisquare_homogeneity,   // both sides random, rare categories pooled
  missing_rate,            // the column could not be compared otherwise: only its missing rates were
  abs_text_content_drift,  // free text: ROC-AUC of a classifier that tells the sides apart
  perc_text_content_drift,
  text_classifier,  // the same as a test
};
std::string_view name_of(DriftMethod method);  // "ks", "ed", "es", "mannw", "TVD", "anderson_darling", …
Result<DriftMethod> drift_method(std::string_view name);  // invalid_argument names the nearest
std::vector<std::string> drift_method_names();

struct DriftOptions {
  DriftMode mode = DriftMode::standard;
  // Columns to compare; empty means every column of the reference that the current data has too.
  std::vector<std::string> columns;
  std::map<std::string, DriftType> types;  // declared; others are inferred
  // The method: per column, else per type, else for all, else the mode's own choice.
  std::map<std::string, DriftMethod> method_by_column;
  std::map<DriftType, DriftMethod> method_by_type;
  std::optional<DriftMethod> method;
  // The threshold, with the same precedence; else the method's own.
  std::map<std::string, double> threshold_by_column;
  std::map<DriftType, double> threshold_by_type;
  std::optional<double> threshold;
  double drift_share = 0.5;       // the data set drifted when at least this share of the tested columns did
  double false_discovery = 0.05;  // standard: expected share of false alarms among the columns reported
  double least_effect = 0.02;     // standard: smaller noise-corrected effects are not drift, however sure
  std::size_t threads = 2;
  std::uint64_t seed = 0;  // of the permutation methods
};

struct ColumnDrift {
  std::string name;
  DriftType type = DriftType::numerical;
  DriftMethod method = DriftMethod::ks;
  double score = 0;  // compared with `threshold`: a p-value or a distance; NaN only where Evidently says NaN
  std::optional<double> p_value;  // of methods that have one
  double threshold = 0;
  bool drifted = false;
  // Standard mode: p after Benjamini-Hochberg, the noise-corrected effect (KS distance for numbers,
  // Jensen-Shannon distance in base 2 for categories), and which side of the column changed: "", "values",
  // "missing" or "values and missing".
  std::optional<double> p_adjusted;
  std::optional<double> effect_size;
  std::string reason;
  std::uint64_t reference_rows = 0, current_rows = 0;
  double reference_missing_share = 0, current_missing_share = 0;
  // For plots: numbers share `edges`; categories share `labels` (most frequent first, the rest as "(other)").
  std::vector<double> edges;
  std::vector<std::string> labels;
  std::vector<std::uint64_t> reference_counts, current_counts;
};

// A column that was asked for and not tested, and why.
struct SkippedColumn {
  std::string name;
  std::string reason;
};

struct DriftReport {
  DriftMode mode = DriftMode::standard;
  std::vector<ColumnDrift> columns;  // in reference order
  std::vector<SkippedColumn> skipped;
  double share = 0;  // drifted / tested; 0 when none was tested
  std::vector<std::string> drifted_columns;
  double drift_share = 0.5;
  bool dataset_drift = false;
  std::uint64_t reference_rows = 0, current_rows = 0;
  const ColumnDrift* find(std::string_view name) const;
};

// invalid_argument: no rows on a side, an unknown column in the options (with the nearest), a method that
// cannot take a column's type. In `evidently` mode a method that Evidently itself refuses on this data is an
// error naming the column; in `standard` mode it is not: the column is skipped with the reason.
Result<DriftReport> detect_drift(const Table& reference, const Table& current,
                                 const DriftOptions& options = {});

// {"mode", "columns": {name: {"type", "method", "score", "p_value", "threshold", "drifted", …}},
//  "dataset": {"columns", "drifted", "drifted_columns", "share", "drift_share", "dataset_drift", …},
//  "skipped": {name: reason}}
JsonObject json_of(const DriftReport& report);

}  // namespace maru::validation
