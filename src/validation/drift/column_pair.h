#pragma once
// One column of the reference beside the same column of the current data: cleaned once, sorted and counted
// once, whatever methods then look at it. Built on one thread and read by that thread only.

#include <optional>
#include <string>
#include <vector>

#include "base/columns.h"
#include "base/result.h"
#include "validation/drift.h"

namespace maru::validation {

// A value and how often each side has it.
struct Category {
  std::string label;
  double number = 0;  // of numeric columns
  std::uint64_t reference = 0, current = 0;
};

class ColumnPair {
 public:
  // Missing are nulls, NaN and infinities. invalid_argument when one side holds text and the other numbers.
  static Result<ColumnPair> of(const Column& reference, const Column& current);

  const std::string& name() const { return name_; }
  // How methods are to take the values; declared after the pair was made, because inference looks at its
  // counts. invalid_argument: numerical, but the column holds text.
  Result<void> declare(DriftType type);
  DriftType type() const { return type_; }
  // Whether the values are numbers (a categorical column may hold numbers too), and all of them whole by
  // type.
  bool has_numbers() const { return has_numbers_; }
  bool has_integers() const { return has_integers_; }

  // Present values of each side.
  std::size_t reference_size() const { return reference_size_; }
  std::size_t current_size() const { return current_size_; }
  std::size_t reference_missing() const { return reference_missing_; }
  std::size_t current_missing() const { return current_missing_; }

  // Present values, ascending. Only when has_numbers().
  const std::vector<double>& reference() const { return reference_; }
  const std::vector<double>& current() const { return current_; }

  // Distinct values in ascending order (of numbers, else of text) with their counts; made when first asked
  // for.
  const std::vector<Category>& categories();
  // Distinct values of both sides together / of the reference, counted up to `limit`.
  std::size_t distinct(std::size_t limit);
  std::size_t reference_distinct(std::size_t limit);
  std::size_t current_distinct(std::size_t limit);

 private:
  void read_numbers(const Column& reference, const Column& current);
  void read_texts(const Column& reference, const Column& current);
  void count_numbers();

  std::string name_;
  DriftType type_ = DriftType::numerical;
  bool has_numbers_ = false, has_integers_ = false;
  std::size_t reference_size_ = 0, current_size_ = 0, reference_missing_ = 0, current_missing_ = 0;
  std::vector<double> reference_, current_;
  std::optional<std::vector<Category>> categories_;
};

// Calls visit(value, reference_count, current_count) for each distinct value of two ascending samples, in
// order.
template <class Visit>
void for_each_distinct(const std::vector<double>& reference, const std::vector<double>& current,
                       Visit&& visit) {
  std::size_t i = 0, j = 0;
  while (i < reference.size() || j < current.size()) {
    const bool take_reference = j == current.size() || (i < reference.size() && reference[i] <= current[j]);
    const double value = take_reference ? reference[i] : current[j];
    const std::size_t i_from = i, j_from = j;
    while (i < reference.size() && reference[i] == value) ++i;
    while (j < current.size() && current[j] == value) ++j;
    visit(value, i - i_from, j - j_from);
  }
}

}  // namespace maru::validation
