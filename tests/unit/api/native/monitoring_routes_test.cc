#include "api/native/monitoring_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace maru::api {
namespace {

using testing::HasSubstr;

class NoReferences final : public monitoring::ReferenceSource {
 public:
  Result<Table> training_data(std::string_view, std::int64_t) override {
    return not_found("no training data");
  }
  Result<Table> dataset(std::string_view, std::int64_t) override { return not_found("no data set"); }
  Result<double> baseline(std::string_view, std::int64_t, std::string_view) override { return 10.0; }
};

class MonitoringRoutes : public testing::Test {
 protected:
  MonitoringRoutes()
      : folder_(TemporaryFolder::create("routes").value()),
        clock_(from_civil(2011, 6, 1)),
        database_(store::open_sqlite(folder_.path() / "maru.db").value()),
        keyvalue_(store::open_lmdb(folder_.path() / "online").value()),
        events_(*database_, clock_),
        predictions_(*keyvalue_, clock_, {.linger_ms = 1}),
        monitors_({.database = database_.get(),
                   .events = &events_,
                   .predictions = &predictions_,
                   .clock = &clock_,
                   .references = &references_}) {
    add_monitoring_routes(router_, monitors_, predictions_,
                          [](std::string_view, std::int64_t) -> Result<JsonObject> {
                            return JsonObject{{"run_id", "r1"}};
                          });
  }

  // Status and body of one call.
  std::pair<int, Json> call(net::Method method, std::string_view target, std::string body = {}) {
    net::Request request;
    request.method = method;
    EXPECT_TRUE(request.set_target(target).has_value());
    request.body = std::move(body);
    const auto match = router_.match(request);
    EXPECT_NE(match.route, nullptr) << target;
    if (match.route == nullptr) return {0, nullptr};
    auto response = match.route->handler(request);
    const net::Response sent =
        response.has_value() ? std::move(*response) : router_.encode_error(response.error(), request);
    return {sent.status, sent.body.empty() ? Json(nullptr) : parse_json(sent.body).value()};
  }
  void predict(std::string id, TimeMs at, double prediction) {
    const auto schema = std::make_shared<const monitoring::PredictionSchema>(
        "demand", "bikes", 3, std::vector<monitoring::InputColumn>{{"temp", ColumnType::float64}});
    ASSERT_TRUE(predictions_.record({schema, std::move(id), at, {0.5}, {}, prediction}));
  }

  TemporaryFolder folder_;
  ManualClock clock_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::KeyValue> keyvalue_;
  events::Log events_;
  monitoring::PredictionLog predictions_;
  NoReferences references_;
  monitoring::Monitors monitors_;
  net::Router router_;
};

using enum net::Method;

TEST_F(MonitoringRoutes, AMonitorFromCreationToResult) {
  auto [created, monitor] =
      call(post, "/api/v1/monitors",
           R"({"name": "live", "endpoint": "demand", "window": "1d", "checks": ["rmse"], "least_rows": 1})");
  EXPECT_EQ(created, 201);
  EXPECT_EQ(monitor.at("status"), "empty");
  predict("a", from_civil(2011, 5, 5, 3), 100);
  EXPECT_EQ(call(post, "/api/v1/endpoints/demand/truth", R"({"truths": [{"request_id": "a", "value": 80}]})")
                .second.at("accepted"),
            1);
  const auto [status, result] =
      call(post, "/api/v1/monitors/live/evaluate", R"({"from": "2011-05-05", "to": "2011-05-06"})");
  ASSERT_EQ(status, 200) << to_json(result);
  EXPECT_EQ(result.at("metrics").at("rmse").as_double(), 20);
  EXPECT_EQ(result.at("status"), "alert");
  const auto shown = call(get, "/api/v1/monitors/live").second;
  EXPECT_EQ(shown.at("results").as_array().size(), 1u);
  EXPECT_EQ(shown.at("last").at("version"), 3);
  const auto id = shown.at("results").at(0).at("id").as_int64();
  EXPECT_TRUE(call(get, fmt::format("/api/v1/monitors/live/results/{}", id)).second.at("columns").is_array());
  EXPECT_EQ(call(get, "/api/v1/monitors").second.at("monitors").as_array().size(), 1u);
  EXPECT_EQ(call(del, "/api/v1/monitors/live").first, 204);
  EXPECT_EQ(call(get, "/api/v1/monitors/live").first, 404);
}

TEST_F(MonitoringRoutes, PredictionsAreFoundWithTheirOrigin) {
  predict("a", from_civil(2011, 5, 5, 3), 100);
  predict("b", from_civil(2011, 5, 5, 4), 110);
  const auto [status, found] = call(get, "/api/v1/predictions/a");
  ASSERT_EQ(status, 200);
  EXPECT_EQ(found.at("inputs").at("temp").as_double(), 0.5);
  EXPECT_EQ(found.at("run_id"), "r1");
  EXPECT_TRUE(found.at("truth").is_null());
  EXPECT_EQ(call(get, "/api/v1/predictions/nobody").first, 404);
  const auto newest = call(get, "/api/v1/endpoints/demand/predictions?limit=1").second;
  EXPECT_EQ(newest.at("predictions").at(0).at("request_id"), "b");
}

TEST_F(MonitoringRoutes, WrongRequestsSayWhere) {
  const auto message = [&](std::string_view target, std::string body) {
    const auto [status, answer] = call(post, target, std::move(body));
    EXPECT_EQ(status, 400);
    return std::string(answer.at("error").at("message").as_string());
  };
  EXPECT_THAT(message("/api/v1/endpoints/demand/truth",
                      R"({"truths": [{"request_id": "a", "value": 1}, {"request_id": "b"}]})"),
              HasSubstr("truths[1].value"));
  EXPECT_THAT(message("/api/v1/monitors", R"({"name": "m", "endpoint": "e", "checks": ["rsme"]})"),
              HasSubstr("rmse"));
  EXPECT_EQ(call(get, "/api/v1/monitors/m?limit=0").first, 400);
}

}  // namespace
}  // namespace maru::api
