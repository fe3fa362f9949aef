#include "serving/internal/request_checks.h"

#include "base/ids.h"

namespace maru::serving {
namespace {

template <class T>
std::optional<std::size_t> find_refused(std::string_view bytes, NonFinite policy) {
  for (std::size_t i = 0; i < bytes.size() / sizeof(T); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof value);
    if (std::isfinite(value) || (policy == NonFinite::allow_nan && std::isnan(value))) continue;
    return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> find_refused(const Tensor& tensor, NonFinite policy) {
  if (tensor.type() == DataType::fp32) return find_refused<float>(tensor.bytes(), policy);
  if (tensor.type() == DataType::fp64) return find_refused<double>(tensor.bytes(), policy);
  if (tensor.type() != DataType::fp16) return std::nullopt;
  for (std::size_t i = 0; i < tensor.elements(); ++i) {
    const double value = tensor.number(i);
    if (!std::isfinite(value) && !(policy == NonFinite::allow_nan && std::isnan(value))) return i;
  }
  return std::nullopt;
}

Tensor zeros(const TensorSpec& spec, std::int64_t rows) {
  std::vector<std::int64_t> sizes(spec.shape);
  for (std::size_t i = 0; i < sizes.size(); ++i)
    if (sizes[i] < 0) sizes[i] = i == 0 ? rows : 1;
  const Shape shape(sizes);
  const auto count = static_cast<std::size_t>(shape.elements().value_or(0));
  if (spec.type == DataType::bytes)
    return Tensor::of_texts(spec.name, shape, std::vector<std::string>(count));
  return Tensor::owning(spec.name, spec.type, shape, std::string(count * size_of_bytes(spec.type), '\0'))
      .value_or(Tensor());
}

}  // namespace

Result<std::int64_t> check_rows(std::span<const Tensor> inputs, InputForm form, std::int64_t max_batch_rows) {
  if (inputs.empty()) return invalid("inputs: at least one is required");
  const std::int64_t rows = inputs.front().rows();
  if (form == InputForm::columns) {
    for (const auto& input : inputs)
      if (input.rows() != rows)
        return invalid("input \"{}\" has {} rows, input \"{}\" has {}: every column must be as long",
                       input.name(), input.rows(), inputs.front().name(), rows);
  }
  if (rows == 0)
    return invalid("input \"{}\": a batch of 0 rows, expected at least 1", inputs.front().name());
  if (rows <= max_batch_rows) return rows;
  return make_error(Code::payload_too_large,
                    "a batch of {} rows: this endpoint takes at most {} (max_batch_rows)", rows,
                    max_batch_rows);
}

Result<void> check_finite(std::span<const Tensor> inputs, NonFinite policy) {
  if (policy == NonFinite::allow) return {};
  for (const auto& input : inputs) {
    const auto found = find_refused(input, policy);
    if (!found) continue;
    const double value = input.number(*found);
    return invalid("input \"{}\"[{}] is {}: this endpoint takes {} numbers (non_finite: {})", input.name(),
                   *found, std::isnan(value) ? "NaN" : "infinite",
                   policy == NonFinite::refuse ? "finite" : "finite or NaN", name_of(policy));
  }
  return {};
}

Result<std::vector<Tensor>> choose_outputs(std::vector<Tensor> outputs, std::span<const std::string> wanted) {
  if (wanted.empty()) return outputs;
  std::vector<Tensor> chosen;
  for (const auto& name : wanted) {
    const auto found = std::ranges::find(outputs, name, &Tensor::name);
    if (found == outputs.end()) {
      std::vector<std::string> names;
      for (const auto& output : outputs) names.push_back(output.name());
      return invalid("output \"{}\" is unknown{}: this model has {}", name, did_you_mean(name, names),
                     fmt::join(names, ", "));
    }
    chosen.push_back(*found);
  }
  return chosen;
}

std::vector<Tensor> warm_inputs(const ModelMetadata& metadata, std::int64_t rows) {
  std::vector<Tensor> inputs;
  for (const auto& spec : metadata.inputs) inputs.push_back(zeros(spec, rows));
  return inputs;
}

}  // namespace maru::serving
