#include "validation/drift/column_pair.h"

#include "validation/internal/sorting.h"

namespace maru::validation {
namespace {

bool holds_numbers(const Column& column) { return column.type() != ColumnType::text; }

std::vector<double> present_numbers(const Column& column) {
  std::vector<double> out;
  out.reserve(column.size());
  if (column.type() == ColumnType::float64) {
    const auto values = column.doubles();
    for (std::size_t row = 0; row < column.size(); ++row) {
      // -0.0 and 0.0 are one value, and adding zero makes them one bit pattern.
      if (!column.is_null(row) && std::isfinite(values[row])) out.push_back(values[row] + 0.0);
    }
  } else {
    const auto values = column.ints();
    for (std::size_t row = 0; row < column.size(); ++row) {
      if (!column.is_null(row)) out.push_back(static_cast<double>(values[row]));
    }
  }
  return out;
}

std::size_t count_distinct(const std::vector<double>& sorted, std::size_t limit) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < sorted.size() && count < limit; ++i)
    count += i == 0 || sorted[i] != sorted[i - 1] ? 1 : 0;
  return count;
}

std::string label_of(double number, ColumnType type) {
  if (type == ColumnType::boolean) return number != 0 ? "true" : "false";
  return fmt::format("{}", number);
}

}  // namespace

Result<ColumnPair> ColumnPair::of(const Column& reference, const Column& current) {
  ColumnPair pair;
  pair.name_ = reference.name();
  if (holds_numbers(reference) != holds_numbers(current)) {
    return invalid("column \"{}\" is {} in the reference and {} in the current data", reference.name(),
                   maru::name_of(reference.type()), maru::name_of(current.type()));
  }
  pair.has_numbers_ = holds_numbers(reference) && holds_numbers(current);
  if (pair.has_numbers_) {
    pair.read_numbers(reference, current);
  } else {
    pair.read_texts(reference, current);
  }
  return pair;
}

Result<void> ColumnPair::declare(DriftType type) {
  if (type == DriftType::numerical && !has_numbers_) {
    return invalid("column \"{}\" is declared numerical but holds text", name_);
  }
  type_ = type;
  return {};
}

void ColumnPair::read_numbers(const Column& reference, const Column& current) {
  has_integers_ = reference.type() != ColumnType::float64 && current.type() != ColumnType::float64;
  reference_ = present_numbers(reference);
  current_ = present_numbers(current);
  sort_numbers(reference_);
  sort_numbers(current_);
  reference_size_ = reference_.size();
  current_size_ = current_.size();
  reference_missing_ = reference.size() - reference_size_;
  current_missing_ = current.size() - current_size_;
  if (reference.type() == ColumnType::boolean && current.type() == ColumnType::boolean) {
    count_numbers();
    for (auto& category : *categories_) category.label = label_of(category.number, ColumnType::boolean);
  }
}

void ColumnPair::read_texts(const Column& reference, const Column& current) {
  std::unordered_map<std::string_view, std::pair<std::uint64_t, std::uint64_t>> counts;
  for (std::size_t row = 0; row < reference.size(); ++row) {
    if (!reference.is_null(row)) ++counts[reference.text(row)].first;
  }
  for (std::size_t row = 0; row < current.size(); ++row) {
    if (!current.is_null(row)) ++counts[current.text(row)].second;
  }
  reference_missing_ = reference.null_count();
  current_missing_ = current.null_count();
  reference_size_ = reference.size() - reference_missing_;
  current_size_ = current.size() - current_missing_;
  std::vector<Category> found;
  found.reserve(counts.size());
  for (const auto& [label, count] : counts)
    found.push_back({std::string(label), 0, count.first, count.second});
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.label < b.label; });
  categories_ = std::move(found);
}

void ColumnPair::count_numbers() {
  std::vector<Category> found;
  for_each_distinct(
      reference_, current_, [&](double value, std::size_t in_reference, std::size_t in_current) {
        found.push_back({label_of(value, ColumnType::float64), value, in_reference, in_current});
      });
  categories_ = std::move(found);
}

const std::vector<Category>& ColumnPair::categories() {
  if (!categories_) count_numbers();
  return *categories_;
}

std::size_t ColumnPair::distinct(std::size_t limit) {
  if (categories_) return std::min(limit, categories_->size());
  std::size_t count = 0;
  std::size_t i = 0, j = 0;
  while (count < limit && (i < reference_.size() || j < current_.size())) {
    const bool from_reference =
        j == current_.size() || (i < reference_.size() && reference_[i] <= current_[j]);
    const double value = from_reference ? reference_[i] : current_[j];
    i = static_cast<std::size_t>(
        std::upper_bound(reference_.begin() + static_cast<std::ptrdiff_t>(i), reference_.end(), value) -
        reference_.begin());
    j = static_cast<std::size_t>(
        std::upper_bound(current_.begin() + static_cast<std::ptrdiff_t>(j), current_.end(), value) -
        current_.begin());
    ++count;
  }
  return count;
}

std::size_t ColumnPair::reference_distinct(std::size_t limit) {
  if (has_numbers_) return count_distinct(reference_, limit);
  const auto used = [](const Category& category) { return category.reference > 0; };
  return std::min(limit,
                  static_cast<std::size_t>(std::count_if(categories_->begin(), categories_->end(), used)));
}

std::size_t ColumnPair::current_distinct(std::size_t limit) {
  if (has_numbers_) return count_distinct(current_, limit);
  const auto used = [](const Category& category) { return category.current > 0; };
  return std::min(limit,
                  static_cast<std::size_t>(std::count_if(categories_->begin(), categories_->end(), used)));
}

}  // namespace maru::validation
