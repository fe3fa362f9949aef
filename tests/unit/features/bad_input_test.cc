#include "features/fixture.h"

namespace maru::features {
namespace {

std::string parse_error(std::string_view project) {
  const Json parsed = json(project);
  const auto definitions = parse_definitions(parsed);
  EXPECT_FALSE(definitions.has_value()) << project;
  if (definitions.has_value()) return "";
  EXPECT_EQ(definitions.error().code, Code::invalid_argument);
  return definitions.error().message;
}

std::string with_view(const std::string& view) {
  return R"json({"sources": {"rides": {"dataset": "rides", "timestamp": "hour", "created": "arrived"}}, "entities": {"city": {"keys": ["city"]}},
            "features": {"demand": )json" +
         view + R"json(}, "services": {"s": ["demand"]}})json";
}

TEST(BadDefinitions, NameTheKeyAndTheNearest) {
  const auto expect = [](const std::string& project, const std::string& message) {
    const std::string error = parse_error(project);
    EXPECT_NE(error.find(message), std::string::npos) << error;
  };
  expect(with_view(R"({"entity": "citi", "source": "rides", "columns": ["cnt"]})"),
         "features.demand.entity: unknown entity \"citi\" (did you mean \"city\"?)");
  expect(with_view(R"({"entity": "city", "source": "ride", "columns": ["cnt"]})"),
         "features.demand.source: unknown source \"ride\" (did you mean \"rides\"?)");
  expect(with_view(R"({"entity": "city", "source": "rides"})"),
         "features.demand: needs one of `columns`, `aggregate` and `sql`");
  expect(with_view(R"({"entity": "city", "source": "rides", "columns": ["a"], "sql": "select 1"})"),
         "needs one of");
  expect(with_view(R"({"entity": "city", "source": "rides", "colums": ["cnt"]})"), "colums");
  expect(with_view(R"({"entity": "city", "source": "rides", "columns": [], "ttl": "1d"})"),
         "features.demand.columns: expected at least one column");
  expect(with_view(R"({"entity": "city", "source": "rides", "columns": ["cnt"], "ttl": "14"})"),
         "features.demand.ttl");
  expect(
      with_view(R"json({"entity": "city", "source": "rides", "aggregate": {"m": "meen(cnt) over 1h"}})json"),
      "features.demand.aggregate.m: unknown function \"meen\" (did you mean \"mean\"?)");
  expect(with_view(R"json({"entity": "city", "source": "rides", "aggregate": {"m": "mean(cnt)"}})json"),
         "expected FUNCTION(COLUMN) over WINDOW");
  expect(
      with_view(R"json({"entity": "city", "source": "rides", "aggregate": {"m": "mean(cnt) over 0s"}})json"),
      "over: expected a time between");
  expect(with_view(R"json({"entity": "city", "source": "rides", "aggregate": {"m": "sum(*) over 1h"}})json"),
         "only count takes *");
  expect(R"({"services": {"s": ["x"]}})", "services.s[0]: unknown feature view or on-demand group \"x\"");
  expect(R"({"sources": {"rides": {"path": "a.csv"}}})", "sources.rides.timestamp: is required");
  expect(R"({"sources": {"rides": {"timestamp": "t"}}})", "sources.rides: needs a `path`");
  expect(R"({"sources": {"../etc": {"path": "a.csv", "timestamp": "t"}}})", "a name is 1 to 128");
  expect(R"({"entities": {"city": {"keys": []}}})", "entities.city.keys: expected at least one column");
  expect(R"json({"on_demand": {"g": {"f": "hour(at) +"}}})json", "on_demand.g.f: column ");
}

TEST(Definitions, SurviveTheWayToJsonAndBack) {
  const Json project = json(with_view(
      R"json({"entity": "city", "source": "rides", "ttl": "14d", "aggregate": {"m": "mean(cnt) over 24h offset 1h30m"}})json"));
  const JsonObject once = json_of(parse_definitions(project).value());
  const Json again = once;
  EXPECT_EQ(to_json(json_of(parse_definitions(again).value())), to_json(once));
  EXPECT_EQ(parse_definitions(again).value().views[0].aggregates[0].second.offset_ms, 90 * kMinuteMs);
}

class BadInputTest : public FeaturesTest {
 protected:
  void SetUp() override {
    add_dataset("rides",
                table_of({{"city", 's'}, {"hour", 't'}, {"arrived", 't'}, {"cnt", 'i'}, {"note", 's'}},
                         {{"dc", std::to_string(kStartMs), std::to_string(kStartMs), "5", "x"}}));
    define(with_view(R"json({"entity": "city", "source": "rides", "columns": ["cnt"]})json")).value();
  }
  Error define_error(const std::string& view) {
    const auto defined = define(with_view(view));
    EXPECT_FALSE(defined.has_value()) << view;
    return defined.has_value() ? Error{} : defined.error();
  }
  Error push_error(const std::string& rows) {
    const Json parsed = json(rows);
    const auto table = store_->rows_from_json("rides", parsed);
    if (!table.has_value()) return table.error();
    const auto pushed = store_->push("rides", *table);
    EXPECT_FALSE(pushed.has_value()) << rows;
    return pushed.has_value() ? Error{} : pushed.error();
  }
};

TEST_F(BadInputTest, DefinitionsThatDoNotFitTheDataChangeNothing) {
  EXPECT_NE(define_error(R"({"entity": "city", "source": "rides", "columns": ["cmt"]})")
                .message.find("did you mean \"cnt\""),
            std::string::npos);
  EXPECT_NE(define_error(
                R"json({"entity": "city", "source": "rides", "aggregate": {"m": "mean(note) over 1h"}})json")
                .message.find("needs a column of numbers"),
            std::string::npos);
  EXPECT_NE(define_error(R"json({"entity": "city", "sql": "select city, cnt from rides"})json")
                .message.find("timestamp column"),
            std::string::npos);
  EXPECT_NE(define_error(R"json({"entity": "city", "sql": "select hour, cnt from rides"})json")
                .message.find("has no column \"city\""),
            std::string::npos);
  for (const char* sql : {"drop table rides", "select 1; select 2", "select * from read_csv('/etc/passwd')",
                          "select * from nothing", "selec", "copy rides to 'x'", "select 1 as hour"}) {
    const Error error = define_error(fmt::format(R"({{"entity": "city", "sql": "{}"}})", sql));
    EXPECT_EQ(error.code, Code::invalid_argument) << sql;
    EXPECT_NE(error.message.find("features.demand.sql"), std::string::npos) << error.message;
  }
  EXPECT_EQ(online_values("s", R"([{"city": "dc"}])", kStartMs).size(),
            1u);  // the first definition is still in force
  const auto undeclared =
      define(R"({"project": "p", "sources": {"x": {"dataset": "none", "timestamp": "t"}}})");
  EXPECT_EQ(undeclared.error().code, Code::failed_precondition);
  const auto taken =
      define(R"({"project": "other", "sources": {"rides": {"dataset": "rides", "timestamp": "hour"}}})");
  EXPECT_EQ(taken.error().code, Code::already_exists);
}

TEST_F(BadInputTest, PushesNameRowAndColumn) {
  EXPECT_NE(push_error(R"([{"city": "dc", "hour": 1, "cmt": 3}])")
                .message.find("[0].cmt: unknown column (did you mean \"cnt\"?)"),
            std::string::npos);
  EXPECT_NE(push_error(R"([{"city": "dc", "hour": 1}, {"city": "dc", "cnt": 1}])")
                .message.find("row 2: needs its timestamp, column \"hour\""),
            std::string::npos);
  EXPECT_NE(push_error(R"([{"hour": 1, "cnt": 1}])").message.find("row 1: an entity key"), std::string::npos);
  EXPECT_NE(push_error(R"([{"city": "dc", "hour": 1, "cnt": "many"}])").message.find("[0].cnt"),
            std::string::npos);
  EXPECT_NE(push_error(R"([{"city": "dc", "hour": "soon", "cnt": 1}])").message.find("[0].hour"),
            std::string::npos);
  EXPECT_EQ(push_error(R"({"city": "dc"})").code, Code::invalid_argument);
  const Json fine = json(R"([{"city": "dc", "hour": 1}])");
  EXPECT_EQ(store_->rows_from_json("ride", fine).error().code, Code::not_found);
  EXPECT_EQ(store_->flush().value(), 0u);  // nothing of all this was kept
  const auto fraction =
      store_->push("rides", table_of({{"city", 's'}, {"hour", 't'}, {"cnt", 'f'}}, {{"dc", "1", "2.5"}}));
  EXPECT_NE(fraction.error().message.find("row 1, column \"cnt\": expected int64"), std::string::npos);
}

TEST_F(BadInputTest, ReadsNameWhatIsUnknown) {
  const auto error_of = [&](OnlineRequest request, const char* entities) {
    const Json parsed = json(entities);
    const auto table = store_->entities_from_json(parsed);
    if (!table.has_value()) return table.error();
    request.entities = *table;
    const auto read = store_->read_online(request);
    EXPECT_FALSE(read.has_value());
    return read.has_value() ? Error{} : read.error();
  };
  EXPECT_EQ(error_of({.service = "t"}, R"([{"city": "dc"}])").code, Code::not_found);
  EXPECT_EQ(error_of({.service = "s"}, R"([{"town": "dc"}])").code, Code::invalid_argument);
  EXPECT_EQ(error_of({.service = "s"}, R"([{"city": null}])").code, Code::invalid_argument);
  EXPECT_EQ(error_of({.service = "s"}, R"([])").code, Code::invalid_argument);
  EXPECT_EQ(error_of({.service = "s"}, R"({"city": "dc"})").code, Code::invalid_argument);
  EXPECT_EQ(error_of({}, R"([{"city": "dc"}])").code, Code::invalid_argument);
  EXPECT_EQ(error_of({.service = "", .features = {"demand.cmt"}}, R"([{"city": "dc"}])").code,
            Code::not_found);
  EXPECT_EQ(error_of({.service = "", .features = {"../../x.y"}}, R"([{"city": "dc"}])").code,
            Code::not_found);
}

TEST_F(BadInputTest, OddEntitiesAreOnlyUnknown) {
  const std::string longest(100'000, 'x');
  for (const std::string& city :
       {std::string("'; drop table rides; --"), std::string("..\\u0000/"), longest, std::string("")}) {
    const OnlineRows rows = online("s", fmt::format(R"([{{"city": "{}"}}])", city), kStartMs);
    EXPECT_EQ(rows.rows[0][0].status, ValueStatus::not_found);
  }
  const Table rows =
      table_of({{"city", 's'}, {"hour", 't'}, {"cnt", 'i'}},
               {{longest, std::to_string(kStartMs), "9"}, {longest + "y", std::to_string(kStartMs), "8"}});
  store_->push("rides", rows).value();
  clock_.advance(1);
  EXPECT_EQ(online_values("s", fmt::format(R"([{{"city": "{}"}}])", longest), clock_.now_ms()).at("cnt"),
            "9");
}

TEST_F(BadInputTest, TrainingSetsNameWhatIsWrong) {
  EXPECT_EQ(store_->training_set({.service = "t", .label = "rides.cnt"}).error().code, Code::not_found);
  EXPECT_NE(store_->training_set({.service = "s", .label = "cnt"}).error().message.find("source.column"),
            std::string::npos);
  EXPECT_NE(store_->training_set({.service = "s", .label = "rides.cmt"})
                .error()
                .message.find("did you mean \"cnt\""),
            std::string::npos);
  EXPECT_EQ(store_->training_set({.service = "s", .label = "ride.cnt"}).error().code, Code::not_found);
  TrainingSetRequest request{.service = "s"};
  request.entity_rows = table_of({{"town", 's'}, {"at", 't'}}, {{"dc", "1"}});
  EXPECT_NE(store_->training_set(request).error().message.find("entity_rows"), std::string::npos);
  request.entity_rows = table_of({{"city", 's'}, {"at", 't'}}, {{"dc", "null"}});
  EXPECT_NE(store_->training_set(request).error().message.find("\"at\" has 1 nulls"), std::string::npos);
  request.entity_rows = table_of({{"city", 's'}, {"at", 's'}}, {{"dc", "soon"}});
  EXPECT_EQ(store_->training_set(request).error().code, Code::invalid_argument);
}

}  // namespace
}  // namespace maru::features
