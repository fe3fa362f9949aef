#pragma once

#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "store/lake.h"

namespace maru::store {

inline Table small_table() {
  Column city("city", ColumnType::text), count("cnt", ColumnType::int64), temp("temp", ColumnType::float64),
      at("at", ColumnType::timestamp), open("open", ColumnType::boolean);
  for (int i = 0; i < 5; ++i) {
    city.append_text(i % 2 == 0 ? "dc" : "a city with a name longer than twelve bytes");
    i == 3 ? count.append_null() : count.append_int(i * 10);
    temp.append_number(i / 4.0);
    at.append_int(1304208000000 + i * 3600000);
    open.append_int(i % 2);
  }
  return Table({city, count, temp, at, open});
}

class LakeTest : public ::testing::Test {
 protected:
  LakeTest()
      : folder_(TemporaryFolder::create("lake").value()),
        lake_(Lake::open({.folder = folder_.path() / "spill"}).value()) {}

  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name, std::ios::binary) << text;
    return folder_.path() / name;
  }
  Error error_of(std::string_view sql, std::span<const LakeSource> sources = {}) {
    auto result = lake_->query(sql, sources);
    EXPECT_FALSE(result.has_value()) << sql;
    return result.has_value() ? Error{} : result.error();
  }

  TemporaryFolder folder_;
  std::unique_ptr<Lake> lake_;
};

}  // namespace maru::store
