// A training set of 100,000 examples over 1,000,000 rows of 20 features, against the DuckDB query that one
// would write by hand for the same Parquet file. The contenders take turns; the first turn of ours also looks
// whether rows tie (remembered for the data set's version afterwards). Prints the median time of each, the
// ratio, and whether the answers agree.
#include <cstdio>
#include <random>

#include "feature_world.h"

namespace {

using namespace maru;
using bench::required;

constexpr std::size_t kRows = 1'000'000, kExamples = 100'000, kEntities = 10'000;
constexpr int kFeatures = 20, kTurns = 7;
constexpr TimeMs kStart = 1'304'208'000'000;

std::string feature(int i) { return fmt::format("f{}", i); }

Table history() {
  std::mt19937_64 random(1);
  std::vector<std::int64_t> ids(kRows), times(kRows);
  for (std::size_t i = 0; i < kRows; ++i) {
    ids[i] = static_cast<std::int64_t>(random() % kEntities);
    times[i] = kStart + static_cast<TimeMs>(random() % (30ULL * kDayMs));
  }
  Table table;
  table.add(Column::of_ints("user_id", std::move(ids)));
  table.add(Column::of_ints("at", std::move(times), ColumnType::timestamp));
  for (int f = 0; f < kFeatures; ++f) {
    std::vector<double> values(kRows);
    for (double& value : values) value = static_cast<double>(random() >> 11) * 0x1p-53;
    table.add(Column::of_doubles(feature(f), std::move(values)));
  }
  return table;
}

Table examples() {
  std::mt19937_64 random(2);
  std::vector<std::int64_t> ids(kExamples), times(kExamples);
  for (std::size_t i = 0; i < kExamples; ++i) {
    ids[i] = static_cast<std::int64_t>(random() % kEntities);
    times[i] = kStart + static_cast<TimeMs>(random() % (30ULL * kDayMs));
  }
  return Table({Column::of_ints("user_id", std::move(ids)),
                Column::of_ints("at", std::move(times), ColumnType::timestamp)});
}

double sum_of(const Table& table, std::string_view column) {
  double sum = 0;
  const Column* values = required(table.column(column));
  for (std::size_t row = 0; row < values->size(); ++row)
    if (!values->is_null(row)) sum += values->doubles()[row];
  return sum;
}

double seconds(const std::function<void()>& work) {
  const auto begin = system_clock().steady_ns();
  work();
  return static_cast<double>(system_clock().steady_ns() - begin) * 1e-9;
}

}  // namespace

int main() {
  bench::FeatureWorld world;
  required(world.catalog->register_table("history", history(), {{"kind", "table"}}, {}));
  std::string columns, by_hand = "SELECT e.user_id, e.at";
  for (int f = 0; f < kFeatures; ++f) {
    columns += fmt::format("{}\"{}\"", f == 0 ? "" : ", ", feature(f));
    by_hand += ", h." + feature(f);
  }
  by_hand += " FROM examples e ASOF LEFT JOIN history h ON e.user_id = h.user_id AND e.at >= h.at";
  world.define(fmt::format(
      R"({{"project": "bench", "sources": {{"history": {{"dataset": "history", "timestamp": "at"}}}},
      "entities": {{"user": {{"keys": ["user_id"]}}}}, "features": {{"latest": {{"entity": "user", "source": "history", "columns": [{}]}}}},
      "services": {{"s": ["latest"]}}}})",
      columns));
  const Table entity_rows = examples();
  const store::LakeSource sources[] = {required(world.catalog->source({"history", 1})),
                                       {.name = "examples", .parquet_files = {}, .table = &entity_rows}};
  std::vector<double> ours, hand;
  Table our_answer, hand_answer;
  double first = 0;
  for (int turn = 0; turn < kTurns; ++turn) {
    features::TrainingSetRequest request{.service = "s"};
    request.entity_rows = entity_rows;
    const double ours_seconds =
        seconds([&] { our_answer = required(world.store->training_set(request)).table; });
    hand.push_back(seconds([&] { hand_answer = required(world.lake->query(by_hand, sources)); }));
    turn == 0 ? static_cast<void>(first = ours_seconds) : ours.push_back(ours_seconds);
  }
  const double ours_median = bench::quantile(ours, 0.5), hand_median = bench::quantile(hand, 0.5);
  std::printf("point-in-time join, %zu rows x %zu examples x %d features, %zu rows answered\n", kRows,
              kExamples, kFeatures, our_answer.rows());
  std::printf("  %-28s %8.3f s\n", "DuckDB by hand", hand_median);
  std::printf("  %-28s %8.3f s   ratio %.2f\n", "Maru training set", ours_median, ours_median / hand_median);
  std::printf("  %-28s %8.3f s   ratio %.2f\n", "  first time for the data", first, first / hand_median);
  std::printf("  answers agree: %s\n",
              std::abs(sum_of(our_answer, "f0") - sum_of(hand_answer, "f0")) < 1e-6 ? "yes" : "NO");
}
