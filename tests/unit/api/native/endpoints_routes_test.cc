#include "api/native/endpoints_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "serving/testing/fakes.h"

namespace maru::api {
namespace {

using serving::DataType;
using serving::Tensor;
using ::testing::HasSubstr;

class EndpointsRoutes : public ::testing::Test {
 protected:
  EndpointsRoutes() {
    configure_logging(LogLevel::off, LogFormat::automatic);
    source_.set_alias("demand", "champion", 1);
    std::vector<std::unique_ptr<serving::Runtime>> runtimes;
    runtimes.push_back(std::make_unique<serving::testing::FakeRuntime>(control_));
    endpoints_ = serving::Endpoints::open({nullptr, nullptr, &clock_, &source_, std::move(runtimes)}).value();
    add_endpoints_routes(router_, *endpoints_);
  }

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

  ManualClock clock_{1'304'208'000'000};
  serving::testing::FakeSource source_;
  serving::testing::FakeRuntimeControl control_;
  std::unique_ptr<serving::Endpoints> endpoints_;
  net::Router router_;
};

TEST_F(EndpointsRoutes, CreateShowListDelete) {
  const auto [created, body] = call(net::Method::post, "/api/v1/endpoints", R"({"name":"demand"})");
  EXPECT_EQ(created, 201);
  EXPECT_EQ(body.at("state").as_string(), "ready");
  EXPECT_EQ(body.at("version").as_int64(), 1);
  EXPECT_EQ(body.at("alias").as_string(), "champion");
  EXPECT_EQ(body.at("inputs").as_array().size(), 2u);
  EXPECT_EQ(body.at("inputs").at(0).at("datatype").as_string(), "FP64");
  EXPECT_EQ(call(net::Method::post, "/api/v1/endpoints", R"({"name":"demand","max_in_flight":3})").first,
            200);
  const auto [listed, list] = call(net::Method::get, "/api/v1/endpoints");
  EXPECT_EQ(listed, 200);
  EXPECT_EQ(list.at("endpoints").at(0).at("max_in_flight").as_int64(), 3);
  EXPECT_EQ(call(net::Method::del, "/api/v1/endpoints/demand").first, 204);
  EXPECT_EQ(call(net::Method::get, "/api/v1/endpoints/demand").first, 404);
}

TEST_F(EndpointsRoutes, RefreshFollowsTheAliasAndSaysWhyNot) {
  call(net::Method::post, "/api/v1/endpoints", R"({"name":"demand"})");
  source_.set_alias("demand", "champion", 2);
  const auto [status, body] = call(net::Method::post, "/api/v1/endpoints/demand/refresh");
  EXPECT_EQ(status, 200);
  EXPECT_EQ(body.at("version").as_int64(), 2);
  EXPECT_EQ(body.at("swaps").to_number<int>(), 1);
  control_.refuses_version = 3;
  source_.set_alias("demand", "champion", 3);
  EXPECT_EQ(call(net::Method::post, "/api/v1/endpoints/demand/refresh").first, 400);
  const auto [shown, after] = call(net::Method::get, "/api/v1/endpoints/demand");
  EXPECT_EQ(after.at("version").as_int64(), 2);
  EXPECT_THAT(std::string(after.at("reason").as_string()), HasSubstr("version 3: a broken model"));
}

TEST_F(EndpointsRoutes, Series) {
  call(net::Method::post, "/api/v1/endpoints", R"({"name":"demand"})");
  serving::PredictRequest request;
  request.inputs = {Tensor::of<double>("a", {1}, {1}), Tensor::of<double>("b", {1}, {1})};
  ASSERT_TRUE(endpoints_->predict("demand", std::move(request)));
  const auto [status, body] = call(net::Method::get, "/api/v1/endpoints/demand/series?step=5s");
  EXPECT_EQ(status, 200);
  EXPECT_EQ(body.at("step_ms").as_int64(), 5000);
  EXPECT_EQ(body.at("points").as_array().size(), 1u);
  EXPECT_EQ(body.at("points").at(0).at("version").as_int64(), 1);
  EXPECT_EQ(body.at("swaps").as_array().size(), 1u);
  EXPECT_EQ(call(net::Method::get, "/api/v1/endpoints/demand/series?step=5").first, 400);
}

TEST_F(EndpointsRoutes, BadSpecsAreRefusedAndNothingIsMade) {
  for (const auto& [body, says] :
       std::vector<std::pair<std::string, std::string>>{{R"({"name":"demand","aliass":"x"})", "aliass"},
                                                        {R"({"name":"a b"})", "a b"},
                                                        {"[]", "an object"},
                                                        {"{", "body"}}) {
    const auto [status, answer] = call(net::Method::post, "/api/v1/endpoints", body);
    EXPECT_EQ(status, 400) << body;
    EXPECT_THAT(std::string(answer.at("error").at("message").as_string()), HasSubstr(says));
  }
  EXPECT_TRUE(endpoints_->list().empty());
}

}  // namespace
}  // namespace maru::api
