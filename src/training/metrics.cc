#include "training/metrics.h"

#include "base/ids.h"

namespace maru::training {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
using Values = std::span<const double>;

double mean_of(Values values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Mann-Whitney: the share of (1, 0) pairs that are in order, by ranks; ties get their mean rank.
double area_under_roc(Values truth, Values probability) {
  std::vector<std::size_t> order(truth.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t row) { return probability[row]; });
  double positive_ranks = 0;
  double positives = 0;
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    while (end < order.size() && probability[order[end]] == probability[order[begin]]) ++end;
    const double rank = (static_cast<double>(begin + 1) + static_cast<double>(end)) / 2;
    for (; begin < end; ++begin) {
      if (truth[order[begin]] < 0.5) continue;
      positive_ranks += rank;
      positives += 1;
    }
  }
  const double negatives = static_cast<double>(truth.size()) - positives;
  if (positives == 0 || negatives == 0) return kNaN;
  return (positive_ranks - positives * (positives + 1) / 2) / (positives * negatives);
}

struct Confusion {
  double true_positive = 0, false_positive = 0, true_negative = 0, false_negative = 0;
};
Confusion confusion(Values truth, Values probability, double threshold) {
  Confusion counts;
  for (std::size_t row = 0; row < truth.size(); ++row) {
    const bool called = probability[row] >= threshold;
    const bool is = truth[row] >= 0.5;
    (called ? (is ? counts.true_positive : counts.false_positive)
            : (is ? counts.false_negative : counts.true_negative)) += 1;
  }
  return counts;
}

double ratio_or_zero(double numerator, double denominator) {
  return denominator == 0 ? 0 : numerator / denominator;
}

template <auto Member>
double regression(Values truth, Values predicted) {
  return regression_metrics(truth, predicted).*Member;
}
template <auto Member>
double binary(Values truth, Values predicted) {
  return binary_metrics(truth, predicted).*Member;
}

const std::vector<Metric>& all_metrics() {
  using enum Direction;
  static const std::vector<Metric> metrics{
      {"rmse", lower_is_better, regression<&RegressionMetrics::rmse>},
      {"mae", lower_is_better, regression<&RegressionMetrics::mae>},
      {"r2", higher_is_better, regression<&RegressionMetrics::r2>},
      {"mape", lower_is_better, regression<&RegressionMetrics::mape>},
      {"max_error", lower_is_better, regression<&RegressionMetrics::max_error>},
      {"log_loss", lower_is_better, binary<&BinaryMetrics::log_loss>},
      {"auc", higher_is_better, binary<&BinaryMetrics::auc>},
      {"accuracy", higher_is_better, binary<&BinaryMetrics::accuracy>},
      {"precision", higher_is_better, binary<&BinaryMetrics::precision>},
      {"recall", higher_is_better, binary<&BinaryMetrics::recall>},
      {"f1", higher_is_better, binary<&BinaryMetrics::f1>},
      {"brier", lower_is_better, binary<&BinaryMetrics::brier>},
  };
  return metrics;
}

// Values of `statistic` over `samples` resamplings of `rows` rows with replacement; the two quantiles around
// the middle.
template <class Statistic>
Interval bootstrap(std::size_t rows, double confidence, int samples, std::uint64_t seed,
                   Statistic&& statistic) {
  if (rows == 0 || samples <= 0) return {kNaN, kNaN};
  std::mt19937_64 random(seed);
  std::vector<std::size_t> picked(rows);
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(samples));
  for (int sample = 0; sample < samples; ++sample) {
    for (auto& row : picked) row = random() % rows;  // the bias of % is below 2^-40 for any table we hold
    const double value = statistic(std::span<const std::size_t>(picked));
    if (!std::isnan(value)) values.push_back(value);
  }
  if (values.empty()) return {kNaN, kNaN};
  std::ranges::sort(values);
  const auto quantile = [&](double q) {
    const double at = q * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const auto above = std::min(below + 1, values.size() - 1);
    return std::lerp(values[below], values[above], at - static_cast<double>(below));
  };
  const double tail = (1 - confidence) / 2;
  return {quantile(tail), quantile(1 - tail)};
}

