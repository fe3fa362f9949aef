// kill -9 in the middle of materialising, with another process as the one killed.
#include <csignal>
#include <cstdlib>

#include "features/fixture.h"

namespace maru::features {
namespace {

constexpr const char* kFolderVariable =
    "MARU_KILL_TEST_FOLDER";  // carries the folder into the process to be killed
constexpr int kRows = 4000;
constexpr std::size_t kBatchRows = 100;

// A server's feature store in a folder that outlives the process.
struct World {
  explicit World(const std::filesystem::path& folder)
      : database(store::open_sqlite(folder / "maru.db").value()),
        online(store::open_lmdb(folder / "online").value()),
        lake(store::Lake::open({.folder = folder / "spill"}).value()),
        events(*database, clock),
        lineage(*database, clock),
        catalog(datasets::Catalog::open({.folder = folder / "datasets"},
                                        {*database, *lake, events, lineage, clock, {}, {}})
                    .value()),
        features(FeatureStore::open({.folder = folder / "sources", .materialize_batch_rows = kBatchRows},
                                    {*database, *online, *lake, events, *catalog, lineage, clock})
                     .value()) {}

  std::int64_t rows_online() const {
    return features->describe()
        .value()
        .at("views")
        .as_array()[0]
        .at("online")
        .at("rows")
        .to_number<std::int64_t>();
  }

  ManualClock clock{kStartMs};
  std::unique_ptr<store::Database> database;
  std::unique_ptr<store::KeyValue> online;
  std::unique_ptr<store::Lake> lake;
  events::Log events;
  datasets::Lineage lineage;
  std::unique_ptr<datasets::Catalog> catalog;
  std::unique_ptr<FeatureStore> features;
};

void define_and_register(World& world) {
  Column who("who", ColumnType::text), at("ts", ColumnType::timestamp);
  for (int i = 0; i < kRows; ++i) {
    who.append_text("user" + std::to_string(i % 9));
    at.append_int(kStartMs + i / 3);  // several of one time, also across batches
  }
  Column n = Column::of_ints("n", std::vector<std::int64_t>(kRows, 1));
  world.catalog->register_table("events", Table({who, at, n}), {{"kind", "table"}}, {}).value();
  const Json project = json(
      R"json({"project": "p", "sources": {"events": {"dataset": "events", "timestamp": "ts"}}, "entities": {"who": {"keys": ["who"]}},
      "features": {"latest": {"entity": "who", "source": "events", "columns": ["n"]}}, "services": {"s": ["latest"]}})json");
  world.features->define(parse_definitions(project).value()).value();
}

void materialize_until_killed(const std::filesystem::path& folder) {
  World world(folder);
  define_and_register(world);
  const Table pushed =
      table_of({{"who", 's'}, {"ts", 't'}, {"n", 'i'}}, {{"pushed", std::to_string(kStartMs), "7"}});
  world.features->push("events", pushed).value();
  (void)world.features->materialize({}, {}, {}, [](std::uint64_t done, std::uint64_t) {
    if (done >= kRows / 2) std::raise(SIGKILL);
  });
}

TEST(KillDeathTest, InTheMiddleOfMaterialising) {
  GTEST_FLAG_SET(death_test_style,
                 "threadsafe");  // the process to be killed starts afresh, without our threads
  const char* given = std::getenv(kFolderVariable);
  const auto folder = TemporaryFolder::create("kill").value();
  if (given == nullptr) setenv(kFolderVariable, folder.path().c_str(), 1);
  const std::filesystem::path shared = given == nullptr ? folder.path() : std::filesystem::path(given);
  EXPECT_EXIT(materialize_until_killed(shared), ::testing::KilledBySignal(SIGKILL), "");
  unsetenv(kFolderVariable);

  World world(shared);
  const std::int64_t half = world.rows_online();
  EXPECT_GE(half, kRows / 4);
  EXPECT_LT(half, kRows);
  OnlineRequest request{.service = "s"};
  request.entities = table_of({{"who", 's'}}, {{"pushed"}});
  EXPECT_EQ(world.features->read_online(request).value().rows[0][0].value,
            expr::Scalar(7.0));  // acknowledged before the kill
  EXPECT_TRUE(world.features->materialize({}).value().resumed);
  const std::int64_t whole = world.rows_online();
  world.features->materialize({}).value();
  EXPECT_EQ(world.rows_online(), whole);
  EXPECT_EQ(whole, kRows + 1);
}

}  // namespace
}  // namespace maru::features
