// The example project's shape: hours of rides known an hour later, weather known at once.
#include "features/fixture.h"
#include "features/statements.h"

namespace maru::features {
namespace {

constexpr std::string_view kProject = R"json({
  "project": "bikes",
  "sources": {
    "rides":   {"dataset": "rides", "timestamp": "hour", "created": "arrived"},
    "weather": {"dataset": "weather", "timestamp": "hour"}
  },
  "entities": {"city": {"keys": ["city"]}},
  "features": {
    "demand_history": {"entity": "city", "source": "rides", "ttl": "14d", "aggregate": {
      "last_hour": "last(cnt) over 2h",
      "yesterday": "last(cnt) over 1h offset 24h",
      "mean_24h":  "mean(cnt) over 24h",
      "mean_7d":   "mean(cnt) over 7d"}},
    "weather": {"entity": "city", "source": "weather", "ttl": "2h", "columns": ["temp", "workingday"]}
  },
  "on_demand": {"calendar": {"hour_of_day": "hour(at)",
                           "is_rush" : "hour(at) in (7, 8, 17, 18) and workingday = 1"
}
}
, "services" : { "demand_v1" : [ "demand_history", "weather", "calendar" ] }
})json";

class BikesTest : public FeaturesTest {
 protected:
  static Table rides(int first, int last) {
    std::vector<std::vector<std::string>> rows;
    for (int hour = first; hour < last; ++hour)
      rows.push_back({"dc", std::to_string(kStartMs + hour * kHourMs),
                      std::to_string(kStartMs + (hour + 1) * kHourMs), std::to_string(hour)});
    return table_of({{"city", 's'}, {"hour", 't'}, {"arrived", 't'}, {"cnt", 'i'}}, rows);
  }
  static Table weather(int first, int last) {
    std::vector<std::vector<std::string>> rows;
    for (int hour = first; hour < last; ++hour)
      rows.push_back({"dc", std::to_string(kStartMs + hour * kHourMs), std::to_string(hour / 100.0),
                      hour % 2 == 0 ? "1" : "0"});
    return table_of({{"city", 's'}, {"hour", 't'}, {"temp", 'f'}, {"workingday", 'i'}}, rows);
  }
  void set_up(int hours) {
    add_dataset("rides", rides(0, hours));
    add_dataset("weather", weather(0, hours));
    define(kProject).value();
  }
};

TEST(FeatureStatements, AllPrepare) { store::expect_statements_prepare(statements()); }

TEST_F(BikesTest, ATrainingSetSeesOnlyWhatWasKnown) {
  set_up(240);
  clock_.advance(240 * kHourMs);
  const TrainingSet set = store_->training_set({.service = "demand_v1", .label = "rides.cnt"}).value();
  EXPECT_EQ(set.table.names(),
            (std::vector<std::string>{"city", "at", "last_hour", "yesterday", "mean_24h", "mean_7d", "temp",
                                      "workingday", "hour_of_day", "is_rush", "cnt"}));
  ASSERT_EQ(set.table.rows(), 240u);
  const JsonObject row = set.table.row_json(200);
  EXPECT_EQ(row.at("cnt").as_int64(), 200);
  EXPECT_EQ(row.at("last_hour").as_int64(), 199);
  EXPECT_EQ(row.at("yesterday").as_int64(), 176);
  EXPECT_DOUBLE_EQ(row.at("mean_24h").as_double(),
                   (177 + 199) / 2.0);  // hours 177 … 199: 200 is not known yet
  EXPECT_DOUBLE_EQ(row.at("mean_7d").as_double(), (33 + 199) / 2.0);
  EXPECT_DOUBLE_EQ(row.at("temp").as_double(), 2.0);
  EXPECT_EQ(row.at("hour_of_day").as_double(), 8);
  EXPECT_EQ(row.at("is_rush").as_bool(), true);
  EXPECT_TRUE(set.table.find("last_hour")->is_null(0));
  EXPECT_EQ(set.datasets, (std::vector<std::pair<std::string, std::int64_t>>{{"rides", 1}, {"weather", 1}}));
}

TEST_F(BikesTest, LabelsArriveLate) {
  set_up(48);
  const auto rows_by = [&](TimeMs as_of) {
    return store_->training_set({.service = "demand_v1", .label = "rides.cnt", .as_of_ms = as_of});
  };
  EXPECT_EQ(rows_by(kStartMs + 10 * kHourMs).value().table.rows(), 10u);
  EXPECT_EQ(rows_by(kStartMs).error().code, Code::failed_precondition);
  TrainingSetRequest range{.service = "demand_v1", .label = "rides.cnt"};
  range.from_ms = kStartMs + 5 * kHourMs;
  range.to_ms = kStartMs + 7 * kHourMs;
  range.as_of_ms = kStartMs + 100 * kHourMs;
  EXPECT_EQ(store_->training_set(range).value().table.rows(), 2u);
}

