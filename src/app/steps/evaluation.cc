#include "app/steps/evaluation.h"

#include "training/metrics.h"

namespace maru::app {
namespace {

constexpr double kConfidence = 0.95;
constexpr int kBootstrapSamples = 200;
constexpr std::uint64_t kBootstrapSeed = 1;

Result<std::vector<serving::Tensor>> column_tensors(const serving::ModelMetadata& metadata,
                                                    const Table& table) {
  const auto rows = static_cast<std::int64_t>(table.rows());
  std::vector<serving::Tensor> tensors;
  for (const auto& input : metadata.inputs) {
    MARU_ASSIGN(const Column* column, table.column(input.name));
    if (column->type() == ColumnType::text) {
      std::vector<std::string> texts;
      for (std::size_t row = 0; row < table.rows(); ++row) texts.emplace_back(column->text(row));
      tensors.push_back(serving::Tensor::of_texts(input.name, {rows, 1}, texts));
      continue;
    }
    std::vector<double> values(table.rows());
    for (std::size_t row = 0; row < table.rows(); ++row) values[row] = column->number(row);
    tensors.push_back(serving::Tensor::of<double>(input.name, {rows, 1}, values));
  }
  return tensors;
}

std::vector<VersionCheck> checks_of(std::span<const double> truth, std::span<const double> predicted,
                                    const EvaluationSpec& spec) {
  const bool finite =
      std::all_of(predicted.begin(), predicted.end(), [](double value) { return std::isfinite(value); });
  std::vector<VersionCheck> checks{
      {"finite", finite,
       finite ? "every prediction is a finite number" : "some predictions are NaN or infinite"}};
  if (!finite) return checks;
  const std::vector<double> naive(truth.size(), spec.training_mean);
  const double ours = training::regression_metrics(truth, predicted).rmse,
               mean = training::regression_metrics(truth, naive).rmse;
  checks.push_back({"beats_mean", ours < mean,
                    fmt::format("rmse {:.4g} against {:.4g} of always saying the mean", ours, mean)});
  return checks;
}

}  // namespace

Result<std::vector<double>> predict_table(const serving::Model& model, const Table& table) {
  MARU_ASSIGN(const auto inputs, column_tensors(model.metadata(), table));
  MARU_ASSIGN(const auto outputs, model.predict(inputs));
  if (outputs.empty() || outputs.front().elements() < table.rows()) {
    return invalid("the model answered {} values for {} rows; expected one a row in its first output",
                   outputs.empty() ? 0 : outputs.front().elements(), table.rows());
  }
  // The first column of the first output: the value, or a classifier's label.
  const std::size_t stride = outputs.front().elements() / table.rows();
  std::vector<double> predicted(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) predicted[row] = outputs.front().number(row * stride);
  return predicted;
}

std::int64_t VersionEvaluation::failed_checks() const {
  return std::count_if(checks.begin(), checks.end(), [](const VersionCheck& check) { return !check.passed; });
}

JsonObject VersionEvaluation::json() const {
  JsonArray failures;
  for (const auto& check : checks) {
    if (!check.passed) failures.push_back(JsonObject{{"check", check.name}, {"message", check.message}});
  }
  return {{"version", version},
          {"run_id", run_id},
          {"metrics", metrics},
          {"checks",
           {{"passed", static_cast<std::int64_t>(checks.size()) - failed_checks()},
            {"failed", failed_checks()},
            {"failures", std::move(failures)}}}};
}

Result<VersionEvaluation> evaluate_version(const serving::Model& model, const Table& table,
                                           std::span<const double> truth, const EvaluationSpec& spec) {
  MARU_ASSIGN(const auto metric, training::metric_named(spec.metric));
  MARU_ASSIGN(const auto predicted, predict_table(model, table));
  VersionEvaluation evaluation;
  evaluation.checks = checks_of(truth, predicted, spec);
  if (evaluation.failed_checks() > 0 && !evaluation.checks.front().passed) return evaluation;
  evaluation.metrics = training::regression_metrics(truth, predicted).json();
  evaluation.metrics[metric.name] = metric.compute(truth, predicted);
  if (spec.intervals) {
    const auto interval = training::bootstrap_interval(metric, truth, predicted, kConfidence,
                                                       kBootstrapSamples, kBootstrapSeed);
    evaluation.metrics[metric.name + "_low"] = interval.low;
    evaluation.metrics[metric.name + "_high"] = interval.high;
  }
  return evaluation;
}

}  // namespace maru::app
