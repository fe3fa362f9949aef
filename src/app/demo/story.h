#pragma once
// What the replay tells: one row a month, and the summary.

#include <string>
#include <vector>

#include "base/json.h"

namespace maru::app {

struct MonthRow {
  std::string month;                 // "2011-05"
  std::vector<std::string> drifted;  // columns
  double rmse_frozen = 0;
  double rmse_champion = 0;
  std::vector<std::string> actions;  // "retrained → v3 champion"
};

// Sums of squared errors and latencies as the replay goes. Not thread-safe.
class ErrorSum {
 public:
  void add(double truth, double predicted) {
    squares_ += (truth - predicted) * (truth - predicted);
    ++count_;
  }
  void add(const ErrorSum& other) {
    squares_ += other.squares_;
    count_ += other.count_;
  }
  double rmse() const;
  std::size_t count() const { return count_; }

 private:
  double squares_ = 0;
  std::size_t count_ = 0;
};

struct Story {
  std::vector<MonthRow> months;
  ErrorSum frozen, champion;
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  int swaps = 0;
  std::vector<std::int64_t> champion_versions;  // in order of taking over

  // The shape that docs/reference/demo.md promises.
  JsonObject json() const;
  std::string summary() const;  // sentences for people
  static std::string header();
  std::string line(const MonthRow& row) const;
};

}  // namespace maru::app
