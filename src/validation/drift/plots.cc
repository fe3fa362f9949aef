#include "validation/drift/plots.h"

#include "validation/drift/bins.h"
#include "validation/drift/statistics.h"

namespace maru::validation {
namespace {

constexpr std::size_t kBuckets = 20;
constexpr double kMostWholeBuckets = 40;
constexpr std::size_t kCategories = 20;
constexpr double kTail = 0.005;  // share of a side's values that an outlying edge may hide in the end buckets
constexpr double kLongTail = 4;  // … when they would stretch the picture to this many times its body

void fill_numbers(const ColumnPair& pair, ColumnDrift& out) {
  const auto& reference = pair.reference();
  const auto& current = pair.current();
  double low = std::numeric_limits<double>::infinity(), high = -low, body_low = low, body_high = high;
  for (const auto* side : {&reference, &current}) {
    if (side->empty()) continue;
    low = std::min(low, side->front());
    high = std::max(high, side->back());
    body_low = std::min(body_low, quantile_of(*side, kTail));
    body_high = std::max(body_high, quantile_of(*side, 1 - kTail));
  }
  if (low > high) return;
  if (body_high > body_low && high - low > kLongTail * (body_high - body_low)) {
    low = body_low;
    high = body_high;
  }
  std::size_t buckets = kBuckets;
  if (pair.has_integers() && high - low < kMostWholeBuckets) {
    buckets = static_cast<std::size_t>(high - low) +
              1;  // one a whole number: no comb where 24 hours meet 20 buckets
    low -= 0.5;
    high += 0.5;
  } else if (low == high) {
    low -= 0.5;
    high += 0.5;
  }
  for (std::size_t i = 0; i <= buckets; ++i) {
    out.edges.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(buckets));
  }
  // The end buckets take what lies beyond them: nothing is missing from the picture.
  std::vector<double> open = out.edges;
  open.front() = -std::numeric_limits<double>::infinity();
  open.back() = std::numeric_limits<double>::infinity();
  out.reference_counts = count_in(reference, open);
  out.current_counts = count_in(current, open);
}

void fill_categories(ColumnPair& pair, ColumnDrift& out) {
  std::vector<const Category*> order;
  for (const auto& category : pair.categories()) order.push_back(&category);
  const auto share = [&](const Category& category) {
    return static_cast<double>(category.reference) /
               std::max<double>(1, static_cast<double>(pair.reference_size())) +
           static_cast<double>(category.current) /
               std::max<double>(1, static_cast<double>(pair.current_size()));
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const auto* a, const auto* b) { return share(*a) > share(*b); });
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i < kCategories) {
      out.labels.push_back(order[i]->label);
      out.reference_counts.push_back(order[i]->reference);
      out.current_counts.push_back(order[i]->current);
      continue;
    }
    if (i == kCategories) {
      out.labels.emplace_back("(other)");
      out.reference_counts.push_back(0);
      out.current_counts.push_back(0);
    }
    out.reference_counts.back() += order[i]->reference;
    out.current_counts.back() += order[i]->current;
  }
}

}  // namespace

void fill_plots(ColumnPair& pair, ColumnDrift& out) {
  if (pair.type() == DriftType::text) return;  // most texts are there once: nothing to draw
  if (pair.type() == DriftType::numerical) {
    fill_numbers(pair, out);
  } else {
    fill_categories(pair, out);
  }
}

}  // namespace maru::validation
