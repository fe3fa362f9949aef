#pragma once
// Rows of a relation as bytes: fixed slots first, so that one column is read without decoding the others.
//
//   schema id (8) | null bits (⌈n/8⌉) | n slots of 8 bytes: integer, double, or offset and length (4 + 4) of
//   text | text

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/columns.h"
#include "store/lake.h"

namespace maru::features {

std::uint64_t schema_id_of(const store::LakeSchema& schema);

// `columns[i]` is schema column i of the row's table, or null when the table lacks it. Numbers that are not
// finite are null, -0.0 is 0.0.
std::string encode_row(std::uint64_t schema_id, std::span<const Column* const> columns, std::size_t row);

// A view of one encoded row. The bytes must outlive it.
class RowView {
 public:
  // data_loss when the bytes are no row of n columns.
  static Result<RowView> of(std::string_view bytes, std::size_t columns);
  static Result<std::uint64_t> schema_id(std::string_view bytes);

  bool is_null(std::size_t column) const;
  std::int64_t integer(std::size_t column) const;
  double number(std::size_t column, ColumnType type) const;  // integers converted
  std::string_view text(std::size_t column) const;           // "" when the bytes are damaged
  void append_to(Column& out, std::size_t column, ColumnType type) const;

 private:
  RowView(std::string_view bytes, std::size_t columns) : bytes_(bytes), columns_(columns) {}
  const char* slot(std::size_t column) const;
  std::string_view bytes_;
  std::size_t columns_;
};

// The same for equal names and values, whatever the schema's id, order of columns, or kind of number.
std::int64_t content_hash_of(const RowView& row, const store::LakeSchema& schema);

// -1, 0, 1: the order in which the greater row wins a tie; column by column, null first.
int compare_rows(const RowView& a, const RowView& b, const store::LakeSchema& schema);

}  // namespace maru::features
