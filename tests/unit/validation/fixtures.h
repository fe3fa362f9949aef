#pragma once
// Data sets and golden files for the validation tests.

#include <filesystem>
#include <functional>
#include <string>

#include "base/columns.h"
#include "base/json.h"

namespace maru::validation {

// The folder with golden values and the data they were computed from: MARU_SHARED_DIR, else ../shared beside
// the source tree. Empty when there is none: the caller skips, loudly.
std::filesystem::path shared_folder();

// A CSV file (gzip when named .gz) with a header row. A column is int64 when every present value is a whole
// number, float64 when every present one is a number, else text; empty fields are null.
Table read_csv(const std::filesystem::path& file);
Json read_json(const std::filesystem::path& file);

// The rows for which keep(row) holds.
Table filtered(const Table& table, const std::function<bool(std::size_t)>& keep);

// Reference and current sides of a golden split, by the names "bike_sharing_hour.q1_q3_2011", ….
struct Split {
  Table reference, current;
};
Split split_of(const std::string& name, const Table& table);

}  // namespace maru::validation
