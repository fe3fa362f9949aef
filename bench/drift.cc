// Drift of two Parquet files of N rows × 20 columns: what `maru drift` costs, reading included.
// bench/drift.py runs it beside Evidently and beside numpy/scipy on the same files.
//   bench_drift make FOLDER ROWS        writes FOLDER/reference.parquet and FOLDER/current.parquet
//   bench_drift run FOLDER MODE [METHOD…]  prints one JSON object a method (or "auto"): seconds to read, to
//   compute, peak memory
#include "validation/drift.h"

#include <sys/resource.h>

#include <cstdio>
#include <ctime>
#include <random>

#include "base/file.h"
#include "base/time.h"
#include "store/lake.h"
#include "validation/profile.h"

namespace {

using namespace maru;

constexpr int kThreads = 2;

double wall_seconds() { return static_cast<double>(system_clock().steady_ns()) * 1e-9; }
double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}
double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Twelve continuous columns, four of whole numbers, four of categories; a third of them moves a little in the
// current data.
Table made(std::size_t rows, double shift, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::exponential_distribution<double> exponential;
  Table table;
  for (int c = 0; c < 12; ++c) {
    Column column(fmt::format("x{}", c), ColumnType::float64);
    column.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      const double value = normal(random) + (c % 3 == 0 ? shift : 0);
      if (c % 6 == 5 && random() % 50 == 0) {
        column.append_null();
      } else {
        column.append_number(c % 4 == 1   ? std::exp(value)
                             : c % 4 == 2 ? (value > 0 ? exponential(random) : 0)
                                          : value);
      }
    }
    table.add(std::move(column));
  }
  for (int c = 0; c < 4; ++c) {
    Column column(fmt::format("n{}", c), ColumnType::int64);
    const auto values = static_cast<std::uint64_t>(c == 0 ? 7 : c == 1 ? 24 : c == 2 ? 1000 : 1'000'000);
    for (std::size_t row = 0; row < rows; ++row)
      column.append_int(static_cast<std::int64_t>(random() % values));
    table.add(std::move(column));
  }
  for (int c = 0; c < 4; ++c) {
    Column column(fmt::format("c{}", c), ColumnType::text);
    std::vector<double> weights;
    for (int k = 1; k <= (c == 0 ? 2 : c == 1 ? 5 : c == 2 ? 50 : 200); ++k)
      weights.push_back(1.0 / k + (k == 1 && c % 2 == 0 ? shift : 0));
    std::discrete_distribution<int> draw(weights.begin(), weights.end());
    for (std::size_t row = 0; row < rows; ++row) column.append_text(fmt::format("category_{}", draw(random)));
    table.add(std::move(column));
  }
  return table;
}

int fail(const Error& error) {
  std::fprintf(stderr, "bench_drift: %s\n", error.message.c_str());
  return 1;
}

int make(store::Lake& lake, const std::filesystem::path& folder, std::size_t rows) {
  if (auto done = make_folders(folder); !done) return fail(done.error());
  for (const auto& [name, shift, seed] : {std::tuple{"reference", 0.0, 1u}, std::tuple{"current", 0.1, 2u}}) {
    const auto written =
        lake.write_parquet(made(rows, shift, seed), folder / (std::string(name) + ".parquet"));
    if (!written) return fail(written.error());
  }
  return 0;
}

int run(store::Lake& lake, const std::filesystem::path& folder, std::string_view mode,
        std::string_view method) {
  validation::DriftOptions options;
  options.threads = kThreads;
  const auto wanted = validation::drift_mode(mode);
  if (!wanted) return fail(wanted.error());
  options.mode = *wanted;
  if (method != "auto") {
    const auto named = validation::drift_method(method);
    if (!named) return fail(named.error());
    options.method = *named;
  }
  const double begin = wall_seconds(), cpu_begin = cpu_seconds();
  const auto reference = lake.read_file(folder / "reference.parquet", store::FileFormat::parquet);
  if (!reference) return fail(reference.error());
  const auto current = lake.read_file(folder / "current.parquet", store::FileFormat::parquet);
  if (!current) return fail(current.error());
  const double read = wall_seconds(), cpu_read = cpu_seconds();
  const auto report = validation::detect_drift(*reference, *current, options);
  if (!report) return fail(report.error());
  const double computed = wall_seconds(), cpu_computed = cpu_seconds();
  const auto profile = validation::profile_of(*reference);
  const double profiled = wall_seconds();
  fmt::print("{}\n", to_json(JsonObject{{"mode", mode},
                                        {"method", method},
                                        {"rows", reference->rows()},
                                        {"columns", report->columns.size()},
                                        {"drifted", report->drifted_columns.size()},
                                        {"read_s", read - begin},
                                        {"compute_s", computed - read},
                                        {"wall_s", computed - begin},
                                        {"cpu_s", cpu_computed - cpu_begin},
                                        {"compute_cpu_s", cpu_computed - cpu_read},
                                        {"profile_s", profiled - computed},
                                        {"peak_mib", peak_mib()}}));
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.size() < 3 || (words[0] != "make" && words[0] != "run")) {
    std::fprintf(stderr, "usage: bench_drift make FOLDER ROWS | run FOLDER MODE [METHOD…]\n");
    return 2;
  }
  auto scratch = TemporaryFolder::create("bench");
  if (!scratch) return fail(scratch.error());
  auto lake = store::Lake::open({.folder = scratch->path(), .threads = kThreads});
  if (!lake) return fail(lake.error());
  if (words[0] == "make") return make(**lake, words[1], std::stoul(words[2]));
  if (words.size() == 3) return run(**lake, words[1], words[2], "auto");
  for (std::size_t i = 3; i < words.size(); ++i) {
    if (const int status = run(**lake, words[1], words[2], words[i]); status != 0) return status;
  }
  return 0;
}
