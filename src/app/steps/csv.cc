#include "app/steps/csv.h"

namespace maru::app {
namespace {

void append_field(std::string& csv, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    csv += text;
    return;
  }
  csv += '"';
  for (const char c : text) {
    if (c == '"') csv += '"';
    csv += c;
  }
  csv += '"';
}

}  // namespace

std::string csv_of(const Table& table) {
  std::string csv;
  bool first = true;
  for (const auto& column : table.columns()) {
    if (!first) csv += ',';
    first = false;
    append_field(csv, column.name());
  }
  csv += '\n';
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t i = 0; i < table.columns().size(); ++i) {
      if (i > 0) csv += ',';
      append_field(csv, table.columns()[i].shown(row));
    }
    csv += '\n';
  }
  return csv;
}

}  // namespace maru::app
