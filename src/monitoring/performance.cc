#include "monitoring/performance.h"

#include "base/ids.h"

namespace maru::monitoring {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct Pairs {
  std::vector<double> prediction, truth;
  std::size_t size() const { return truth.size(); }
};

template <class Term>
double mean_of(const Pairs& pairs, Term&& term) {
  double sum = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) sum += term(pairs.prediction[i], pairs.truth[i]);
  return pairs.size() == 0 ? kNone : sum / static_cast<double>(pairs.size());
}

double rmse(const Pairs& pairs) {
  return std::sqrt(mean_of(pairs, [](double p, double t) { return (p - t) * (p - t); }));
}
double mae(const Pairs& pairs) {
  return mean_of(pairs, [](double p, double t) { return std::abs(p - t); });
}
double bias(const Pairs& pairs) {
  return mean_of(pairs, [](double p, double t) { return p - t; });
}
double mape(const Pairs& pairs) {
  Pairs used;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (pairs.truth[i] == 0) continue;
    used.prediction.push_back(pairs.prediction[i]);
    used.truth.push_back(pairs.truth[i]);
  }
  return mean_of(used, [](double p, double t) { return std::abs((p - t) / t); });
}
double max_error(const Pairs& pairs) {
  double most = pairs.size() == 0 ? kNone : 0;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    most = std::max(most, std::abs(pairs.prediction[i] - pairs.truth[i]));
  return most;
}
double r2(const Pairs& pairs) {
  const double mean = mean_of(pairs, [](double, double t) { return t; });
  const double spread = mean_of(pairs, [&](double, double t) { return (t - mean) * (t - mean); });
  const double error = mean_of(pairs, [](double p, double t) { return (p - t) * (p - t); });
  return spread > 0 ? 1 - error / spread : kNone;
}
double accuracy(const Pairs& pairs) {
  return mean_of(pairs, [](double p, double t) { return (p >= 0.5) == (t >= 0.5) ? 1.0 : 0.0; });
}
double log_loss(const Pairs& pairs) {
  static constexpr double kLeast =
      1e-15;  // as scikit-learn: a sure and wrong answer costs much, not everything
  return mean_of(pairs, [](double p, double t) {
    const double chance = std::clamp(p, kLeast, 1 - kLeast);
    return -(t * std::log(chance) + (1 - t) * std::log(1 - chance));
  });
}
// The chance that a positive scores above a negative, ties as half: from midranks.
double roc_auc(const Pairs& pairs) {
  std::vector<std::size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](auto a, auto b) { return pairs.prediction[a] < pairs.prediction[b]; });
  double rank_sum = 0, positives = 0;
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    while (to < order.size() && pairs.prediction[order[to]] == pairs.prediction[order[from]]) ++to;
    const double midrank = static_cast<double>(from + to + 1) / 2;
    for (std::size_t i = from; i < to; ++i) {
      if (pairs.truth[order[i]] < 0.5) continue;
      rank_sum += midrank;
      ++positives;
    }
    from = to;
  }
  const double negatives = static_cast<double>(pairs.size()) - positives;
  if (positives == 0 || negatives == 0) return kNone;
  return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives);
}

struct Metric {
  std::string_view name;
  Better better;
  double (*compute)(const Pairs&);
};
constexpr Metric kMetrics[] = {
    {"rmse", Better::smaller, rmse},           {"mae", Better::smaller, mae},
    {"mape", Better::smaller, mape},           {"bias", Better::smaller, bias},
    {"max_error", Better::smaller, max_error}, {"r2", Better::larger, r2},
    {"accuracy", Better::larger, accuracy},    {"log_loss", Better::smaller, log_loss},
    {"roc_auc", Better::larger, roc_auc},
};

}  // namespace

Better better_of(std::string_view metric) {
  for (const auto& known : kMetrics) {
    if (known.name == metric) return known.better;
  }
  return Better::smaller;
}

std::vector<std::string> metric_names() {
  std::vector<std::string> out;
  for (const auto& metric : kMetrics) out.emplace_back(metric.name);
  return out;
}

Result<double> metric_of(std::string_view metric, std::span<const double> predictions,
                         std::span<const double> truths) {
  const auto* known =
      std::find_if(std::begin(kMetrics), std::end(kMetrics), [&](const auto& m) { return m.name == metric; });
  if (known == std::end(kMetrics)) {
    const auto names = metric_names();
    return invalid("unknown metric \"{}\"{}; known are {}", metric, did_you_mean(metric, names),
                   fmt::join(names, ", "));
  }
  Pairs pairs;
  for (std::size_t i = 0; i < std::min(predictions.size(), truths.size()); ++i) {
    if (!std::isfinite(predictions[i]) || !std::isfinite(truths[i])) continue;
    pairs.prediction.push_back(predictions[i]);
    pairs.truth.push_back(truths[i]);
  }
  return known->compute(pairs);
}

}  // namespace maru::monitoring
