// Drift of free text: how well a classifier tells the two sides apart. Evidently judges the ROC-AUC by a
// number, or by what random classifiers reach; ours is a test: the held-out half was not learned from, so its
// ranks have a known law.
#include "validation/drift/method.h"
#include "validation/internal/distributions.h"
#include "validation/internal/text_classifier.h"

namespace maru::validation::methods {

Result<MethodOutcome> abs_text_content_drift(ColumnPair& pair, const MethodContext& context) {
  return distance_of(domain_classifier(pair.categories(), context.seed).roc_auc);
}

// The threshold is a percentile of random classifiers' ROC-AUC, whose law is normal but for tiny samples.
Result<MethodOutcome> perc_text_content_drift(ColumnPair& pair, const MethodContext& context) {
  if (!(context.threshold > 0 && context.threshold < 1)) {
    return invalid(
        "column \"{}\": the threshold of perc_text_content_drift is a percentile between 0 and 1, got {}",
        pair.name(), context.threshold);
  }
  const DomainClassifier found = domain_classifier(pair.categories(), context.seed);
  const double n = found.reference_held, m = found.current_held;
  MethodOutcome out = distance_of(found.roc_auc);
  const double deviation = n * m > 0 ? std::sqrt((n + m + 1) / (12 * n * m)) : 1;
  out.critical_score = 0.5 + normal_quantile(context.threshold) * deviation;
  return out;
}

Result<MethodOutcome> text_classifier(ColumnPair& pair, const MethodContext& context) {
  MethodOutcome out = p_value_of(1);
  const DomainClassifier found = domain_classifier(pair.categories(), context.seed);
  out.score = found.p_value;
  out.p_value = found.p_value;
  const double n = found.reference_held, m = found.current_held;
  const double advantage = std::max(0.0, 2 * found.roc_auc - 1);
  const double noise = n * m > 0 ? (n + m + 1) / (3 * n * m) : 1;
  out.effect = std::sqrt(std::max(0.0, advantage * advantage - noise));
  return out;
}

}  // namespace maru::validation::methods
