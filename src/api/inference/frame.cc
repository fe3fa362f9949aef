#include "api/inference/frame.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "api/inference/json_tensor.h"
#include "base/ids.h"

namespace maru::api::inference {
namespace {

using serving::DataType;
using serving::Shape;
using serving::Tensor;
using serving::TensorSpec;

constexpr std::size_t kMostColumns = 100'000;

Result<Cell> cell_of(const dom::element& value, std::string_view where, std::size_t row,
                     std::string_view column) {
  Cell cell;
  if (value.is_null()) return cell;
  if (bool flag = false; value.get(flag) == simdjson::SUCCESS)
    return Cell{Cell::Kind::number, flag ? 1.0 : 0.0, {}};
  if (value.get(cell.number) == simdjson::SUCCESS) {
    cell.kind = Cell::Kind::number;
    return cell;
  }
  if (value.get(cell.text) == simdjson::SUCCESS) {
    cell.kind = Cell::Kind::text;
    return cell;
  }
  return invalid("{}: row {}, column \"{}\": expected a number or a string, got {}", where, row, column,
                 shown(value));
}

Result<std::vector<std::string>> column_names(const dom::element& value, std::string_view where) {
  dom::array names;
  if (value.get(names) != simdjson::SUCCESS)
    return invalid("{}: expected an array of names, got {}", where, shown(value));
  std::vector<std::string> columns;
  for (const dom::element name : names) {
    std::string_view text;
    if (columns.size() == kMostColumns) return invalid("{}: more than {} columns", where, kMostColumns);
    if (name.get(text) == simdjson::SUCCESS) {
      columns.emplace_back(text);
    } else {
      columns.push_back(simdjson::minify(name));  // pandas names unnamed columns 0, 1, …
    }
  }
  return columns;
}

// What a spec's column needs: "a number" or "a string".
Result<double> number_of(const Cell& cell, std::string_view where, std::size_t row, std::string_view column) {
  if (cell.kind == Cell::Kind::number) return cell.number;
  if (cell.kind == Cell::Kind::missing) return std::numeric_limits<double>::quiet_NaN();
  return invalid("{}: row {}, column \"{}\": expected a number, got \"{}\"", where, row, column, cell.text);
}

Result<Tensor> text_column(const Frame& frame, std::size_t column, const Shape& shape,
                           std::string_view where) {
  std::vector<std::string> texts;
  texts.reserve(frame.rows);
  for (std::size_t row = 0; row < frame.rows; ++row) {
    const Cell& cell = frame.cell(row, column);
    if (cell.kind == Cell::Kind::number) {
      return invalid("{}: row {}, column \"{}\": expected a string, got {}", where, row,
                     frame.columns[column], cell.number);
    }
    texts.emplace_back(cell.text);
  }
  return Tensor::of_texts(frame.columns[column], shape, texts);
}

// Numbers as the type the model declares. FP64 stands for the other number types wherever the model converts.
Result<Tensor> typed(std::string name, DataType type, const Shape& shape, std::span<const double> values,
                     std::string_view where) {
  if (type == DataType::fp64) return Tensor::of<double>(std::move(name), shape, values);
  if (type == DataType::fp32) {
    const std::vector<float> narrowed(values.begin(), values.end());
    return Tensor::of<float>(std::move(name), shape, std::span<const float>(narrowed));
  }
  if (type == DataType::int64 || type == DataType::int32) {
    std::vector<std::int64_t> whole;
    for (const double value : values) {
      const double limit = type == DataType::int64 ? 9.2e18 : 2147483647.0;
      if (!(std::abs(value) <= limit) || std::trunc(value) != value) {
        return invalid("{}: column \"{}\": expected whole numbers in range for {}, got {}", where, name,
                       name_of(type), value);
      }
      whole.push_back(static_cast<std::int64_t>(value));
    }
    if (type == DataType::int64)
      return Tensor::of<std::int64_t>(std::move(name), shape, std::span<const std::int64_t>(whole));
    const std::vector<std::int32_t> narrowed(whole.begin(), whole.end());
    return Tensor::of<std::int32_t>(std::move(name), shape, std::span<const std::int32_t>(narrowed));
  }
  return make_error(Code::unimplemented,
                    "{}: column \"{}\": send {} inputs as \"inputs\" tensors or over /v2", where, name,
                    name_of(type));
}

Result<Tensor> column_tensor(const Frame& frame, std::size_t column, const TensorSpec& spec,
                             bool model_converts, std::string_view where) {
  const auto rows = static_cast<std::int64_t>(frame.rows);
  const Shape shape = spec.shape.size() == 2 ? Shape{rows, 1} : Shape{rows};
  if (spec.type == DataType::bytes) return text_column(frame, column, shape, where);
  std::vector<double> values(frame.rows);
  for (std::size_t row = 0; row < frame.rows; ++row) {
    MARU_ASSIGN(values[row], number_of(frame.cell(row, column), where, row, frame.columns[column]));
  }
  return typed(frame.columns[column], model_converts ? DataType::fp64 : spec.type, shape, values, where);
}

Result<Tensor> stacked(const Frame& frame, const TensorSpec& spec, std::string_view where) {
  const Shape shape{static_cast<std::int64_t>(frame.rows), static_cast<std::int64_t>(frame.columns.size())};
  std::vector<double> values(frame.cells.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t column = i % frame.columns.size();
    MARU_ASSIGN(values[i], number_of(frame.cells[i], where, i / frame.columns.size(), frame.columns[column]));
  }
  return typed(spec.name, spec.type, shape, values, where);
}

}  // namespace

Result<Frame> frame_from_split(const dom::element& value, std::string_view where) {
  dom::object object;
  if (value.get(object) != simdjson::SUCCESS)
    return invalid("{}: expected an object, got {}", where, shown(value));
  Frame frame;
  dom::element columns;
  if (object.at_key("columns").get(columns) != simdjson::SUCCESS)
    return invalid("{}.columns: is required", where);
  MARU_ASSIGN(frame.columns, column_names(columns, fmt::format("{}.columns", where)));
  dom::array rows;
  if (object.at_key("data").get(rows) != simdjson::SUCCESS)
    return invalid("{}.data: expected an array of rows", where);
  for (const dom::element row : rows) {
    dom::array cells;
    if (row.get(cells) != simdjson::SUCCESS) {
      return invalid("{}.data[{}]: expected an array, got {}", where, frame.rows, shown(row));
    }
    std::size_t column = 0;
    for (const dom::element cell : cells) {
      if (column == frame.columns.size()) break;
      MARU_ASSIGN(Cell read, cell_of(cell, where, frame.rows, frame.columns[column]));
      frame.cells.push_back(read);
      ++column;
    }
    if (column != frame.columns.size() || cells.size() != column) {
      return invalid("{}.data[{}]: expected {} values, got {}", where, frame.rows, frame.columns.size(),
                     cells.size());
    }
    ++frame.rows;
  }
  return frame;
}

Result<Frame> frame_from_records(const dom::element& value, std::string_view where) {
  dom::array records;
  if (value.get(records) != simdjson::SUCCESS)
    return invalid("{}: expected an array of objects, got {}", where, shown(value));
  Frame frame;
  std::unordered_map<std::string_view, std::size_t> index;
  for (const dom::element record : records) {  // the columns are those of any record, in the order they come
    dom::object fields;
    if (record.get(fields) != simdjson::SUCCESS) {
      return invalid("{}[{}]: expected an object, got {}", where, frame.rows, shown(record));
    }
    for (const auto& [name, unused] : fields) {
      if (frame.columns.size() == kMostColumns)
        return invalid("{}: more than {} columns", where, kMostColumns);
      if (index.try_emplace(name, frame.columns.size()).second) frame.columns.emplace_back(name);
    }
    ++frame.rows;
  }
  constexpr std::size_t kMostCells = 50'000'000;
  if (frame.rows * frame.columns.size() > kMostCells) {
    return make_error(Code::payload_too_large, "{}: {} rows of {} columns are too many", where, frame.rows,
                      frame.columns.size());
  }
  frame.cells.resize(frame.rows * frame.columns.size());
  std::size_t row = 0;
  for (const dom::element record : records) {
    const dom::object fields = record.get_object().value_unsafe();
    for (const auto& [name, field] : fields) {
      MARU_ASSIGN(frame.cells[row * frame.columns.size() + index[name]], cell_of(field, where, row, name));
    }
    ++row;
  }
  return frame;
}

Result<std::vector<Tensor>> tensors_from_frame(const Frame& frame, const serving::ModelMetadata& metadata,
                                               std::string_view where) {
  if (frame.rows == 0 || frame.columns.empty())
    return invalid("{}: expected at least one row and one column", where);
  std::vector<Tensor> tensors;
  const bool by_column = metadata.form == serving::InputForm::columns;
  if (!by_column && metadata.inputs.size() == 1 && metadata.inputs.front().shape.size() == 2) {
    MARU_ASSIGN(Tensor matrix, stacked(frame, metadata.inputs.front(), where));
    tensors.push_back(std::move(matrix));
    return tensors;
  }
  for (std::size_t column = 0; column < frame.columns.size(); ++column) {
    const auto spec = std::ranges::find(metadata.inputs, frame.columns[column], &TensorSpec::name);
    if (spec == metadata.inputs.end()) continue;
    MARU_ASSIGN(Tensor tensor, column_tensor(frame, column, *spec, by_column, where));
    tensors.push_back(std::move(tensor));
  }
  if (!tensors.empty()) return tensors;
  std::vector<std::string> known;
  for (const TensorSpec& spec : metadata.inputs) known.push_back(spec.name);
  return invalid("{}: no column is an input of the model; its inputs are {}", where, fmt::join(known, ", "));
}

}  // namespace maru::api::inference
