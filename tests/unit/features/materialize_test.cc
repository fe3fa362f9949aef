#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "features/fixture.h"

namespace maru::features {
namespace {

constexpr std::string_view kProject = R"json({
  "project": "p",
  "sources": {"events": {"dataset": "events", "timestamp": "ts"}, "clicks": {"timestamp": "ts", "created": "seen", "columns": {"who": "text", "ts": "timestamp", "seen": "timestamp", "n": "int64"}}},
  "entities": {"who": {"keys": ["who"]}},
  "features": {
    "latest": {"entity": "who", "source": "events", "ttl": "1h", "columns": {"newest": "n"}},
    "sums": {"entity": "who", "source": "clicks", "ttl": "2h", "aggregate": {"clicks": "sum(n) over 1h"}}
  },
  "services": {"s": ["latest"], "c": ["sums"]}
})json";

class MaterializeTest : public FeaturesTest {
 protected:
  static Table events(int count) {
    Column who("who", ColumnType::text), at("ts", ColumnType::timestamp), n("n", ColumnType::int64);
    for (int i = 0; i < count; ++i) {
      who.append_text("user" + std::to_string(i % 50));
      at.append_int(kStartMs + i * 100);
      n.append_int(i);
    }
    return Table({who, at, n});
  }
  std::int64_t rows_online() {
    return store_->describe()
        .value()
        .at("views")
        .as_array()[0]
        .at("online")
        .at("rows")
        .to_number<std::int64_t>();
  }
};

TEST_F(MaterializeTest, StopsAndGoesOn) {
  batch_rows_ = 100;
  open();
  add_dataset("events", events(5000));
  define(kProject).value();
  std::atomic<bool> cancel{false};
  const auto stopped = store_->materialize(
      std::vector<std::string>{"latest"}, {}, {},
      [&](std::uint64_t done, std::uint64_t total) {
        EXPECT_EQ(total, 5000u);
        if (done >= 1500) cancel = true;
      },
      &cancel);
  EXPECT_EQ(stopped.error().code, Code::cancelled);
  open();  // a new process
  EXPECT_GE(rows_online(), 1500);
  EXPECT_LT(rows_online(), 5000);
  std::uint64_t first_seen = 0;
  const auto report = store_
                          ->materialize(std::vector<std::string>{"latest"}, {}, {},
                                        [&](std::uint64_t done, std::uint64_t) {
                                          if (first_seen == 0) first_seen = done;
                                        })
                          .value();
  EXPECT_TRUE(report.resumed);
  EXPECT_GT(first_seen, 1500u);
  EXPECT_EQ(rows_online(), 5000);
  EXPECT_EQ(online_values("s", R"([{"who": "user49"}])", kStartMs + 5000 * 100).at("newest"), "4999");
  // Again: nothing changes. Other data: from the beginning.
  EXPECT_FALSE(store_->materialize({}).value().resumed);
  EXPECT_EQ(rows_online(), 5000);
  add_dataset("events", events(5100));
  EXPECT_FALSE(store_->materialize({}).value().resumed);
  EXPECT_EQ(rows_online(), 5100);
}

TEST_F(MaterializeTest, RangesAreHalfOpen) {
  add_dataset("events", events(100));
  define(kProject).value();
  EXPECT_EQ(store_->materialize({}, kStartMs + 1000, kStartMs + 2000).value().rows, 10u);
  EXPECT_EQ(rows_online(), 10);
  EXPECT_EQ(store_->materialize(std::vector<std::string>{"nothing"}).error().code, Code::not_found);
}

TEST_F(MaterializeTest, PruningTakesOnlyWhatNoViewCanSee) {
  add_dataset("events", events(5000));
  define(kProject).value();
  store_->materialize({}).value();
  clock_.advance(kHourMs + 100 * 100);  // rows 0 … 99 are older than the ttl
  EXPECT_EQ(store_->prune().value(), 100u);
  EXPECT_EQ(rows_online(), 4900);
  EXPECT_EQ(store_->prune().value(), 0u);
  clock_.advance(10 * kHourMs);
  EXPECT_EQ(store_->prune().value(), 4900u);
  EXPECT_EQ(rows_online(), 0);
}

TEST_F(MaterializeTest, TheTtlHoldsToTheMillisecond) {
  add_dataset("events", events(1));
  define(kProject).value();
  store_->materialize({}).value();
  const auto status = [&](TimeMs at) { return online("s", R"([{"who": "user0"}])", at).rows[0][0].status; };
  EXPECT_EQ(status(kStartMs - 1), ValueStatus::not_found);
  EXPECT_EQ(status(kStartMs), ValueStatus::present);
  EXPECT_EQ(status(kStartMs + kHourMs), ValueStatus::present);
  EXPECT_EQ(status(kStartMs + kHourMs + 1), ValueStatus::outside_ttl);
}

TEST_F(MaterializeTest, ASourceThatIsOnlyPushed) {
  add_dataset("events", events(1));
  define(kProject).value();
  EXPECT_EQ(store_->training_set({.service = "c", .label = "clicks.n"}).error().code,
            Code::failed_precondition);
  clock_.advance(kMinuteMs);
  const Json rows = json(fmt::format(
      R"([{{"who": "a", "ts": {0}, "n": 1}}, {{"who": "a", "ts": {0}, "n": 2}}, {{"who": "a", "ts": {0}, "n": 2}}])",
      kStartMs));
  store_->push("clicks", store_->rows_from_json("clicks", rows).value()).value();
  EXPECT_EQ(online_values("c", R"([{"who": "a"}])", clock_.now_ms()).at("clicks"), "3");
  EXPECT_EQ(online_values("c", R"([{"who": "a"}])", clock_.now_ms() - 1).at("clicks"),
            "null");  // not known yet
  TrainingSetRequest request{.service = "c"};
  request.entity_rows = table_of({{"who", 's'}, {"at", 't'}}, {{"a", std::to_string(clock_.now_ms())},
                                                               {"a", std::to_string(clock_.now_ms())},
                                                               {"b", std::to_string(kStartMs)}});
  const Table table = store_->training_set(request).value().table;
  ASSERT_EQ(table.rows(), 3u);  // also the repeated one, and the one without any feature
  EXPECT_EQ(table.find("clicks")->number(0), 3);
  EXPECT_EQ(table.find("clicks")->number(1), 3);
  EXPECT_TRUE(table.find("clicks")->is_null(2));
}

TEST_F(MaterializeTest, ManySegmentsAreMergedAndNothingIsLost) {
  add_dataset("events", events(1));
  define(kProject).value();
  for (int i = 0; i < 40; ++i) {
    const Json rows = json(fmt::format(R"([{{"who": "a", "ts": {}, "n": {}}}])", kStartMs + i, i));
    store_->push("clicks", store_->rows_from_json("clicks", rows).value()).value();
    EXPECT_EQ(store_->flush().value(), 1u);
  }
  clock_.advance(kHourMs);
  EXPECT_EQ(store_->training_set({.service = "c", .label = "clicks.n"}).value().table.rows(), 40u);
}

TEST_F(MaterializeTest, ReadersAndWritersAtOnce) {
  add_dataset("events", events(2000));
  define(kProject).value();
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&] {
      std::int64_t newest = -1;
      while (!stop) {
        const auto text = online_values("s", R"([{"who": "user7"}])", kStartMs + 2000 * 100).at("newest");
        if (text == "null") continue;
        const std::int64_t value = std::stoll(text);
        if (value % 50 != 7 || value < newest) ++wrong;  // another user's, or back in time
        newest = value;
      }
    });
  store_->materialize({}).value();
  stop = true;
  readers.clear();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace maru::features
