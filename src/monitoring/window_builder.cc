#include "monitoring/internal/window_builder.h"

namespace maru::monitoring {
namespace {

void append(Column& column, double number) {
  if (std::isnan(number) || column.type() == ColumnType::text) {
    column.append_null();
  } else if (column.type() == ColumnType::float64) {
    column.append_number(number);
  } else {
    column.append_int(static_cast<std::int64_t>(number));
  }
}

void append(Column& column, const std::string& text) {
  if (column.type() == ColumnType::text) {
    column.append_text(text);
  } else {
    column.append_null();  // another version has a number of this name
  }
}

}  // namespace

WindowBuilder::WindowBuilder()
    : request_id_("request_id", ColumnType::text),
      event_ms_("event_ms", ColumnType::timestamp),
      version_("version", ColumnType::int64),
      prediction_("prediction", ColumnType::float64),
      truth_("truth", ColumnType::float64) {}

const std::vector<std::size_t>& WindowBuilder::places_of(
    const std::shared_ptr<const PredictionSchema>& schema) {
  auto [found, added] = places_.try_emplace(schema);
  if (!added) return found->second;
  for (const auto& input : schema->inputs()) {
    auto column =
        std::find_if(inputs_.begin(), inputs_.end(), [&](const auto& c) { return c.name() == input.name; });
    if (column == inputs_.end()) {
      inputs_.emplace_back(input.name, input.type);
      for (std::size_t row = 0; row < rows_; ++row) inputs_.back().append_null();
      column = inputs_.end() - 1;
    }
    found->second.push_back(static_cast<std::size_t>(column - inputs_.begin()));
  }
  return found->second;
}

void WindowBuilder::add(const PredictionRecord& record, std::optional<double> truth) {
  const auto& places = places_of(record.schema);
  request_id_.append_text(record.request_id);
  event_ms_.append_int(record.event_ms);
  version_.append_int(record.schema->version());
  prediction_.append_number(record.prediction);
  if (truth) {
    truth_.append_number(*truth);
  } else {
    truth_.append_null();
  }
  std::size_t number = 0, text = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    Column& column = inputs_[places[i]];
    if (record.schema->inputs()[i].type == ColumnType::text) {
      append(column, record.texts[text++]);
    } else {
      append(column, record.numbers[number++]);
    }
  }
  ++rows_;
  for (auto& column : inputs_) {
    if (column.size() < rows_) column.append_null();
  }
}

Table WindowBuilder::finish() && {
  Table table;
  table.add(std::move(request_id_));
  table.add(std::move(event_ms_));
  table.add(std::move(version_));
  for (auto& column : inputs_) table.add(std::move(column));
  table.add(std::move(prediction_));
  table.add(std::move(truth_));
  return table;
}

}  // namespace maru::monitoring
