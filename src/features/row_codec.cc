#include "features/internal/row_codec.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "base/hash.h"

namespace maru::features {
namespace {

constexpr std::size_t kHeaderBytes = 8;
constexpr std::size_t kSlotBytes = 8;

std::size_t null_bytes(std::size_t columns) { return (columns + 7) / 8; }

template <class T>
T load(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
template <class T>
void store_at(std::string& bytes, std::size_t at, T value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

bool has_value(const Column* column, std::size_t row) {
  if (column == nullptr || column->is_null(row)) return false;
  return column->type() != ColumnType::float64 || std::isfinite(column->doubles()[row]);
}

int compare(auto a, auto b) { return a < b ? -1 : a > b ? 1 : 0; }

// Whole numbers hash alike as integers and as doubles.
std::uint64_t number_bits(const RowView& row, std::size_t column, ColumnType type) {
  constexpr std::int64_t kExactLimit = std::int64_t{1} << 53;
  if (type != ColumnType::float64) {
    const std::int64_t value = row.integer(column);
    if (value > kExactLimit || value < -kExactLimit) return static_cast<std::uint64_t>(value);
  }
  return std::bit_cast<std::uint64_t>(row.number(column, type));
}

}  // namespace

std::uint64_t schema_id_of(const store::LakeSchema& schema) {
  std::string text;
  for (const auto& [name, type] : schema) text += fmt::format("{}:{}:{};", name.size(), name, name_of(type));
  return stable_hash64(text);
}

std::string encode_row(std::uint64_t schema_id, std::span<const Column* const> columns, std::size_t row) {
  const std::size_t slots = kHeaderBytes + null_bytes(columns.size());
  std::string bytes(slots + columns.size() * kSlotBytes, '\0');
  store_at(bytes, 0, schema_id);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!has_value(columns[i], row)) {
      bytes[kHeaderBytes + i / 8] = static_cast<char>(bytes[kHeaderBytes + i / 8] | 1 << (i % 8));
      continue;
    }
    const Column& column = *columns[i];
    const std::size_t at = slots + i * kSlotBytes;
    if (column.type() == ColumnType::float64) {
      store_at(bytes, at, column.doubles()[row] + 0.0);  // -0.0 + 0.0 is 0.0
    } else if (column.type() != ColumnType::text) {
      store_at(bytes, at, column.ints()[row]);
    } else {
      const std::string_view text = column.text(row);
      store_at(bytes, at, static_cast<std::uint32_t>(bytes.size()));
      store_at(bytes, at + 4, static_cast<std::uint32_t>(text.size()));
      bytes += text;
    }
  }
  return bytes;
}

Result<std::uint64_t> RowView::schema_id(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes) return make_error(Code::data_loss, "a stored feature row is cut off");
  return load<std::uint64_t>(bytes.data());
}

Result<RowView> RowView::of(std::string_view bytes, std::size_t columns) {
  if (bytes.size() < kHeaderBytes + null_bytes(columns) + columns * kSlotBytes)
    return make_error(Code::data_loss, "a stored feature row is cut off");
  return RowView(bytes, columns);
}

const char* RowView::slot(std::size_t column) const {
  return bytes_.data() + kHeaderBytes + null_bytes(columns_) + column * kSlotBytes;
}

bool RowView::is_null(std::size_t column) const {
  return (bytes_[kHeaderBytes + column / 8] >> (column % 8) & 1) != 0;
}

std::int64_t RowView::integer(std::size_t column) const { return load<std::int64_t>(slot(column)); }

double RowView::number(std::size_t column, ColumnType type) const {
  return type == ColumnType::float64 ? load<double>(slot(column)) : static_cast<double>(integer(column));
}

std::string_view RowView::text(std::size_t column) const {
  const auto offset = load<std::uint32_t>(slot(column)), size = load<std::uint32_t>(slot(column) + 4);
  if (offset > bytes_.size() || size > bytes_.size() - offset) return {};
  return bytes_.substr(offset, size);
}

void RowView::append_to(Column& out, std::size_t column, ColumnType type) const {
  if (is_null(column)) return out.append_null();
  if (type == ColumnType::text) return out.append_text(text(column));
  type == ColumnType::float64 ? out.append_number(number(column, type)) : out.append_int(integer(column));
}

std::int64_t content_hash_of(const RowView& row, const store::LakeSchema& schema) {
  std::uint64_t sum = 0;  // a sum, so that the order of columns does not matter
  for (std::size_t i = 0; i < schema.size(); ++i) {
    if (row.is_null(i)) continue;
    const std::uint64_t name = stable_hash64(schema[i].first);
    if (schema[i].second == ColumnType::text) {
      sum += stable_hash64(row.text(i), name);
      continue;
    }
    const std::uint64_t bits = number_bits(row, i, schema[i].second);
    sum += stable_hash64(std::string_view(reinterpret_cast<const char*>(&bits), sizeof bits), name);
  }
  return static_cast<std::int64_t>(sum);
}

int compare_rows(const RowView& a, const RowView& b, const store::LakeSchema& schema) {
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const int nulls = compare(!a.is_null(i), !b.is_null(i));
    if (nulls != 0) return nulls;
    if (a.is_null(i)) continue;
    int order = 0;
    switch (schema[i].second) {
      case ColumnType::text:
        order = compare(a.text(i).compare(b.text(i)), 0);
        break;
      case ColumnType::float64:
        order = compare(a.number(i, ColumnType::float64), b.number(i, ColumnType::float64));
        break;
      default:
        order = compare(a.integer(i), b.integer(i));
    }
    if (order != 0) return order;
  }
  return 0;
}

}  // namespace maru::features
