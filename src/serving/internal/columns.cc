#include "serving/internal/columns.h"

#include "base/ids.h"

namespace maru::serving {
namespace {

// MLflow's column types (mlflow.types.DataType); datetimes have no tensor type.
Result<DataType> column_data_type(const JsonReader& column) {
  MARU_ASSIGN(const auto type, column.text("type"));
  if (type == "double") return DataType::fp64;
  if (type == "float") return DataType::fp32;
  if (type == "long") return DataType::int64;
  if (type == "integer") return DataType::int32;
  if (type == "boolean") return DataType::boolean;
  if (type == "string" || type == "binary") return DataType::bytes;
  return invalid("{}.type: \"{}\" is no column type that can be served", column.path(), type);
}

Result<std::optional<std::vector<ColumnSpec>>> parse_columns(const JsonReader& inputs) {
  MARU_ASSIGN(const auto items, inputs.items());
  std::vector<ColumnSpec> columns;
  for (const auto& item : items) {
    MARU_ASSIGN(const auto type, item.text("type"));
    if (type == "tensor") return std::optional<std::vector<ColumnSpec>>();
    ColumnSpec column;
    MARU_ASSIGN(column.name, item.text_or("name", ""));
    if (column.name.empty())
      return std::optional<std::vector<ColumnSpec>>();  // one unnamed column: not a table
    MARU_ASSIGN(column.type, column_data_type(item));
    MARU_ASSIGN(column.required, item.boolean_or("required", true));
    columns.push_back(std::move(column));
  }
  if (columns.empty()) return std::optional<std::vector<ColumnSpec>>();
  return std::optional(std::move(columns));
}

}  // namespace

Result<std::optional<std::vector<ColumnSpec>>> signature_columns(const JsonObject& mlmodel) {
  const Json whole(mlmodel);
  const auto signature = JsonReader(whole, "MLmodel").find("signature");
  const auto inputs = signature ? signature->find("inputs") : std::nullopt;
  if (!inputs) return std::optional<std::vector<ColumnSpec>>();
  MARU_ASSIGN(const auto text, inputs->text());
  const auto json = parse_json(text);
  if (!json) return json.error().at("MLmodel.signature.inputs");
  return parse_columns(JsonReader(*json, "MLmodel.signature.inputs"));
}

std::vector<TensorSpec> column_inputs(std::span<const ColumnSpec> columns) {
  std::vector<TensorSpec> inputs;
  for (const auto& column : columns) inputs.push_back({column.name, column.type, {-1, 1}});
  return inputs;
}

Columns::Columns(std::vector<ColumnSpec> columns) : columns_(std::move(columns)) {
  for (std::size_t i = 0; i < columns_.size(); ++i) index_.emplace(columns_[i].name, i);
}

std::vector<std::string> Columns::names() const {
  std::vector<std::string> names;
  for (const auto& column : columns_) names.push_back(column.name);
  return names;
}

// One tensor of k columns, under a name of its own. A model of one column takes [n,1] under its name as the
// column.
bool Columns::is_matrix(const Tensor& input) const {
  return input.shape().rank() == 2 && !(columns_.size() == 1 && index_.contains(input.name())) &&
         input.shape()[1] == static_cast<std::int64_t>(columns_.size()) && is_number(input.type());
}

Result<std::size_t> Columns::index_of(const Tensor& input, std::size_t guess) const {
  if (guess < columns_.size() && columns_[guess].name == input.name())
    return guess;  // clients keep the model's order
  const auto found = index_.find(input.name());
  if (found != index_.end()) return found->second;
  const auto names = this->names();
  return invalid(
      "input \"{}\" {} is no column of this model{}: expected [n] or [n,1] for each of {}, or one tensor "
      "[n,{}]",
      input.name(), input.shape().shown(), did_you_mean(input.name(), names), fmt::join(names, ", "),
      columns_.size());
}

Result<MatchedColumns> Columns::match(std::span<const Tensor> inputs) const {
  MatchedColumns matched;
  if (inputs.size() == 1 && is_matrix(inputs[0])) {
    const bool numeric =
        std::ranges::all_of(columns_, [](const ColumnSpec& column) { return is_number(column.type); });
    if (!numeric)
      return invalid("input \"{}\": this model has text columns: hand each column over by name",
                     inputs[0].name());
    matched.rows = static_cast<std::size_t>(inputs[0].shape()[0]);
    matched.matrix = &inputs[0];
    return matched;
  }
  matched.by_column.assign(columns_.size(), nullptr);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Tensor& input = inputs[i];
    MARU_ASSIGN(const auto index, index_of(input, i));
    const auto& shape = input.shape();
    if (!(shape.rank() == 1 || (shape.rank() == 2 && shape[1] == 1)))
      return invalid("input \"{}\": a column has shape [n] or [n,1], got {}", input.name(), shape.shown());
    if (is_number(columns_[index].type) != is_number(input.type()))
      return invalid("input \"{}\": expected {}, got {}", input.name(), name_of(columns_[index].type),
                     name_of(input.type()));
    if (matched.by_column[index] != nullptr) return invalid("input \"{}\" is given twice", input.name());
    const auto rows = static_cast<std::size_t>(shape[0]);
    if (i > 0 && rows != matched.rows)
      return invalid("input \"{}\" has {} rows, the others {}", input.name(), rows, matched.rows);
    matched.rows = rows;
    matched.by_column[index] = &input;
  }
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (matched.by_column[i] == nullptr && columns_[i].required)
      return invalid("input \"{}\" is missing: this model has the columns {}", columns_[i].name,
                     fmt::join(names(), ", "));
  return matched;
}

template <class T>
void Columns::gather(const MatchedColumns& matched, std::vector<T>& out) const {
  out.resize(matched.rows * columns_.size());
  if (matched.matrix != nullptr) return matched.matrix->copy_numbers(out.data());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (matched.by_column[i] != nullptr) {
      matched.by_column[i]->copy_numbers(out.data() + i, columns_.size());
      continue;
    }
    for (std::size_t row = 0; row < matched.rows; ++row)
      out[row * columns_.size() + i] = std::numeric_limits<T>::quiet_NaN();
  }
}

template void Columns::gather(const MatchedColumns&, std::vector<float>&) const;
template void Columns::gather(const MatchedColumns&, std::vector<double>&) const;

}  // namespace maru::serving
