#pragma once
// A feature store on a folder of its own, for the benchmarks.

#include <cstdio>

#include "base/file.h"
#include "base/time.h"
#include "datasets/catalog.h"
#include "datasets/lineage.h"
#include "events/log.h"
#include "features/feature_store.h"
#include "store/database.h"
#include "store/keyvalue.h"

namespace maru::bench {

template <class T>
T required(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "bench: %s\n", result.error().message.c_str());
  std::exit(1);
}
inline void required(Result<void> result) {
  if (!result) required(Result<int>(result.error()));
}

struct FeatureWorld {
  TemporaryFolder folder = required(TemporaryFolder::create("bench"));
  ManualClock clock{1'304'208'000'000};  // 2011-05-01
  std::unique_ptr<store::Database> database = required(store::open_sqlite(folder.path() / "maru.db"));
  std::unique_ptr<store::KeyValue> online = required(store::open_lmdb(folder.path() / "online"));
  std::unique_ptr<store::Lake> lake =
      required(store::Lake::open({.folder = folder.path() / "spill", .memory_limit_bytes = 4ULL << 30}));
  events::Log events{*database, clock};
  datasets::Lineage lineage{*database, clock};
  std::unique_ptr<datasets::Catalog> catalog = required(datasets::Catalog::open(
      {.folder = folder.path() / "datasets"}, {*database, *lake, events, lineage, clock, {}, {}}));
  std::unique_ptr<features::FeatureStore> store = required(features::FeatureStore::open(
      {.folder = folder.path() / "sources"}, {*database, *online, *lake, events, *catalog, lineage, clock}));

  void define(std::string_view project) {
    const Json json = required(parse_json(project));
    required(store->define(required(features::parse_definitions(json))));
  }
};

inline double quantile(std::vector<double>& values, double q) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

}  // namespace maru::bench