void gather(Values from, std::span<const std::size_t> rows, std::vector<double>& to) {
  to.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) to[i] = from[rows[i]];
}

}  // namespace

JsonObject RegressionMetrics::json() const {
  return {{"rmse", rmse}, {"mae", mae}, {"r2", r2}, {"mape", mape}, {"max_error", max_error}};
}

RegressionMetrics regression_metrics(Values truth, Values predicted) {
  if (truth.empty()) return {kNaN, kNaN, kNaN, kNaN, kNaN};
  const auto count = static_cast<double>(truth.size());
  const double mean = mean_of(truth);
  double squares = 0, absolute = 0, relative = 0, largest = 0, total = 0;
  for (std::size_t row = 0; row < truth.size(); ++row) {
    const double error = std::abs(truth[row] - predicted[row]);
    squares += error * error;
    absolute += error;
    relative += error / std::max(std::abs(truth[row]), std::numeric_limits<double>::epsilon());
    largest = std::max(largest, error);
    total += (truth[row] - mean) * (truth[row] - mean);
  }
  const double r2 = total > 0 ? 1 - squares / total : (squares == 0 ? 1.0 : 0.0);
  return {std::sqrt(squares / count), absolute / count, r2, relative / count, largest};
}

JsonObject BinaryMetrics::json() const {
  return {{"log_loss", log_loss}, {"auc", auc}, {"accuracy", accuracy}, {"precision", precision},
          {"recall", recall},     {"f1", f1},   {"brier", brier}};
}

BinaryMetrics binary_metrics(Values truth, Values probability, double threshold) {
  if (truth.empty()) return {kNaN, kNaN, kNaN, kNaN, kNaN, kNaN, kNaN};
  const auto count = static_cast<double>(truth.size());
  BinaryMetrics metrics;
  for (std::size_t row = 0; row < truth.size(); ++row) {
    const double p = std::clamp(probability[row], 1e-15, 1 - 1e-15);
    metrics.log_loss -= (truth[row] >= 0.5 ? std::log(p) : std::log1p(-p)) / count;
    metrics.brier += (truth[row] - probability[row]) * (truth[row] - probability[row]) / count;
  }
  const auto counts = confusion(truth, probability, threshold);
  metrics.auc = area_under_roc(truth, probability);
  metrics.accuracy = (counts.true_positive + counts.true_negative) / count;
  metrics.precision = ratio_or_zero(counts.true_positive, counts.true_positive + counts.false_positive);
  metrics.recall = ratio_or_zero(counts.true_positive, counts.true_positive + counts.false_negative);
  metrics.f1 = ratio_or_zero(2 * metrics.precision * metrics.recall, metrics.precision + metrics.recall);
  return metrics;
}

Result<Metric> metric_named(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& metric : all_metrics()) {
    if (metric.name == name) return metric;
    names.push_back(metric.name);
  }
  return invalid("metric \"{}\" is unknown{}: expected one of {}", name, did_you_mean(name, names),
                 fmt::join(names, ", "));
}

Interval bootstrap_interval(const Metric& metric, Values truth, Values predicted, double confidence,
                            int samples, std::uint64_t seed) {
  std::vector<double> sampled_truth, sampled;
  return bootstrap(truth.size(), confidence, samples, seed, [&](std::span<const std::size_t> rows) {
    gather(truth, rows, sampled_truth);
    gather(predicted, rows, sampled);
    return metric.compute(sampled_truth, sampled);
  });
}

Interval bootstrap_difference(const Metric& metric, Values truth, Values a, Values b, double confidence,
                              int samples, std::uint64_t seed) {
  std::vector<double> sampled_truth, sampled_a, sampled_b;
  return bootstrap(truth.size(), confidence, samples, seed, [&](std::span<const std::size_t> rows) {
    gather(truth, rows, sampled_truth);
    gather(a, rows, sampled_a);
    gather(b, rows, sampled_b);
    return metric.compute(sampled_truth, sampled_a) - metric.compute(sampled_truth, sampled_b);
  });
}

}  // namespace maru::training
