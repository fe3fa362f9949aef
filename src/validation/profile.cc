#include "validation/profile.h"

#include "base/time.h"
#include "validation/drift/bins.h"
#include "validation/drift/statistics.h"
#include "validation/internal/sorting.h"

namespace maru::validation {
namespace {

// Most frequent first, ties by value; only the first `limit`.
std::vector<ValueCount> most_frequent(std::vector<ValueCount> values, std::size_t limit) {
  const auto before = [](const ValueCount& a, const ValueCount& b) {
    return a.count != b.count ? a.count > b.count : a.value < b.value;
  };
  const std::size_t kept = std::min(limit, values.size());
  std::partial_sort(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(kept), values.end(), before);
  values.resize(kept);
  return values;
}

void profile_text(const Column& column, const ProfileOptions& options, ColumnProfile& out) {
  std::unordered_map<std::string_view, std::uint64_t> counts;
  double length = 0;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_null(row)) continue;
    const auto value = column.text(row);
    ++counts[value];
    length += static_cast<double>(value.size());
  }
  out.distinct = counts.size();
  const std::uint64_t present = out.count - out.null_count;
  if (present > 0) out.mean_length = length / static_cast<double>(present);
  std::vector<ValueCount> values;
  values.reserve(counts.size());
  for (const auto& [value, count] : counts) values.push_back({std::string(value), count});
  out.top_values = most_frequent(std::move(values), options.top_values);
}

// Finite values as doubles; counts what is not.
std::vector<double> finite_values(const Column& column, ColumnProfile& out) {
  std::vector<double> values;
  values.reserve(column.size());
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_null(row)) continue;
    const double value = column.type() == ColumnType::float64 ? column.doubles()[row]
                                                              : static_cast<double>(column.ints()[row]);
    if (std::isnan(value)) {
      ++out.nan_count;
    } else if (std::isinf(value)) {
      ++out.inf_count;
    } else {
      values.push_back(value + 0.0);  // one zero, not two
    }
  }
  return values;
}

std::string label_of(ColumnType type, double value) {
  switch (type) {
    case ColumnType::boolean:
      return value != 0 ? "true" : "false";
    case ColumnType::timestamp:
      return format_time(static_cast<TimeMs>(value));
    case ColumnType::int64:
      return fmt::format("{}", static_cast<std::int64_t>(value));
    default:
      return fmt::format("{}", value);
  }
}

void count_values(const std::vector<double>& sorted, const ProfileOptions& options, ColumnProfile& out) {
  std::vector<std::pair<double, std::uint64_t>> runs;
  for (std::size_t from = 0; from < sorted.size();) {
    std::size_t to = from;
    while (to < sorted.size() && sorted[to] == sorted[from]) ++to;
    if (sorted[from] == 0) out.zeros = to - from;
    if (runs.size() <= options.distinct_limit) runs.emplace_back(sorted[from], to - from);
    ++out.distinct;
    from = to;
  }
  out.distinct += (out.nan_count > 0 ? 1 : 0);
  if (runs.size() > options.distinct_limit) return;
  std::vector<ValueCount> values;
  for (const auto& [value, count] : runs) values.push_back({label_of(out.type, value), count});
  out.top_values = most_frequent(std::move(values), options.top_values);
}

HistogramCounts histogram_of(const std::vector<double>& sorted, std::size_t buckets) {
  double low = sorted.front(), high = sorted.back();
  if (low == high) {
    low -= 0.5;
    high += 0.5;
  }
  HistogramCounts out;
  for (std::size_t i = 0; i <= buckets; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(buckets);
    out.edges.push_back(i == buckets ? high
                                     : low * (1 - share) + high * share);  // never past the largest double
  }
  out.counts = count_in(sorted, out.edges);
  return out;
}

void profile_numbers(const Column& column, const ProfileOptions& options, ColumnProfile& out) {
  std::vector<double> values = finite_values(column, out);
  if (values.empty()) return;
  sort_numbers(values);
  const Moments moments = moments_of(values);
  out.min = values.front();
  out.max = values.back();
  out.mean = moments.mean;
  if (values.size() > 1) out.std = std::sqrt(moments.squares / (moments.count - 1));
  for (std::size_t i = 0; i < kProfileQuantiles.size(); ++i)
    out.quantiles[i] = quantile_of(values, kProfileQuantiles[i]);
  if (options.histogram_buckets > 0) out.histogram = histogram_of(values, options.histogram_buckets);
  count_values(values, options, out);
}

}  // namespace

const ColumnProfile* Profile::find(std::string_view name) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const auto& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

Profile profile_of(const Table& table, const ProfileOptions& options) {
  Profile out;
  out.rows = table.rows();
  for (const auto& column : table.columns()) {
    ColumnProfile profile;
    profile.name = column.name();
    profile.type = column.type();
    profile.count = column.size();
    profile.null_count = column.null_count();
    if (column.type() == ColumnType::text) {
      profile_text(column, options, profile);
    } else {
      profile_numbers(column, options, profile);
    }
    out.columns.push_back(std::move(profile));
  }
  return out;
}

}  // namespace maru::validation
