// Data sets, lineage and features over REST: decode, one domain call, encode.
#include "api/native/datasets_routes.h"
#include "api/native/features_routes.h"
#include "features/fixture.h"

namespace maru::features {
namespace {

// Hands the answer of a request back to the test.
class KeptAnswer final : public net::Responder::Sink {
 public:
  explicit KeptAnswer(std::optional<Result<net::Response>>& answer) : answer_(answer) {}
  void answer(Result<net::Response> response) override { answer_.emplace(std::move(response)); }

 private:
  std::optional<Result<net::Response>>& answer_;
};

class DataRoutes : public FeaturesTest {
 protected:
  DataRoutes() {
    api::add_datasets_routes(router_, *catalog_, lineage_,
                             [](std::string_view path) -> Result<std::filesystem::path> {
                               return make_error(Code::permission_denied, "{} is outside the project", path);
                             });
    api::add_features_routes(router_, *store_, *catalog_, pool_);
    EXPECT_TRUE(router_.problem().has_value());
  }

  // Status and body of one call.
  std::pair<int, Json> call(net::Method method, std::string_view target, std::string body = {},
                            std::string_view type = "application/json") {
    const auto request = std::make_shared<net::Request>();
    request->method = method;
    EXPECT_TRUE(request->set_target(target).has_value());
    request->headers.set("content-type", std::string(type));
    request->body = std::move(body);
    const auto match = router_.match(*request);
    if (match.route == nullptr) return {404, nullptr};
    std::optional<Result<net::Response>> answer;
    if (match.route->handler)
      answer.emplace(match.route->handler(*request));
    else
      match.route->async(request, net::Responder(std::make_unique<KeptAnswer>(answer)));
    pool_.drain();
    const net::Response sent =
        answer->has_value() ? std::move(**answer) : router_.encode_error(answer->error(), *request);
    return {sent.status, sent.body.empty() ? Json(nullptr) : parse_json(sent.body).value()};
  }
  std::string message_of(const Json& body) { return std::string(body.at("error").at("message").as_string()); }

