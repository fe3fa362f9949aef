#include "app/demo/bikes_data.h"

#include "base/file.h"
#include "store/lake.h"

namespace maru::app {
namespace {

constexpr std::array kRides{"city", "hour", "casual", "registered", "cnt", "arrived"};
constexpr std::array kWeather{"city",      "hour",       "temp",    "atemp",      "hum",
                              "windspeed", "weathersit", "holiday", "workingday", "season"};

Result<std::vector<const Column*>> columns_named(const Table& table, std::span<const char* const> names) {
  std::vector<const Column*> columns;
  for (const char* name : names) {
    MARU_ASSIGN(const Column* column, table.column(name));
    columns.push_back(column);
  }
  return columns;
}

std::string csv_header(std::span<const char* const> names) {
  return fmt::format("{}\n", fmt::join(names, ","));
}

// No value of this data holds a comma, a quote or a line break.
void append_csv_row(std::string& csv, const std::vector<const Column*>& columns, std::size_t row) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) csv += ',';
    csv += columns[i]->shown(row);
  }
  csv += '\n';
}

JsonObject json_row(const std::vector<const Column*>& columns, std::size_t row) {
  JsonObject object;
  for (const Column* column : columns) object[column->name()] = column->json(row);
  return object;
}

}  // namespace

Result<BikesData> read_bikes(const std::filesystem::path& file, TimeMs start_ms) {
  MARU_ASSIGN(const auto folder, TemporaryFolder::create("maru-demo-read"));
  MARU_ASSIGN(const auto lake, store::Lake::open({.folder = folder.path()}));
  MARU_ASSIGN(const Table table, lake->read_file(file, store::FileFormat::csv_gz));
  MARU_ASSIGN(const auto rides, columns_named(table, kRides));
  MARU_ASSIGN(const auto weather, columns_named(table, kWeather));
  MARU_ASSIGN(const Column* hours, table.column("hour"));
  MARU_ASSIGN(const Column* counts, table.column("cnt"));
  if (hours->type() != ColumnType::timestamp)
    return invalid("{}: column hour: expected timestamps", file.string());

  BikesData data{csv_header(kRides), csv_header(kWeather), 0, {}};
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const TimeMs hour_ms = hours->ints()[row];
    if (hour_ms < start_ms) {
      append_csv_row(data.rides_csv, rides, row);
      append_csv_row(data.weather_csv, weather, row);
      ++data.known_hours;
    } else {
      data.later.push_back({hour_ms, counts->number(row), json_row(weather, row), json_row(rides, row)});
    }
  }
  std::stable_sort(data.later.begin(), data.later.end(),
                   [](const BikesHour& a, const BikesHour& b) { return a.hour_ms < b.hour_ms; });
  return data;
}

}  // namespace maru::app