TEST_F(BikesTest, OnlineAgreesWithTrainingAtEveryHour) {
  set_up(240);
  EXPECT_EQ(store_->materialize({}).value().rows, 480u);
  clock_.advance(240 * kHourMs);
  const Table table = store_->training_set({.service = "demand_v1", .label = "rides.cnt"}).value().table;
  for (const std::size_t row : {0u, 1u, 2u, 23u, 24u, 25u, 100u, 167u, 168u, 239u}) {
    const auto values = online_values("demand_v1", R"([{"city": "dc"}])", table.find("at")->ints()[row]);
    for (const auto& [name, text] : values) {
      const Column& column = *table.find(name);
      if (column.is_null(row))
        EXPECT_EQ(text, "null") << name << " at " << row;
      else if (column.type() == ColumnType::boolean)
        EXPECT_EQ(text, column.ints()[row] != 0 ? "true" : "false") << name << " at " << row;
      else
        EXPECT_NEAR(std::stod(text), column.number(row), 1e-9) << name << " at " << row;
    }
  }
}

TEST_F(BikesTest, TheReplayPushesAndReads) {
  set_up(48);
  store_->materialize({}).value();
  clock_.advance(48 * kHourMs);
  for (int hour = 48; hour < 60; ++hour) {
    store_->push("weather", weather(hour, hour + 1)).value();
    const auto values = online_values("demand_v1", R"([{"city": "dc"}])", kStartMs + hour * kHourMs);
    EXPECT_EQ(values.at("last_hour"), std::to_string(hour - 1));
    EXPECT_EQ(values.at("yesterday"), std::to_string(hour - 24));
    EXPECT_EQ(std::stod(values.at("temp")), hour / 100.0);
    clock_.advance(kHourMs);
    store_->push("rides", rides(hour, hour + 1)).value();
  }
  // Pushed rows are in the next training set, whether flushed or not, once.
  EXPECT_EQ(store_->flush().value(), 24u);
  store_->push("rides", rides(60, 61)).value();
  store_->push("rides", rides(59, 61)).value();
  store_->push("weather", weather(60, 61)).value();
  clock_.advance(10 * kHourMs);
  const Table table = store_->training_set({.service = "demand_v1", .label = "rides.cnt"}).value().table;
  ASSERT_EQ(table.rows(), 61u);
  EXPECT_EQ(table.row_json(60).at("last_hour").as_int64(), 59);
  EXPECT_DOUBLE_EQ(table.row_json(60).at("temp").as_double(), 0.6);
  EXPECT_EQ(store_->flush().value(), 0u);
}

TEST_F(BikesTest, AKillLosesNothingAcknowledged) {
  set_up(24);
  store_->push("rides", rides(24, 30)).value();
  open();  // as after kill -9: what was answered is there
  EXPECT_EQ(online_values("demand_v1", R"([{"city": "dc"}])", kStartMs + 30 * kHourMs).at("last_hour"), "29");
  clock_.advance(100 * kHourMs);
  EXPECT_EQ(store_->training_set({.service = "demand_v1", .label = "rides.cnt"}).value().table.rows(), 30u);
  open();
  EXPECT_EQ(store_->training_set({.service = "demand_v1", .label = "rides.cnt"}).value().table.rows(), 30u);
}

TEST_F(BikesTest, ANewVersionOfTheDataIsTakenUp) {
  set_up(24);
  clock_.advance(100 * kHourMs);
  EXPECT_EQ(store_->training_set({.service = "demand_v1", .label = "rides.cnt"}).value().table.rows(), 24u);
  add_dataset("rides", rides(0, 48));
  const TrainingSet set = store_->training_set({.service = "demand_v1", .label = "rides.cnt"}).value();
  EXPECT_EQ(set.table.rows(), 48u);
  EXPECT_EQ(set.datasets[0], (std::pair<std::string, std::int64_t>{"rides", 2}));
}

TEST_F(BikesTest, DescribesWhatThereIs) {
  set_up(24);
  store_->materialize(std::vector<std::string>{"weather"}).value();
  const JsonObject described = store_->describe().value();
  const JsonArray& views = described.at("views").as_array();
  EXPECT_EQ(views[1].at("online").at("rows").as_uint64(), 24u);
  EXPECT_EQ(views[0].at("online").at("rows").as_uint64(), 0u);
  EXPECT_EQ(views[0].at("features").as_array()[2].at("definition").as_string(), "mean(cnt) over 1d");
  EXPECT_EQ(described.at("services").as_array()[0].at("features").as_array().size(), 8u);
  const auto events = events_.list({.types = {"feature.materialized"}}).value();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(to_json(events[0].payload),
            fmt::format(R"({{"view":"weather","rows":24,"to_ms":{}}})", kStartMs + 23 * kHourMs));
  EXPECT_EQ(events[0].project, "bikes");
}

}  // namespace
}  // namespace maru::features
