#pragma once
// Can a classifier tell reference texts from current ones? TF-IDF words and a linear model, trained on one
// half of the distinct texts and asked about the other half.

#include <cstdint>
#include <span>

#include "validation/drift/column_pair.h"

namespace maru::validation {

struct DomainClassifier {
  double roc_auc = 0.5;                         // on the held-out half; 0.5 when a side of it is empty
  double reference_held = 0, current_held = 0;  // rows in it
  double p_value = 1;  // one-sided Mann-Whitney of the held-out scores: copies of one text are ties
};
// Deterministic for a seed. Every copy of a text is on the same side of the split, so that nothing is learned
// by heart; at most kTextLimit distinct texts are used, evenly taken.
inline constexpr std::size_t kTextLimit = 40'000;
DomainClassifier domain_classifier(std::span<const Category> texts, std::uint64_t seed);

}  // namespace maru::validation
