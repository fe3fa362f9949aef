#pragma once
// The models beside, and what the real libraries predict with them (models/make_models.py).

#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "serving/tensor.h"

namespace maru::serving {

inline std::filesystem::path models_folder() {
  return std::filesystem::path(MARU_SOURCE_DIR) / "tests" / "unit" / "serving" / "models";
}
inline std::string model_bytes(const std::string& name) { return *read_file(models_folder() / name); }
inline const JsonObject& expected() {
  static const JsonObject object = *parse_json_object(*read_file(models_folder() / "expected.json"));
  return object;
}
inline const Json& expected_of(std::string_view model) { return expected().at("models").at(model); }

// Every number of nested arrays, in order; null = NaN.
inline void flatten(const Json& json, std::vector<double>& out) {
  if (json.is_array()) {
    for (const auto& item : json.as_array()) flatten(item, out);
  } else {
    out.push_back(json.is_null() ? std::nan("") : json.to_number<double>());
  }
}
inline std::vector<double> flat(const Json& json) {
  std::vector<double> values;
  flatten(json, values);
  return values;
}
inline std::vector<double> numbers_of(const Tensor& tensor) {
  std::vector<double> values(tensor.elements());
  tensor.copy_numbers(values.data());
  return values;
}
inline Tensor matrix_of(const Json& rows, std::string name = "input") {
  const auto values = flat(rows);
  const auto count = static_cast<std::int64_t>(rows.as_array().size());
  return Tensor::of<double>(std::move(name), {count, static_cast<std::int64_t>(values.size()) / count},
                            std::span<const double>(values));
}
inline std::vector<Tensor> columns_of(const Json& rows, const std::vector<std::string>& names) {
  const auto values = flat(rows);
  std::vector<Tensor> columns;
  for (std::size_t k = 0; k < names.size(); ++k) {
    std::vector<double> column;
    for (std::size_t i = k; i < values.size(); i += names.size()) column.push_back(values[i]);
    columns.push_back(Tensor::of<double>(names[k], {static_cast<std::int64_t>(column.size()), 1},
                                         std::span<const double>(column)));
  }
  return columns;
}

}  // namespace maru::serving
