#pragma once
// Small tables with a known truth for training tests.

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "base/columns.h"
#include "base/time.h"

namespace maru::training {

// y = 3·a - 2·b + 5·[c > 0.5] (+ noise), hourly rows. `label` is y, or y > 0 as 0/1 in "positive".
inline Table made_table(std::size_t rows, std::uint64_t seed = 7, double noise = 0.1) {
  std::mt19937_64 random(seed);
  const auto unit = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  std::vector<double> a, b, c, y, positive;
  std::vector<std::int64_t> at;
  for (std::size_t row = 0; row < rows; ++row) {
    a.push_back(unit());
    b.push_back(unit());
    c.push_back(unit());
    y.push_back(3 * a.back() - 2 * b.back() + (c.back() > 0.5 ? 5 : 0) + noise * (unit() - 0.5));
    positive.push_back(y.back() > 3 ? 1 : 0);
    at.push_back(static_cast<std::int64_t>(row) * kHourMs);
  }
  Table table;
  table.add(Column::of_ints("at", std::move(at), ColumnType::timestamp));
  table.add(Column::of_doubles("a", std::move(a)));
  table.add(Column::of_doubles("b", std::move(b)));
  table.add(Column::of_doubles("c", std::move(c)));
  table.add(Column::of_doubles("y", std::move(y)));
  table.add(Column::of_doubles("positive", std::move(positive)));
  return table;
}

}  // namespace maru::training
