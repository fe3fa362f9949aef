#pragma once
// The bikes project's data, cut for a replay: what is known at the start, and each later hour.

#include <filesystem>
#include <string>
#include <vector>

#include "base/columns.h"
#include "base/result.h"
#include "base/time.h"

namespace maru::app {

struct BikesHour {
  TimeMs hour_ms = 0;
  double count = 0;    // rides in that hour
  JsonObject weather;  // a row of source `weather`, known at the hour's start
  JsonObject rides;    // a row of source `rides`, known at its end
};

struct BikesData {
  std::string rides_csv;    // data set `rides`, version 1
  std::string weather_csv;  // data set `weather`, version 1
  std::size_t known_hours = 0;
  std::vector<BikesHour> later;  // in time order
};

// Reads examples/bikes/data/hour.csv.gz and cuts it at `start_ms`.
Result<BikesData> read_bikes(const std::filesystem::path& file, TimeMs start_ms);

}  // namespace maru::app