  Pool pool_{{.name = "test"}};
  net::Router router_;
};

using enum net::Method;

TEST_F(DataRoutes, UploadReadAndQuery) {
  const auto [created, version] =
      call(post, "/api/v1/datasets/rides/versions", "city,hour,cnt\ndc,2011-05-01,5\ndc,2011-05-02,7\n",
           "text/csv; charset=utf-8");
  EXPECT_EQ(created, 201);
  EXPECT_EQ(version.at("schema").as_array().size(), 3u);
  EXPECT_EQ(call(post, "/api/v1/datasets/rides/versions",
                 "{\"city\":\"dc\",\"hour\":\"2011-05-01\",\"cnt\":5}\n{\"city\":\"dc\",\"hour\":\"2011-05-"
                 "02\",\"cnt\":7}\n",
                 "application/x-ndjson")
                .first,
            200);
  EXPECT_EQ(call(get, "/api/v1/datasets").second.at("datasets").as_array()[0].at("rows").to_number<int>(), 2);
  EXPECT_EQ(call(get, "/api/v1/datasets/rides").second.at("versions").as_array().size(), 1u);
  const auto rows = call(get, "/api/v1/datasets/rides/versions/latest/rows?offset=1&limit=5").second;
  EXPECT_EQ(to_json(rows.at("rows")), R"([["dc","2011-05-02T00:00:00Z",7]])");
  EXPECT_EQ(rows.at("total").to_number<int>(), 2);
  const auto sum =
      call(post, "/api/v1/datasets/query", R"({"sql": "select sum(cnt)::bigint as n from rides"})").second;
  EXPECT_EQ(to_json(sum.at("rows")), "[[12]]");
  EXPECT_EQ(call(post, "/api/v1/datasets/daily/versions", R"({"sql": "select city, cnt from rides"})").first,
            201);
  const auto graph = call(get, "/api/v1/lineage?node=dataset_version/daily/1&direction=up").second;
  EXPECT_EQ(to_json(graph.at("edges").as_array()[0].at("from")), R"("dataset_version/rides/1")");
}

TEST_F(DataRoutes, BadRequestsAreNamed) {
  const auto broken = call(post, "/api/v1/datasets/rides/versions", "a,b\n1,2\n3\n", "text/csv");
  EXPECT_EQ(broken.first, 400);
  EXPECT_NE(message_of(broken.second).find("line 3"), std::string::npos);
  EXPECT_EQ(call(post, "/api/v1/datasets/rides/versions", "x", "text/html").first, 400);
  EXPECT_EQ(call(post, "/api/v1/datasets/rides/versions", R"({"path": "/etc/passwd"})").first, 403);
  EXPECT_EQ(call(post, "/api/v1/datasets/..%2Fup/versions", "a\n1\n", "text/csv").first, 400);
  EXPECT_EQ(
      call(post, "/api/v1/datasets/query", R"json({"sql": "select * from read_csv('/etc/passwd')"})json")
          .first,
      400);
  EXPECT_EQ(call(get, "/api/v1/datasets/none").first, 404);
  EXPECT_EQ(call(get, "/api/v1/datasets/none/versions/x").first, 400);
  EXPECT_EQ(call(get, "/api/v1/lineage").first, 400);
  EXPECT_EQ(call(get, "/api/v1/lineage?node=x&direction=up").first, 400);
  EXPECT_EQ(
      call(post, "/api/v1/features/online", R"({"service": "none", "entities": [{"city": "dc"}]})").first,
      404);
  EXPECT_EQ(call(post, "/api/v1/features/online", R"({"servce": "none"})").first, 400);
  EXPECT_EQ(call(post, "/api/v1/features/push", R"({"source": "none", "rows": [{}]})").first, 404);
  EXPECT_EQ(call(post, "/api/v1/features/push", "{").first, 400);
  EXPECT_TRUE(catalog_->list().value().empty());
}

TEST_F(DataRoutes, FeaturesRoundTheLoop) {
  define(
      R"json({"project": "p", "sources": {"rides": {"timestamp": "hour", "created": "arrived", "columns": {"city": "text", "hour": "timestamp", "arrived": "timestamp", "cnt": "int64"}}},
    "entities": {"city": {"keys": ["city"]}}, "features": {"history": {"entity": "city", "source": "rides", "aggregate": {"last_hour": "last(cnt) over 1h offset 1h"}}},
    "on_demand": {"calendar": {"hour_of_day": "hour(at)"}}, "services": {"s": ["history", "calendar"]}})json")
      .value();
  EXPECT_EQ(
      call(
          post, "/api/v1/features/push",
          R"({"source": "rides", "rows": [{"city": "dc", "hour": "2011-05-01T00:00:00Z", "arrived": "2011-05-01T01:00:00Z", "cnt": 5},
      {"city": "dc", "hour": "2011-05-01T01:00:00Z", "arrived": "2011-05-01T02:00:00Z", "cnt": 6}]})")
          .second.at("accepted")
          .to_number<int>(),
      2);
  const auto read =
      call(post, "/api/v1/features/online",
           R"({"service": "s", "entities": [{"city": "dc"}, {"city": "nyc"}], "at": "2011-05-01T02:00:00Z"})")
          .second;
  EXPECT_EQ(to_json(read.at("features")), R"(["last_hour","hour_of_day"])");
  EXPECT_EQ(read.at("rows").as_array()[0].at("values").as_array()[0].to_number<int>(), 6);
  EXPECT_EQ(to_json(read.at("rows").as_array()[1].at("statuses")), R"(["NOT_FOUND","PRESENT"])");
  EXPECT_EQ(to_json(read.at("rows").as_array()[1].at("entity")), R"({"city":"nyc"})");
  clock_.advance(3 * kHourMs);
  const auto set = call(post, "/api/v1/features/training-set",
                        R"({"service": "s", "label": "rides.cnt", "dataset": "train"})")
                       .second;
  EXPECT_EQ(set.at("total").to_number<int>(), 2);
  EXPECT_EQ(set.at("version").at("name").as_string(), "train");
  EXPECT_EQ(
      call(get, "/api/v1/features").second.at("views").as_array()[0].at("online").at("rows").to_number<int>(),
      2);
  EXPECT_EQ(call(post, "/api/v1/features/materialize").first, 200);
}

}  // namespace
}  // namespace maru::features
