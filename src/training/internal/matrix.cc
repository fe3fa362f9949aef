#include "training/internal/matrix.h"

#include "base/ids.h"

namespace maru::training {
namespace {

constexpr std::size_t kRowsNamed = 5;  // in an error; the rest is a count

// "rows 3, 17, 20 and 4 more" for the rows where `wrong` holds; "" when there are none.
template <class Wrong>
std::string rows_where(std::size_t rows, Wrong&& wrong) {
  std::string named;
  std::size_t count = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    if (!wrong(row)) continue;
    if (++count <= kRowsNamed) named += fmt::format("{}{}", named.empty() ? "" : ", ", row);
  }
  if (count == 0) return {};
  const std::string_view noun = count == 1 ? "row" : "rows";
  if (count <= kRowsNamed) return fmt::format("{} {}", noun, named);
  return fmt::format("{} {} and {} more", noun, named, count - kRowsNamed);
}

Result<std::vector<std::string>> chosen_features(const Table& table, const SearchSpec& spec) {
  std::vector<std::string> chosen = spec.features;
  if (chosen.empty()) {
    for (const auto& column : table.columns())
      if (column.is_numeric() && column.name() != spec.label && column.name() != spec.time_column)
        chosen.push_back(column.name());
  }
  if (chosen.empty()) return invalid("features: the table has no numeric column besides the label");
  std::set<std::string_view> seen;
  for (const auto& name : chosen) {
    if (name == spec.label) return invalid("features: \"{}\" is the label", name);
    if (!seen.insert(name).second) return invalid("features: \"{}\" is listed twice", name);
  }
  return chosen;
}

// Row numbers in time order; equal times keep the table's order.
Result<std::vector<std::size_t>> time_order(const Table& table, const SearchSpec& spec) {
  std::vector<std::size_t> order(table.rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (spec.time_column.empty()) {
    if (spec.split == Split::time) return invalid("time_column: is required to split by time");
    if (spec.holdout_ms > 0) return invalid("time_column: is required to hold out the newest rows");
    return order;
  }
  MARU_ASSIGN(const Column* times, table.column(spec.time_column).at("time_column"));
  if (times->type() != ColumnType::timestamp && times->type() != ColumnType::int64)
    return invalid("time_column: \"{}\" is {}: expected timestamp or int64", times->name(),
                   name_of(times->type()));
  if (const auto bad = rows_where(table.rows(), [&](std::size_t row) { return times->is_null(row); });
      !bad.empty())
    return invalid("time_column: \"{}\" is null in {}", times->name(), bad);
  std::ranges::stable_sort(order, {}, [values = times->ints()](std::size_t row) { return values[row]; });
  return order;
}

Result<std::vector<float>> label_values(const Table& table, const SearchSpec& spec,
                                        std::span<const std::size_t> order) {
  MARU_ASSIGN(const Column* label, table.column(spec.label).at("label"));
  if (!label->is_numeric())
    return invalid("label: \"{}\" is {}: expected a number or boolean", label->name(),
                   name_of(label->type()));
  const auto refuse = [&](std::string_view what, auto&& wrong) -> Result<void> {
    const auto bad = rows_where(table.rows(), wrong);
    if (bad.empty()) return {};
    return invalid("label: \"{}\" {} in {}", label->name(), what, bad);
  };
  MARU_TRY(refuse("is missing", [&](std::size_t row) { return std::isnan(label->number(row)); }));
  MARU_TRY(refuse("is infinite", [&](std::size_t row) { return std::isinf(label->number(row)); }));
  if (spec.task == Task::binary) {
    MARU_TRY(refuse("is neither 0 nor 1",
                    [&](std::size_t row) { return label->number(row) != 0 && label->number(row) != 1; }));
  }
  std::vector<float> values(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) values[i] = static_cast<float>(label->number(order[i]));
  return values;
}

std::vector<std::string> constant_columns(const Matrix& matrix) {
  std::vector<std::string> constant;
  for (std::size_t column = 0; column < matrix.columns(); ++column) {
    bool varies = false;
    for (std::size_t row = 1; row < matrix.rows() && !varies; ++row) {
      const float a = matrix.row(0)[column];
      const float b = matrix.row(row)[column];
      varies = a != b && !(std::isnan(a) && std::isnan(b));
    }
    if (!varies) constant.push_back(matrix.features[column]);
  }
  return constant;
}

}  // namespace

Result<std::vector<float>> feature_values(const Table& table, std::span<const std::string> features,
                                          std::span<const std::size_t> order) {
  std::vector<float> values(order.size() * features.size());
  for (std::size_t k = 0; k < features.size(); ++k) {
    MARU_ASSIGN(const Column* column, table.column(features[k]).at("features"));
    if (!column->is_numeric())
      return invalid("features: \"{}\" is {}: expected a number or boolean (encode it in a feature view)",
                     features[k], name_of(column->type()));
    const auto infinite = [&](std::size_t row) {
      return std::isinf(static_cast<float>(column->number(row)));
    };
    if (const auto bad = rows_where(column->size(), infinite); !bad.empty())
      return invalid("features: \"{}\" is infinite (as a 32-bit float) in {}", features[k], bad);
    for (std::size_t i = 0; i < order.size(); ++i)
      values[i * features.size() + k] = static_cast<float>(column->number(order[i]));
  }
  return values;
}

Result<Matrix> make_matrix(const Table& table, const SearchSpec& spec) {
  Matrix matrix;
  MARU_ASSIGN(const auto order, time_order(table, spec));
  MARU_ASSIGN(matrix.labels, label_values(table, spec, order));
  MARU_ASSIGN(matrix.features, chosen_features(table, spec));
  MARU_ASSIGN(matrix.values, feature_values(table, matrix.features, order));
  if (!spec.time_column.empty()) {
    const auto times = table.find(spec.time_column)->ints();
    for (const auto row : order) matrix.times.push_back(times[row]);
  }
  matrix.constant_features = constant_columns(matrix);
  if (matrix.constant_features.size() == matrix.columns())
    return invalid("features: every one of the {} is constant: there is nothing to learn from",
                   matrix.columns());
  return matrix;
}

}  // namespace maru::training
