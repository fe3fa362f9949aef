#pragma once

#include <gtest/gtest.h>

#include <fstream>

#include "datasets/catalog.h"
#include "datasets/lineage.h"
#include "events/log.h"
#include "store/test_database.h"

namespace maru::datasets {

inline constexpr TimeMs kStartMs = 1304208000000;  // 2011-05-01

// Everything a catalog needs, in a folder of its own.
class DatasetsTest : public ::testing::Test {
 protected:
  DatasetsTest() { open(); }

  void open() {
    catalog_ = Catalog::open({.folder = database_.folder() / "lake" / "datasets"},
                             {*database_, *lake_, events_, lineage_, clock_, profiler_, checker_})
                   .value();
  }
  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::ofstream(database_.folder() / name, std::ios::binary) << text;
    return database_.folder() / name;
  }
  std::vector<events::Event> all_events() { return events_.list({}).value(); }

  store::TestDatabase database_;
  ManualClock clock_{kStartMs};
  std::unique_ptr<store::Lake> lake_ = store::Lake::open({.folder = database_.folder() / "spill"}).value();
  events::Log events_{*database_, clock_};
  Lineage lineage_{*database_, clock_};
  Profiler profiler_ = [](const Table& table) -> Result<JsonObject> {
    return JsonObject{{"rows", table.rows()}};
  };
  Checker checker_ = [](const Table& table, const JsonArray& expectations) -> Result<JsonArray> {
    JsonArray out;
    for (const Json& each : expectations)
      out.push_back(JsonObject{{"expect", each},
                               {"passed", table.find(std::string(each.as_string())) != nullptr},
                               {"severity", "error"},
                               {"observed", "-"},
                               {"message", "-"}});
    return out;
  };
  std::unique_ptr<Catalog> catalog_;
};

}  // namespace maru::datasets
