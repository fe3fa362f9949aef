#include "validation/drift/choice.h"

namespace maru::validation {
namespace {

constexpr std::size_t kFewWholeNumbers = 10;
constexpr double kMostlyDistinct = 0.5;
constexpr std::size_t kSmallReference = 1000;
constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

bool is_free_text(std::size_t distinct, std::size_t present) {
  return static_cast<double>(distinct) > kMostlyDistinct * static_cast<double>(present);
}

}  // namespace

DriftType infer_type(ColumnPair& pair, const Column& current, DriftMode mode) {
  const bool evidently = mode == DriftMode::evidently;
  switch (current.type()) {
    case ColumnType::timestamp:
      return DriftType::timestamp;
    case ColumnType::boolean:
      return DriftType::categorical;
    case ColumnType::float64:
      return DriftType::numerical;
    case ColumnType::int64: {
      if (!pair.has_integers() || (evidently && current.null_count() > 0)) return DriftType::numerical;
      const std::size_t distinct =
          evidently ? pair.current_distinct(kFewWholeNumbers + 1) : pair.distinct(kFewWholeNumbers + 1);
      return distinct <= kFewWholeNumbers ? DriftType::categorical : DriftType::numerical;
    }
    case ColumnType::text: {
      const bool by_current = evidently || pair.current_size() > pair.reference_size();
      const bool free_text = by_current ? is_free_text(pair.current_distinct(kAny), pair.current_size())
                                        : is_free_text(pair.reference_distinct(kAny), pair.reference_size());
      return free_text ? DriftType::text : DriftType::categorical;
    }
  }
  return DriftType::numerical;
}

DriftMethod evidently_choice(ColumnPair& pair) {
  const bool small = pair.reference_size() <= kSmallReference;
  if (pair.type() == DriftType::text)
    return small ? DriftMethod::perc_text_content_drift : DriftMethod::abs_text_content_drift;
  constexpr std::size_t kFewNumbers = 5;
  const std::size_t distinct = pair.distinct(kFewNumbers + 1);
  const bool many_numbers = pair.type() == DriftType::numerical && distinct > kFewNumbers;
  if (small) {
    if (many_numbers) return DriftMethod::ks;
    return distinct > 2 ? DriftMethod::chisquare : DriftMethod::z;
  }
  return many_numbers ? DriftMethod::wasserstein : DriftMethod::jensenshannon;
}

DriftMethod standard_choice(const ColumnPair& pair) {
  if (pair.reference_size() == 0 || pair.current_size() == 0) return DriftMethod::missing_rate;
  if (pair.type() == DriftType::text) return DriftMethod::text_classifier;
  return pair.type() == DriftType::numerical ? DriftMethod::anderson_darling
                                             : DriftMethod::chisquare_homogeneity;
}

}  // namespace maru::validation
