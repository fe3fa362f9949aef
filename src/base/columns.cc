#include "base/columns.h"

#include <array>
#include <cassert>
#include <cmath>
#include <limits>

#include "base/ids.h"
#include "base/time.h"

namespace maru {
namespace {

constexpr std::array<std::string_view, 5> kTypeNames{"boolean", "int64", "float64", "text", "timestamp"};

// Conversion that cannot be undefined: the ends of the range stand for everything past them.
std::int64_t to_int64(double value) {
  constexpr double kLimit = 9223372036854775808.0;  // 2^63
  if (value >= kLimit) return std::numeric_limits<std::int64_t>::max();
  if (value < -kLimit) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

std::size_t count_nulls(const std::vector<std::uint8_t>& valid) {
  return static_cast<std::size_t>(std::count(valid.begin(), valid.end(), std::uint8_t{0}));
}

}  // namespace

std::string_view name_of(ColumnType type) { return kTypeNames.at(static_cast<std::size_t>(type)); }

Result<ColumnType> column_type(std::string_view name) {
  for (std::size_t i = 0; i < kTypeNames.size(); ++i) {
    if (kTypeNames[i] == name) return static_cast<ColumnType>(i);
  }
  const std::vector<std::string> known(kTypeNames.begin(), kTypeNames.end());
  return invalid("unknown column type \"{}\"{}; known are {}", name, did_you_mean(name, known),
                 fmt::join(known, ", "));
}

Column Column::of_doubles(std::string name, std::vector<double> values) {
  Column column(std::move(name), ColumnType::float64);
  column.adopt_doubles(std::move(values), {});
  return column;
}

Column Column::of_ints(std::string name, std::vector<std::int64_t> values, ColumnType type) {
  Column column(std::move(name), type);
  column.adopt_ints(std::move(values), {});
  return column;
}

Column Column::of_texts(std::string name, std::span<const std::string> values) {
  Column column(std::move(name), ColumnType::text);
  column.reserve(values.size());
  for (const auto& value : values) column.append_text(value);
  return column;
}

double Column::number(std::size_t row) const {
  if (is_null(row) || type_ == ColumnType::text) return std::numeric_limits<double>::quiet_NaN();
  return type_ == ColumnType::float64 ? doubles_[row] : static_cast<double>(ints_[row]);
}

std::string Column::shown(std::size_t row) const {
  if (is_null(row)) return {};
  switch (type_) {
    case ColumnType::boolean:
      return ints_[row] != 0 ? "true" : "false";
    case ColumnType::int64:
      return fmt::to_string(ints_[row]);
    case ColumnType::float64:
      return fmt::to_string(doubles_[row]);
    case ColumnType::text:
      return std::string(text(row));
    case ColumnType::timestamp:
      return format_time(ints_[row]);
  }
  return {};
}

Json Column::json(std::size_t row) const {
  if (is_null(row)) return nullptr;
  switch (type_) {
    case ColumnType::boolean:
      return ints_[row] != 0;
    case ColumnType::int64:
      return ints_[row];
    case ColumnType::float64:
      return doubles_[row];
    case ColumnType::text:
      return Json(text(row));
    case ColumnType::timestamp:
      return Json(format_time(ints_[row]));
  }
  return nullptr;
}

void Column::reserve(std::size_t rows) {
  switch (type_) {
    case ColumnType::float64:
      doubles_.reserve(rows);
      break;
    case ColumnType::text:
      offsets_.reserve(rows + 1);
      break;
    default:
      ints_.reserve(rows);
  }
}

// Called once a row, after its value slot was filled.
void Column::mark(bool present) {
  if (!present && valid_.empty()) valid_.assign(size_, 1);
  ++size_;
  if (!present) ++null_count_;
  if (null_count_ != 0) valid_.push_back(present ? 1 : 0);
}

void Column::append_null() {
  switch (type_) {
    case ColumnType::float64:
      doubles_.push_back(std::numeric_limits<double>::quiet_NaN());
      break;
    case ColumnType::text:
      if (offsets_.empty()) offsets_.push_back(0);
      offsets_.push_back(characters_.size());
      break;
    default:
      ints_.push_back(0);
  }
  mark(false);
}

void Column::append_number(double value) {
  assert(type_ != ColumnType::text);
  if (type_ == ColumnType::float64) {
    doubles_.push_back(value);
  } else if (std::isnan(value)) {
    return append_null();
  } else {
    ints_.push_back(type_ == ColumnType::boolean ? (value != 0 ? 1 : 0) : to_int64(value));
  }
  mark(true);
}

void Column::append_int(std::int64_t value) {
  assert(type_ != ColumnType::text);
  if (type_ == ColumnType::float64) {
    doubles_.push_back(static_cast<double>(value));
  } else {
    ints_.push_back(type_ == ColumnType::boolean ? (value != 0 ? 1 : 0) : value);
  }
  mark(true);
}

void Column::append_text(std::string_view value) {
  assert(type_ == ColumnType::text);
  if (offsets_.empty()) offsets_.push_back(0);
  characters_ += value;
  offsets_.push_back(characters_.size());
  mark(true);
}

void Column::append_from(const Column& other, std::size_t row) {
  assert(type_ == other.type_);
  if (other.is_null(row)) return append_null();
  switch (type_) {
    case ColumnType::float64:
      return append_number(other.doubles_[row]);
    case ColumnType::text:
      return append_text(other.text(row));
    default:
      return append_int(other.ints_[row]);
  }
}

Result<void> Column::append_json_value(const JsonReader& value) {
  if (value.value().is_null()) {
    append_null();
    return {};
  }
  switch (type_) {
    case ColumnType::boolean: {
      MARU_ASSIGN(const bool boolean, value.boolean());
      append_int(boolean ? 1 : 0);
      break;
    }
    case ColumnType::int64: {
      MARU_ASSIGN(const std::int64_t integer, value.integer());
      append_int(integer);
      break;
    }
    case ColumnType::float64: {
      MARU_ASSIGN(const double number, value.number());
      append_number(number);
      break;
    }
    case ColumnType::text: {
      MARU_ASSIGN(const std::string text, value.text());
      append_text(text);
      break;
    }
    case ColumnType::timestamp: {
      if (const auto* text = value.value().if_string()) {
        auto time = parse_time(*text);
        if (!time) return value.wrong(time.error().message);
        append_int(*time);
        break;
      }
      const auto time = value.integer();
      if (!time) return value.expected("a time (RFC 3339 text, or milliseconds since 1970)");
      append_int(*time);
      break;
    }
  }
  return {};
}

void Column::adopt_doubles(std::vector<double> values, std::vector<std::uint8_t> valid) {
  assert(type_ == ColumnType::float64 && (valid.empty() || valid.size() == values.size()));
  doubles_ = std::move(values);
  size_ = doubles_.size();
  null_count_ = count_nulls(valid);
  valid_ = null_count_ == 0 ? std::vector<std::uint8_t>() : std::move(valid);
}

void Column::adopt_ints(std::vector<std::int64_t> values, std::vector<std::uint8_t> valid) {
  assert(type_ != ColumnType::float64 && type_ != ColumnType::text &&
         (valid.empty() || valid.size() == values.size()));
  ints_ = std::move(values);
  size_ = ints_.size();
  null_count_ = count_nulls(valid);
  valid_ = null_count_ == 0 ? std::vector<std::uint8_t>() : std::move(valid);
}

const Column* Table::find(std::string_view name) const {
  const auto found = std::find_if(columns_.begin(), columns_.end(),
                                  [&](const Column& column) { return column.name() == name; });
  return found == columns_.end() ? nullptr : &*found;
}

Result<const Column*> Table::column(std::string_view name) const {
  if (const Column* found = find(name)) return found;
  const auto known = names();
  return not_found("there is no column \"{}\"{}; the columns are {}", name, did_you_mean(name, known),
                   fmt::join(known, ", "));
}

std::vector<std::string> Table::names() const {
  std::vector<std::string> out;
  out.reserve(columns_.size());
  for (const auto& column : columns_) out.push_back(column.name());
  return out;
}

Table Table::take(std::span<const std::size_t> rows) const {
  Table out;
  for (const auto& column : columns_) {
    Column taken(column.name(), column.type());
    taken.reserve(rows.size());
    for (const std::size_t row : rows) taken.append_from(column, row);
    out.add(std::move(taken));
  }
  return out;
}

JsonObject Table::row_json(std::size_t row) const {
  JsonObject out;
  for (const auto& column : columns_) out[column.name()] = column.json(row);
  return out;
}

}  // namespace maru
