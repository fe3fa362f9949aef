#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/hash.h"
#include "datasets/catalog.h"

namespace maru::datasets {
namespace {

// Gathers what is hashed into larger pieces: a digest call a value would cost more than the digest.
class Digest {
 public:
  void add(std::uint64_t value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    buffer_.append(bytes, sizeof value);
    flush_when_full();
  }
  void add(std::string_view text) {
    add(text.size());
    buffer_ += text;
    flush_when_full();
  }
  std::string hex() {
    sha_.update(buffer_);
    return sha_.hex();
  }

 private:
  static constexpr std::size_t kPieceBytes = 1 << 16;
  void flush_when_full() {
    if (buffer_.size() < kPieceBytes) return;
    sha_.update(buffer_);
    buffer_.clear();
  }

  Sha256 sha_;
  std::string buffer_;
};

// One bit pattern a value: every NaN is the same NaN, and 0.0 is -0.0.
std::uint64_t bits_of(double value) {
  if (std::isnan(value)) return std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN());
  return std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
}

void add_value(Digest& digest, const Column& column, std::size_t row) {
  switch (column.type()) {
    case ColumnType::text:
      return digest.add(column.text(row));
    case ColumnType::float64:
      return digest.add(bits_of(column.doubles()[row]));
    default:
      return digest.add(static_cast<std::uint64_t>(column.ints()[row]));
  }
}

// Which rows are null comes first, so that no value can be mistaken for a null.
void add_column(Digest& digest, const Column& column) {
  digest.add(column.name());
  digest.add(name_of(column.type()));
  digest.add(column.null_count());
  for (std::size_t row = 0; row < column.size(); ++row)
    if (column.is_null(row)) digest.add(row);
  for (std::size_t row = 0; row < column.size(); ++row)
    if (!column.is_null(row)) add_value(digest, column, row);
}

}  // namespace

std::string content_hash(const Table& table) {
  Digest digest;
  digest.add("maru data set 1");
  digest.add(table.columns().size());
  digest.add(table.rows());
  for (const Column& column : table.columns()) add_column(digest, column);
  return digest.hex();
}

}  // namespace maru::datasets
