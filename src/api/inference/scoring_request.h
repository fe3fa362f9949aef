#pragma once
// The body of POST /invocations as a prediction request: exactly one of dataframe_split, dataframe_records,
// instances, inputs (and params), or CSV. The model's signature decides the tensors' types and shapes.

#include <string>
#include <string_view>

#include "serving/endpoints.h"

namespace maru::api::inference {

// invalid_argument with the path of what is wrong. Columns of a data frame that the model does not have are
// left out, as MLflow does; missing ones are the model's to name.
Result<serving::PredictRequest> decode_scoring(std::string& body, std::string_view content_type,
                                               const serving::ModelMetadata& metadata);

}  // namespace maru::api::inference
