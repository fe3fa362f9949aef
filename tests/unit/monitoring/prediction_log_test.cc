#include "monitoring/prediction_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace maru::monitoring {
namespace {

using testing::HasSubstr;

class PredictionLogTest : public testing::Test {
 protected:
  PredictionLogTest()
      : folder_(TemporaryFolder::create("predictions").value()), clock_(from_civil(2011, 6, 1)) {
    open();
  }

  void open(PredictionLogOptions options = {.linger_ms = 1}) {
    log_.reset();
    if (!store_) store_ = store::open_lmdb(folder_.path()).value();
    log_ = std::make_unique<PredictionLog>(*store_, clock_, options);
  }

  static std::shared_ptr<const PredictionSchema> schema(std::int64_t version = 1) {
    std::vector<InputColumn> inputs{
        {"temp", ColumnType::float64}, {"city", ColumnType::text}, {"season", ColumnType::int64}};
    if (version > 1) inputs.push_back({"hum", ColumnType::float64});
    return std::make_shared<const PredictionSchema>("demand", "bikes", version, std::move(inputs));
  }
  static PredictionRecord record(std::string id, TimeMs event_ms, double prediction,
                                 std::shared_ptr<const PredictionSchema> of = schema()) {
    std::vector<double> numbers{0.5, 3};
    if (of->version() > 1) numbers.push_back(0.7);
    return {std::move(of), std::move(id), event_ms, std::move(numbers), {"dc"}, prediction};
  }

  TemporaryFolder folder_;
  ManualClock clock_;
  std::unique_ptr<store::KeyValue> store_;
  std::unique_ptr<PredictionLog> log_;
};

const TimeMs kMay = from_civil(2011, 5, 1);

TEST_F(PredictionLogTest, WindowHoldsItsRowsInEventOrder) {
  EXPECT_TRUE(log_->record(record("b", kMay + 2, 20)));
  EXPECT_TRUE(log_->record(record("a", kMay, 10)));
  EXPECT_TRUE(log_->record(record("late", kMay + kDayMs, 30)));
  ASSERT_TRUE(log_->flush().has_value());
  const Table window = log_->window("demand", kMay, kMay + kDayMs).value();
  ASSERT_EQ(window.rows(), 2u);
  EXPECT_EQ(window.names(), (std::vector<std::string>{"request_id", "event_ms", "version", "temp", "city",
                                                      "season", "prediction", "truth"}));
  EXPECT_EQ(window.find("request_id")->text(0), "a");
  EXPECT_EQ(window.find("prediction")->doubles()[1], 20);
  EXPECT_EQ(window.find("season")->ints()[0], 3);
  EXPECT_EQ(window.find("city")->text(0), "dc");
  EXPECT_TRUE(window.find("truth")->is_null(0));
  EXPECT_EQ(log_->window("other", kMay, kMay + kDayMs).value().rows(), 0u);
}

TEST_F(PredictionLogTest, TruthJoinsByIdWhicheverComesFirst) {
  const Truth early[] = {{"a", 11, {}}};
  EXPECT_EQ(log_->report_truth("demand", early).value(), 1u);
  log_->record(record("a", kMay, 10));
  log_->record(record("b", kMay + 1, 20));
  ASSERT_TRUE(log_->flush().has_value());
  const Truth later[] = {{"b", 21, kMay}, {"b", 22, {}}};
  ASSERT_TRUE(log_->report_truth("demand", later).has_value());
  const Table window = log_->window("demand", kMay, kMay + 10).value();
  EXPECT_EQ(window.find("truth")->doubles()[0], 11);
  EXPECT_EQ(window.find("truth")->doubles()[1], 22);  // the later report replaces the earlier one
}

TEST_F(PredictionLogTest, BadTruthChangesNothing) {
  const Truth truths[] = {{"a", 1, {}}, {"b", std::nan(""), {}}};
  EXPECT_THAT(log_->report_truth("demand", truths).error().message, HasSubstr("truths[1].value"));
  log_->record(record("a", kMay, 10));
  ASSERT_TRUE(log_->flush().has_value());
  EXPECT_TRUE(log_->window("demand", kMay, kMay + 1).value().find("truth")->is_null(0));
}

TEST_F(PredictionLogTest, VersionsWithOtherInputsShareATable) {
  log_->record(record("a", kMay, 10));
  log_->record(record("b", kMay + 1, 20, schema(2)));
  ASSERT_TRUE(log_->flush().has_value());
  const Table window = log_->window("demand", kMay, kMay + 10).value();
  EXPECT_TRUE(window.find("hum")->is_null(0));
  EXPECT_EQ(window.find("hum")->doubles()[1], 0.7);
  EXPECT_EQ(window.find("version")->ints()[1], 2);
}

TEST_F(PredictionLogTest, FoundAgainAfterReopening) {
  log_->record(record("a", kMay, 10));
  log_.reset();  // the destructor writes what is queued
  store_.reset();
  open();
  const StoredPrediction found = log_->find("a").value();
  EXPECT_EQ(found.record.schema->model(), "bikes");
  EXPECT_EQ(found.record.event_ms, kMay);
  EXPECT_EQ(to_json(found.inputs_json()), R"({"temp":0.5,"city":"dc","season":3})");
  EXPECT_EQ(log_->find("nobody").error().code, Code::not_found);
  EXPECT_EQ(log_->last_event("demand").value(), kMay);
  EXPECT_EQ(log_->first_event("demand", kMay + 1).value(), std::nullopt);
}

TEST_F(PredictionLogTest, ManyThreadsLoseNothingThatWasTaken) {
  constexpr int kThreads = 4, kRecords = 3'000;
  const auto shared = schema();
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kRecords; ++i)
        log_->record(record(fmt::format("{}-{}", thread, i), kMay + i, i, shared));
    });
  }
  threads.clear();
  ASSERT_TRUE(log_->flush().has_value());
  const auto counts = log_->counts();
  EXPECT_EQ(counts.recorded + counts.dropped, static_cast<std::uint64_t>(kThreads * kRecords));
  EXPECT_EQ(counts.written, counts.recorded);
  EXPECT_EQ(log_->window("demand", kMay, kMay + kDayMs).value().rows(), counts.written);
}

