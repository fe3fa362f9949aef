#pragma once
// The first line of a CSV file: what separates, and the names.

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace maru::store::lake {

struct CsvHeader {
  char delimiter = ',';
  std::vector<std::string> names;
};

// Reads plain and gzip files. invalid_argument: no header, an empty or a repeated name, not UTF-8.
Result<CsvHeader> read_csv_header(const std::filesystem::path& path);
// Pure.
Result<CsvHeader> parse_csv_header(std::string_view line);

}  // namespace maru::store::lake
