#include "app/server/online_features.h"

#include "base/ids.h"

namespace maru::app {
namespace {

using serving::DataType;
using serving::Tensor;

bool is_integer(DataType type) {
  return type != DataType::bytes && type != DataType::fp16 && type != DataType::fp32 &&
         type != DataType::fp64;
}

Column column_of(const Tensor& tensor) {
  if (tensor.type() == DataType::bytes) {
    Column column(tensor.name(), ColumnType::text);
    for (const auto text : tensor.texts()) column.append_text(text);
    return column;
  }
  Column column(tensor.name(), is_integer(tensor.type()) ? ColumnType::int64 : ColumnType::float64);
  for (std::size_t row = 0; row < tensor.elements(); ++row) {
    const double value = tensor.number(row);
    if (std::isnan(value)) {
      column.append_null();
    } else if (is_integer(tensor.type())) {
      column.append_int(static_cast<std::int64_t>(value));
    } else {
      column.append_number(value);
    }
  }
  return column;
}

double number_of(const features::OnlineValue& value) {
  if (value.status != features::ValueStatus::present) return std::nan("");
  if (const auto* number = std::get_if<double>(&value.value)) return *number;
  if (const auto* boolean = std::get_if<bool>(&value.value)) return *boolean ? 1 : 0;
  return std::nan("");
}

}  // namespace

Result<std::vector<Tensor>> OnlineFeatures::features(std::string_view service, std::span<const Tensor> inputs,
                                                     std::span<const std::string> wanted, TimeMs at_ms) {
  features::OnlineRequest request;
  request.service = service;
  request.at_ms = at_ms;
  for (const auto& input : inputs) request.entities.add(column_of(input));
  MARU_ASSIGN(const auto found, store_.read_online(request));
  std::vector<Tensor> tensors;
  for (const auto& name : wanted) {
    const auto at = std::ranges::find(found.features, name);
    if (at == found.features.end())
      return invalid("input \"{}\" is missing, and feature service {} has no such feature{}", name, service,
                     did_you_mean(name, found.features));
    const auto index = static_cast<std::size_t>(at - found.features.begin());
    std::vector<double> values;
    for (const auto& row : found.rows) values.push_back(number_of(row[index]));
    tensors.push_back(Tensor::of<double>(name, {static_cast<std::int64_t>(values.size())},
                                         std::span<const double>(values)));
  }
  return tensors;
}

}  // namespace maru::app
