#include "store/lake/duckdb/csv_header.h"

#include <zlib.h>

#include <memory>
#include <set>

namespace maru::store::lake {
namespace {

constexpr std::size_t kHeaderLimitBytes = 1 << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct CloseGzip {
  void operator()(gzFile file) const { gzclose(file); }
};

// Tab or semicolon only when there is no comma: a comma inside a quoted name is rarer than a tab-separated
// file.
char delimiter_of(std::string_view line) {
  for (const char candidate : {',', '\t', ';', '|'})
    if (line.find(candidate) != line.npos) return candidate;
  return ',';
}

std::vector<std::string> split(std::string_view line, char delimiter) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == delimiter && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

}  // namespace

Result<CsvHeader> parse_csv_header(std::string_view line) {
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  CsvHeader header;
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) return invalid("line 1: expected a header with the columns' names, got an empty line");
  header.delimiter = delimiter_of(line);
  header.names = split(line, header.delimiter);
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < header.names.size(); ++i) {
    if (header.names[i].empty()) return invalid("line 1, column {}: expected a name, got nothing", i + 1);
    if (!seen.insert(header.names[i]).second)
      return invalid("line 1, column {}: the name \"{}\" is taken by an earlier column", i + 1,
                     header.names[i]);
  }
  return header;
}

Result<CsvHeader> read_csv_header(const std::filesystem::path& path) {
  const std::unique_ptr<gzFile_s, CloseGzip> file(gzopen(path.c_str(), "rb"));
  if (!file) return not_found("no file {}", path.string());
  std::string line(kHeaderLimitBytes, '\0');
  if (gzgets(file.get(), line.data(), static_cast<int>(line.size())) == nullptr) {
    int code = Z_OK;
    gzerror(file.get(), &code);
    return code < 0 ? invalid("the gzip data is broken")
                    : invalid("the file is empty: expected a header with the columns' names");
  }
  line.resize(std::strlen(line.data()));
  if (!line.ends_with('\n') && line.size() + 1 >= kHeaderLimitBytes)
    return invalid("line 1: longer than {} bytes", kHeaderLimitBytes);
  return parse_csv_header(line);
}

}  // namespace maru::store::lake
