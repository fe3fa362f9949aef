#pragma once
// A table made ready for training: time order, floats, checked labels.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/columns.h"
#include "base/result.h"
#include "training/search.h"

namespace maru::training {

// Row-major, n × k. NaN = missing.
struct Matrix {
  std::vector<std::string> features;
  std::vector<float> values;
  std::vector<float> labels;
  std::vector<std::int64_t> times;  // ascending; empty without a time column
  std::vector<std::string> constant_features;

  std::size_t rows() const { return labels.size(); }
  std::size_t columns() const { return features.size(); }
  std::span<const float> row(std::size_t index) const {
    return std::span(values).subspan(index * columns(), columns());
  }
};

// Errors as search() has them.
Result<Matrix> make_matrix(const Table& table, const SearchSpec& spec);

// The features alone, in this order, for prediction. invalid_argument: unknown, not numeric, infinite.
Result<std::vector<float>> feature_values(const Table& table, std::span<const std::string> features,
                                          std::span<const std::size_t> row_order);

}  // namespace maru::training
