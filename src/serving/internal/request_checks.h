#pragma once
// What every prediction must pass before a model sees it, and the choice of outputs after. Pure.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "serving/endpoints.h"
#include "serving/model.h"
#include "serving/tensor.h"

namespace maru::serving {

// The rows of a request: the first dimension, which all inputs share. invalid_argument: no input, no row, or
// inputs of different lengths (columns); payload_too_large: over `max_batch_rows`.
Result<std::int64_t> check_rows(std::span<const Tensor> inputs, InputForm form, std::int64_t max_batch_rows);
// invalid_argument naming the input and element.
Result<void> check_finite(std::span<const Tensor> inputs, NonFinite policy);
// The outputs named, in that order; all when none is named. invalid_argument: an unknown name.
Result<std::vector<Tensor>> choose_outputs(std::vector<Tensor> outputs, std::span<const std::string> wanted);
// Zeros (and empty texts) of the shapes a model takes, `rows` long, for warming up.
std::vector<Tensor> warm_inputs(const ModelMetadata& metadata, std::int64_t rows);

}  // namespace maru::serving
