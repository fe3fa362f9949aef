#include <latch>
#include <random>
#include <thread>

#include "tracking/tracking_fixture.h"

namespace maru::tracking {
namespace {

using LogBatchTest = TrackingTest;

TEST_F(LogBatchTest, TheLatestPointIsTheGreatestByStepTimeAndValueWhateverTheOrder) {
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    const auto id = new_run();
    std::vector<Metric> points;
    for (int i = 0; i < 30; ++i) {
      points.push_back(point("m", static_cast<double>(random() % 5), random() % 4,
                             static_cast<std::int64_t>(random() % 4) - 1));
    }
    ASSERT_TRUE(store_->runs().log_batch(id, metrics(points)));
    auto order = [](const Metric& m) { return std::tuple(m.step, m.timestamp_ms, m.value); };
    const auto latest = *std::ranges::max_element(points, {}, order);
    const auto kept = store_->runs().get(id)->metrics.at(0);
    EXPECT_EQ(order(kept), order(latest));
    std::set<std::tuple<std::int64_t, TimeMs, double>> distinct;
    for (const auto& one : points) distinct.insert(order(one));
    EXPECT_EQ(store_->runs().history({.run_id = id, .key = "m", .page_token = {}})->items.size(),
              distinct.size());
  }
}

TEST_F(LogBatchTest, ARetriedBatchChangesNothing) {
  const auto id = new_run();
  Batch batch = metrics({point("m", 1, 1, 1), point("m", std::nan(""), 2, 2)});
  batch.params.push_back({"p", "1"});
  ASSERT_TRUE(store_->runs().log_batch(id, batch));
  ASSERT_TRUE(store_->runs().log_batch(id, batch));
  EXPECT_EQ(store_->runs().history({.run_id = id, .key = "m", .page_token = {}})->items.size(), 2U);
}

TEST_F(LogBatchTest, ABatchWithOneChangedParamIsUndoneWhole) {
  const auto id = new_run();
  ASSERT_TRUE(store_->runs().log_param(id, {"p", "1"}));
  Batch batch = metrics({point("m", 1, 1, 1)});
  batch.params = {{"q", "new"}, {"p", "2"}};
  batch.tags = {{"t", "v"}};
  const auto logged = store_->runs().log_batch(id, batch);
  EXPECT_EQ(logged.error().code, Code::invalid_argument);
  EXPECT_NE(logged.error().message.find("'old_value': '1'"), std::string::npos);
  const auto run = store_->runs().get(id).value();
  EXPECT_TRUE(run.metrics.empty());
  EXPECT_EQ(run.params.size(), 1U);
  EXPECT_EQ(run.tags.size(), 1U);  // its name
}

TEST_F(LogBatchTest, ExtremeValuesComeBack) {
  const auto id = new_run();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  ASSERT_TRUE(
      store_->runs().log_batch(id, metrics({point("nan", std::nan(""), 1, 1), point("inf", kInfinity, 1, 1),
                                            point("tiny", 5e-324, 1, 1)})));
  const auto kept = store_->runs().get(id)->metrics;
  ASSERT_EQ(kept.size(), 3U);
  EXPECT_EQ(kept[0].value, std::numeric_limits<double>::max());
  EXPECT_TRUE(std::isnan(kept[1].value));
  EXPECT_EQ(kept[2].value, 5e-324);
}

TEST_F(LogBatchTest, EventsOfMetricsAreAtMostOneASecondForARun) {
  const auto id = new_run();
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(store_->runs().log_batch(id, metrics({point("m", i, i, i)})));
    clock_.advance(100);
  }
  EXPECT_EQ(events_of("metrics.logged").size(), 3U);
  const auto event = events_of("metrics.logged")[1];
  EXPECT_EQ(event.subject, "run/" + id);
  EXPECT_EQ(to_json(event.payload), fmt::format(R"({{"run_id":"{}","metrics":{{"m":10.0}}}})", id));
}

TEST_F(LogBatchTest, ManyWritersShareCommitsAndLoseNothing) {
  constexpr int kThreads = 4;
  constexpr int kBatches = 25;
  std::vector<std::string> runs;
  for (int i = 0; i < kThreads; ++i) runs.push_back(new_run());
  std::latch done(kThreads * kBatches);
  std::atomic<int> failed = 0;
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kBatches; ++i) {
        store_->runs().log_batch_async(runs[static_cast<std::size_t>(t)], metrics({point("m", i, i, i)}),
                                       [&](Result<void> logged) {
                                         if (!logged) ++failed;
                                         done.count_down();
                                       });
      }
    });
  }
  done.wait();
  EXPECT_EQ(failed, 0);
  for (const auto& id : runs) {
    EXPECT_EQ(store_->runs().history({.run_id = id, .key = "m", .page_token = {}})->items.size(),
              std::size_t{kBatches});
  }
}

TEST_F(LogBatchTest, AWrongBatchIsRefusedBeforeTheWriterSeesIt) {
  const auto before = database_->write_counts().functions;
  std::optional<Result<void>> answer;
  store_->runs().log_batch_async("no such run!", {},
                                 [&](Result<void> logged) { answer = std::move(logged); });
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->error().code, Code::invalid_argument);
  EXPECT_EQ(database_->write_counts().functions, before);
  EXPECT_EQ(store_->runs().log_batch(std::string(32, '0'), {}).error().code, Code::not_found);
}

TEST_F(LogBatchTest, AnIntervalKeepsTheEndsAndItsBound) {
  const auto id = new_run();
  for (int from = 0; from < 3000; from += 1000) {
    std::vector<Metric> points;
    for (int i = from; i < from + 1000; ++i) points.push_back(point("m", i, i, i));
    ASSERT_TRUE(store_->runs().log_batch(id, metrics(points)));
  }
  for (const std::int64_t wanted : {1, 2, 3, 7, 100, 2999, 3000, 5000}) {
    const auto points =
        store_->runs()
            .history_interval(
                {.run_ids = {id}, .key = "m", .start_step = {}, .end_step = {}, .max_results = wanted})
            .value();
    EXPECT_EQ(points.size(), static_cast<std::size_t>(std::min<std::int64_t>(wanted, 3000))) << wanted;
    EXPECT_EQ(points.back().second.step, 2999);
    EXPECT_EQ(points.front().second.step, wanted > 1 ? 0 : 2999);
    EXPECT_TRUE(std::ranges::is_sorted(points, {}, [](const auto& p) { return p.second.step; }));
  }
  EXPECT_FALSE(store_->runs().history_interval(
      {.run_ids = {id}, .key = "m", .start_step = 1, .end_step = {}, .max_results = 5}));
  EXPECT_FALSE(store_->runs().history_interval(
      {.run_ids = {id}, .key = "m", .start_step = 5, .end_step = 1, .max_results = 5}));
}

}  // namespace
}  // namespace maru::tracking
