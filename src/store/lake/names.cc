#include <algorithm>
#include <array>

#include "base/ids.h"
#include "store/lake.h"

namespace maru::store {
namespace {

constexpr std::array<std::string_view, 4> kFormatNames{"csv", "csv_gz", "parquet", "jsonl"};

struct Ending {
  std::string_view text;
  FileFormat format;
};
constexpr Ending kEndings[] = {
    {".csv.gz", FileFormat::csv_gz}, {".tsv.gz", FileFormat::csv_gz},   {".csv", FileFormat::csv},
    {".tsv", FileFormat::csv},       {".parquet", FileFormat::parquet}, {".jsonl", FileFormat::jsonl},
    {".ndjson", FileFormat::jsonl},  {".jsonl.gz", FileFormat::jsonl},  {".ndjson.gz", FileFormat::jsonl},
};

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

}  // namespace

Result<FileFormat> file_format_of(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  for (const Ending& ending : kEndings)
    if (name.ends_with(ending.text)) return ending.format;
  return invalid(
      "{}: cannot tell the format: expected a name ending in .csv, .csv.gz, .tsv, .parquet or .jsonl",
      path.string());
}

Result<FileFormat> file_format(std::string_view name) {
  for (std::size_t i = 0; i < kFormatNames.size(); ++i)
    if (kFormatNames[i] == name) return static_cast<FileFormat>(i);
  const std::vector<std::string> known(kFormatNames.begin(), kFormatNames.end());
  return invalid("unknown file format \"{}\"{}; known are {}", name, did_you_mean(name, known),
                 fmt::join(known, ", "));
}

std::string_view name_of(FileFormat format) { return kFormatNames.at(static_cast<std::size_t>(format)); }

std::string sql_identifier(std::string_view name) { return quoted(name, '"'); }
std::string sql_literal(std::string_view text) { return quoted(text, '\''); }

}  // namespace maru::store
