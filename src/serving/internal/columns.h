#pragma once
// Tabular inputs: which columns a model wants, and finding them in a request. See InputForm::columns.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "serving/model.h"
#include "serving/tensor.h"

namespace maru::serving {

struct ColumnSpec {
  std::string name;
  DataType type = DataType::fp64;
  bool required = true;  // otherwise a request may leave it out: it is missing (NaN)
  bool operator==(const ColumnSpec&) const = default;
};

// The columns of an MLmodel's signature; empty optional when there is none or its inputs are tensors.
// invalid_argument: a signature that is not MLflow's.
Result<std::optional<std::vector<ColumnSpec>>> signature_columns(const JsonObject& mlmodel);

// As metadata shows them: [-1, 1] each.
std::vector<TensorSpec> column_inputs(std::span<const ColumnSpec> columns);

// A request's inputs, matched to a model's columns. Points into the request.
struct MatchedColumns {
  std::size_t rows = 0;
  const Tensor* matrix = nullptr;        // one tensor [n, k], or …
  std::vector<const Tensor*> by_column;  // … one a column, in the model's order; null = left out
};

// Immutable; thread-safe.
class Columns {
 public:
  explicit Columns(std::vector<ColumnSpec> columns);
  Columns(Columns&&) noexcept = default;
  Columns(const Columns&) = delete;  // index_ points into columns_
  const std::vector<ColumnSpec>& specs() const { return columns_; }

  // invalid_argument: a missing, unknown, doubled or mis-shaped column, or texts where a number is wanted.
  Result<MatchedColumns> match(std::span<const Tensor> inputs) const;
  // Row-major [rows, k] numbers; left-out columns are NaN. `out` is replaced. T is float or double.
  template <class T>
  void gather(const MatchedColumns& matched, std::vector<T>& out) const;

 private:
  Result<std::size_t> index_of(const Tensor& input, std::size_t guess) const;
  std::vector<std::string> names() const;
  bool is_matrix(const Tensor& input) const;

  std::vector<ColumnSpec> columns_;
  std::unordered_map<std::string_view, std::size_t> index_;
};

}  // namespace maru::serving
