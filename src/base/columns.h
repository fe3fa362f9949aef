#pragma once
// Columns and tables in memory: what the lake returns and what validation, features and training compute
// over. Plain data: not synchronised; share as const.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace maru {

enum class ColumnType : std::uint8_t { boolean, int64, float64, text, timestamp };
std::string_view name_of(ColumnType type);  // "boolean", "int64", "float64", "text", "timestamp"
Result<ColumnType> column_type(std::string_view name);

// One named, typed column of n values, each present or null. Values of null rows are unspecified but
// readable.
class Column {
 public:
  Column(std::string name, ColumnType type) : name_(std::move(name)), type_(type) {}
  static Column of_doubles(std::string name, std::vector<double> values);  // NaN stays a value, not a null
  static Column of_ints(std::string name, std::vector<std::int64_t> values,
                        ColumnType type = ColumnType::int64);
  static Column of_texts(std::string name, std::span<const std::string> values);

  const std::string& name() const { return name_; }
  void rename(std::string name) { name_ = std::move(name); }
  ColumnType type() const { return type_; }
  bool is_numeric() const {
    return type_ == ColumnType::int64 || type_ == ColumnType::float64 || type_ == ColumnType::boolean;
  }
  std::size_t size() const { return size_; }
  std::size_t null_count() const { return null_count_; }
  bool is_null(std::size_t row) const { return null_count_ != 0 && valid_[row] == 0; }

  // Typed views of all rows. doubles() only for float64; ints() for boolean (0/1), int64 and timestamp (ms).
  std::span<const double> doubles() const { return doubles_; }
  std::span<const std::int64_t> ints() const { return ints_; }
  std::string_view text(std::size_t row) const {
    return std::string_view(characters_).substr(offsets_[row], offsets_[row + 1] - offsets_[row]);
  }
  // The value as a double: NaN for null and for text.
  double number(std::size_t row) const;
  // The value as text for people and hashing: "" for null, shortest decimals, RFC 3339.
  std::string shown(std::size_t row) const;
  Json json(std::size_t row) const;  // null, bool, number, string; timestamps as RFC 3339 strings

  void reserve(std::size_t rows);
  void append_null();
  void append_number(double value);     // float64; converts for the integer types
  void append_int(std::int64_t value);  // boolean, int64, timestamp; converts for float64
  void append_text(std::string_view value);
  void append_from(const Column& other, std::size_t row);  // same type
  // From JSON of the right kind (RFC 3339 or ms for timestamps); invalid_argument otherwise.
  Result<void> append_json_value(const JsonReader& value);
  // Bulk fill used by the lake: replaces the contents.
  void adopt_doubles(std::vector<double> values, std::vector<std::uint8_t> valid);
  void adopt_ints(std::vector<std::int64_t> values, std::vector<std::uint8_t> valid);

 private:
  void mark(bool present);

  std::string name_;
  ColumnType type_;
  std::size_t size_ = 0;
  std::size_t null_count_ = 0;
  std::vector<std::uint8_t> valid_;  // empty while there is no null
  std::vector<double> doubles_;
  std::vector<std::int64_t> ints_;
  std::string characters_;            // text values end to end
  std::vector<std::size_t> offsets_;  // n + 1 of them once a text was appended
};

// Columns of equal length.
class Table {
 public:
  Table() = default;
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  std::size_t rows() const { return columns_.empty() ? 0 : columns_.front().size(); }
  const std::vector<Column>& columns() const { return columns_; }
  std::vector<Column>& columns() { return columns_; }
  const Column* find(std::string_view name) const;
  // not_found, naming the nearest column.
  Result<const Column*> column(std::string_view name) const;
  std::vector<std::string> names() const;
  void add(Column column) { columns_.push_back(std::move(column)); }
  // The rows whose index is in `rows`, in that order.
  Table take(std::span<const std::size_t> rows) const;
  JsonObject row_json(std::size_t row) const;

 private:
  std::vector<Column> columns_;
};

}  // namespace maru