TEST_F(PredictionLogTest, RefusesWhatDoesNotFit) {
  PredictionRecord wrong = record("a", kMay, 1);
  wrong.numbers.pop_back();
  EXPECT_FALSE(log_->record(std::move(wrong)));
  EXPECT_FALSE(log_->record(record("", kMay, 1)));
  EXPECT_EQ(log_->counts().dropped, 2u);
}

TEST_F(PredictionLogTest, LongWindowsAreThinned) {
  open({.linger_ms = 1, .window_rows_limit = 10});
  for (int i = 0; i < 95; ++i) log_->record(record(fmt::format("{:03}", i), kMay + i, i));
  ASSERT_TRUE(log_->flush().has_value());
  const Table window = log_->window("demand", kMay, kMay + 1000).value();
  EXPECT_EQ(window.rows(), 10u);
  EXPECT_EQ(window.find("prediction")->doubles()[1], 10);
}

TEST_F(PredictionLogTest, ExpiredPredictionsGoWithTheirTruth) {
  open({.linger_ms = 1, .retention_ms = 10 * kDayMs});
  log_->record(record("old", kMay, 1));
  log_->record(record("new", from_civil(2011, 5, 30), 2));
  ASSERT_TRUE(log_->flush().has_value());
  const Truth truths[] = {{"old", 1, {}}, {"new", 2, {}}};
  ASSERT_TRUE(log_->report_truth("demand", truths).has_value());
  EXPECT_EQ(log_->remove_expired().value(), 1u);
  EXPECT_EQ(log_->find("old").error().code, Code::not_found);
  EXPECT_EQ(log_->find("new").value().truth, 2);
  EXPECT_EQ(log_->remove_expired().value(), 0u);
}

}  // namespace
}  // namespace maru::monitoring
