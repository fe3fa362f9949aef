#include "app/server/prediction_observer.h"

#include "base/log.h"

namespace maru::app {
namespace {

// Rows and columns of the inputs, however the client sent them: a tensor a column, or one tensor of all
// columns.
struct Layout {
  std::size_t rows = 0;
  std::vector<monitoring::InputColumn> columns;
};

std::size_t width_of(const serving::Tensor& tensor) {
  const auto rows = static_cast<std::size_t>(std::max<std::int64_t>(1, tensor.rows()));
  return tensor.elements() / rows;
}

Layout layout_of(std::span<const serving::Tensor> inputs) {
  Layout layout;
  for (const auto& tensor : inputs) {
    layout.rows = std::max(layout.rows, static_cast<std::size_t>(tensor.rows()));
    const auto type = tensor.type() == serving::DataType::bytes ? ColumnType::text : ColumnType::float64;
    const std::size_t width = width_of(tensor);
    for (std::size_t i = 0; i < width; ++i) {
      layout.columns.push_back({width == 1 ? tensor.name() : fmt::format("{}_{}", tensor.name(), i), type});
    }
  }
  return layout;
}

std::string key_of(const serving::PredictionView& prediction) {
  std::string key = fmt::format("{}\n{}\n{}", prediction.endpoint, prediction.model, prediction.version);
  for (const auto& tensor : prediction.inputs) {
    key += '\n';
    key += tensor.name();
    key += static_cast<char>('0' + std::min<std::size_t>(width_of(tensor), 64));
  }
  return key;
}

}  // namespace

PredictionRecorder::Schema PredictionRecorder::schema_of(const serving::PredictionView& prediction) {
  // Each thread remembers the schema it used last; almost every prediction of a thread is of the same
  // endpoint and version.
  thread_local std::string last_key;
  thread_local Schema last_schema;
  std::string key = key_of(prediction);
  if (last_schema && key == last_key) return last_schema;
  const std::lock_guard lock(making_);
  auto& schema = schemas_[key];
  if (!schema) {
    schema = std::make_shared<const monitoring::PredictionSchema>(
        std::string(prediction.endpoint), std::string(prediction.model), prediction.version,
        layout_of(prediction.inputs).columns);
  }
  last_key = std::move(key);
  last_schema = schema;
  return schema;
}

void PredictionRecorder::record(const serving::PredictionView& prediction) {
  const Schema schema = schema_of(prediction);
  const auto& output = prediction.outputs.front();
  const std::size_t rows = static_cast<std::size_t>(std::max<std::int64_t>(1, output.rows()));
  const std::size_t stride = output.elements() / rows;
  for (std::size_t row = 0; row < rows; ++row) {
    monitoring::PredictionRecord record;
    record.schema = schema;
    record.request_id =
        rows == 1 ? std::string(prediction.request_id) : fmt::format("{}/{}", prediction.request_id, row);
    record.event_ms = prediction.event_ms;
    record.numbers.reserve(schema->inputs().size());
    for (const auto& tensor : prediction.inputs) {
      if (tensor.type() == serving::DataType::bytes) {
        const auto texts = tensor.texts();
        if (row < texts.size()) record.texts.emplace_back(texts[row]);
        continue;
      }
      const std::size_t width = width_of(tensor);
      for (std::size_t i = 0; i < width; ++i) record.numbers.push_back(tensor.number(row * width + i));
    }
    record.prediction = output.number(row * stride);
    log_.record(std::move(record));  // a full queue drops it and counts that
  }
}

void PredictionRecorder::observe(const serving::PredictionView& prediction) noexcept {
  if (prediction.error != nullptr || prediction.outputs.empty() || prediction.outputs.front().elements() == 0)
    return;
  try {
    record(prediction);
  } catch (const std::exception& error) {  // out of memory: the answer goes out all the same
    log_warn("monitoring", "a prediction was not logged", {{"reason", error.what()}});
  }
}

}  // namespace maru::app
