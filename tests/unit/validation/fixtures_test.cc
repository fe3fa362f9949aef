#include "validation/fixtures.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace maru::validation {
namespace {

std::string read_all(const std::filesystem::path& file) {
  const std::string command =
      file.extension() == ".gz" ? "gzip -dc '" + file.string() + "'" : "cat '" + file.string() + "'";
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 65536> buffer{};
  for (std::size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    text.append(buffer.data(), got);
  pclose(pipe);
  return text;
}

// The fields of a line; a quoted one is given without its quotes, doubled quotes inside left as they are.
std::vector<std::string_view> split_line(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    std::size_t end = 0;
    for (bool quoted = false; end < line.size() && (quoted || line[end] != ','); ++end)
      quoted = quoted != (line[end] == '"');
    std::string_view field = line.substr(0, end);
    if (field.size() >= 2 && field.front() == '"' && field.back() == '"')
      field = field.substr(1, field.size() - 2);
    fields.push_back(field);
    if (end == line.size()) return fields;
    line.remove_prefix(end + 1);
  }
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number value{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

ColumnType type_of(const std::vector<std::string_view>& values) {
  ColumnType type = ColumnType::int64;
  for (const auto value : values) {
    if (value.empty()) continue;
    if (type == ColumnType::int64 && !number_in<std::int64_t>(value)) type = ColumnType::float64;
    if (type == ColumnType::float64 && !number_in<double>(value)) return ColumnType::text;
  }
  return type;
}

Column column_of(const std::string& name, const std::vector<std::string_view>& values) {
  Column column(name, type_of(values));
  for (const auto value : values) {
    if (value.empty()) {
      column.append_null();
    } else if (column.type() == ColumnType::int64) {
      column.append_int(*number_in<std::int64_t>(value));
    } else if (column.type() == ColumnType::float64) {
      column.append_number(*number_in<double>(value));
    } else {
      column.append_text(value);
    }
  }
  return column;
}

std::uint32_t mixed(std::uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  return x ^ (x >> 16);
}

Split split_by(const Table& table, const std::function<bool(std::size_t)>& in_reference,
               const std::function<bool(std::size_t)>& in_current) {
  return {filtered(table, in_reference), filtered(table, in_current)};
}

}  // namespace

std::filesystem::path shared_folder() {
  const char* named = std::getenv("MARU_SHARED_DIR");
  std::filesystem::path folder = named != nullptr
                                     ? std::filesystem::path(named)
                                     : std::filesystem::path(MARU_SOURCE_DIR).parent_path() / "shared";
  return std::filesystem::exists(folder / "golden" / "drift") ? folder : std::filesystem::path{};
}

Table read_csv(const std::filesystem::path& file) {
  const std::string text = read_all(file);
  std::vector<std::vector<std::string_view>> columns;
  std::vector<std::string> names;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto fields = split_line(line);
    if (names.empty()) {
      names.assign(fields.begin(), fields.end());
      columns.resize(names.size());
      continue;
    }
    for (std::size_t i = 0; i < names.size(); ++i)
      columns[i].push_back(i < fields.size() ? fields[i] : std::string_view{});
  }
  Table table;
  for (std::size_t i = 0; i < names.size(); ++i) table.add(column_of(names[i], columns[i]));
  return table;
}

Json read_json(const std::filesystem::path& file) { return parse_json(read_all(file)).value(); }

Table filtered(const Table& table, const std::function<bool(std::size_t)>& keep) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (keep(row)) rows.push_back(row);
  }
  return table.take(rows);
}

Split split_of(const std::string& name, const Table& table) {
  const auto number = [&](const char* column) {
    return [&table, at = table.find(column)](std::size_t row) { return at->number(row); };
  };
  const auto days = [&](std::string from, std::string to) {
    return [at = table.find("dteday"), from, to](std::size_t row) {
      return at->text(row) >= from && at->text(row) <= to;
    };
  };
  if (name == "bike_sharing_hour.q1_q3_2011")
    return split_by(table, days("2011-01-01", "2011-03-31"), days("2011-07-01", "2011-09-30"));
  if (name == "bike_sharing_hour.jan_feb_2011")
    return split_by(table, days("2011-01-01", "2011-01-28"), days("2011-01-29", "2011-02-28"));
  if (name == "bike_sharing_hour.y2011_y2012")
    return split_by(table, days("2011", "2011-99"), days("2012", "2012-99"));
  if (name == "bike_sharing_hour.control_2012") {
    const auto instant = number("instant");
    const auto in_2012 = days("2012", "2012-99");
    const auto even = [=](std::size_t row) {
      return mixed(static_cast<std::uint32_t>(instant(row))) % 2 == 0;
    };
    return split_by(
        table, [=](std::size_t row) { return in_2012(row) && even(row); },
        [=](std::size_t row) { return in_2012(row) && !even(row); });
  }
  if (name == "adult.education_shift") {
    const auto common = [at = table.find("education")](std::size_t row) {
      const auto value = at->text(row);
      return value == "Some-college" || value == "HS-grad" || value == "Bachelors";
    };
    return split_by(
        table, [=](std::size_t row) { return !common(row); }, common);
  }
  if (name == "electricity_nsw.first_last_third") {
    const auto row_number = number("row");
    return split_by(
        table, [=](std::size_t row) { return row_number(row) < 15104; },
        [=](std::size_t row) { return row_number(row) >= 30208; });
  }
  const auto month = number("month"), day = number("day");
  if (name == "nycflights13.jan_jul") {
    return split_by(
        table, [=](std::size_t row) { return month(row) == 1; },
        [=](std::size_t row) { return month(row) == 7; });
  }
  return split_by(
      table, [=](std::size_t row) { return month(row) == 1 && day(row) == 1; },
      [=](std::size_t row) { return month(row) == 1 && day(row) == 2; });
}

}  // namespace maru::validation
