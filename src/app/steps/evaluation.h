#pragma once
// What a model version predicts for the rows of a table, whatever runtime it needs, and how good that is.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/columns.h"
#include "base/json.h"
#include "base/result.h"
#include "serving/model.h"

namespace maru::app {

// One input tensor a column that the model names; columns it does not name are left out. invalid_argument: a
// column is missing.
Result<std::vector<double>> predict_table(const serving::Model& model, const Table& table);

struct VersionCheck {
  std::string name;
  bool passed = false;
  std::string message;
};

struct VersionEvaluation {
  std::int64_t version = 0;
  std::string run_id;
  JsonObject metrics;                // {rmse, mae, r2, …, METRIC_low, METRIC_high}
  std::vector<VersionCheck> checks;  // finite, beats_mean
  std::int64_t failed_checks() const;
  JsonObject json() const;  // {version, run_id, metrics, checks: {passed, failed, failures}}
};

struct EvaluationSpec {
  std::string metric = "rmse";
  bool intervals = true;
  double training_mean = 0;  // of the label: the naive prediction that a model must beat
};

Result<VersionEvaluation> evaluate_version(const serving::Model& model, const Table& table,
                                           std::span<const double> truth, const EvaluationSpec& spec);

}  // namespace maru::app
