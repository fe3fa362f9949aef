#include "serving/endpoints_fixture.h"
#include "serving/statements.h"

namespace maru::serving {
namespace {

TEST_F(EndpointsTest, EveryStatementIsOneTheDatabaseCouldRun) {
  for (const auto& statement : statements())
    EXPECT_TRUE(database_->check_statement(statement.sql)) << statement.name;
}

TEST_F(EndpointsTest, CreatesLoadsAndPredicts) {
  const auto info = endpoints_->apply(demand(), "user/kim");
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->state, EndpointState::ready);
  EXPECT_EQ(info->version, 1);
  EXPECT_EQ(info->run_id, "run-1");
  auto request = request_of(2, 3);
  request.id = "r1";
  const auto reply = endpoints_->predict("demand", std::move(request));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->outputs[0].number(0), 1032);
  EXPECT_EQ(reply->version, 1);
  EXPECT_EQ(reply->request_id, "r1");
  EXPECT_EQ(endpoints_->predict("demand", request_of(1, 1))->request_id.size(), 32u);
  EXPECT_EQ(events_of("endpoint.changed").size(), 1u);
  const auto swapped = events_of("endpoint.swapped");
  ASSERT_EQ(swapped.size(), 1u);
  EXPECT_TRUE(swapped[0].payload.at("previous_version").is_null());
}

TEST_F(EndpointsTest, AliasMovesTheVersionFollowsTheOldIsUnloaded) {
  ASSERT_TRUE(endpoints_->apply(demand(), "user/kim"));
  source_.set_alias("demand", "champion", 2);
  endpoints_->refresh_model("other");
  EXPECT_EQ(endpoints_->get("demand")->version, 1);
  endpoints_->refresh_model("demand", 1);
  EXPECT_EQ(endpoints_->get("demand")->version, 2);
  EXPECT_EQ(endpoints_->get("demand")->swaps, 1u);
  EXPECT_EQ(control_.models_alive, 1);
  EXPECT_EQ(endpoints_->predict("demand", request_of(0, 0))->outputs[0].number(0), 2000);
  const auto swapped = events_of("endpoint.swapped");
  ASSERT_EQ(swapped.size(), 2u);
  EXPECT_EQ(swapped[1].cause, 1);
  EXPECT_EQ(swapped[1].payload.at("previous_version").as_int64(), 1);
  endpoints_->refresh_model("demand");  // nothing moved: nothing loads
  EXPECT_EQ(control_.loads, 2);
}

TEST_F(EndpointsTest, AFailedLoadKeepsTheOldVersionAndSaysWhyOnce) {
  ASSERT_TRUE(endpoints_->apply(demand(), "user/kim"));
  control_.refuses_version = 2;
  source_.set_alias("demand", "champion", 2);
  EXPECT_FALSE(endpoints_->refresh("demand"));
  EXPECT_FALSE(endpoints_->refresh("demand"));
  const auto info = *endpoints_->get("demand");
  EXPECT_EQ(info.state, EndpointState::ready);
  EXPECT_EQ(info.version, 1);
  EXPECT_EQ(info.reason, "version 2: a broken model");
  EXPECT_TRUE(endpoints_->predict("demand", request_of(0, 0)));
  EXPECT_EQ(events_of("endpoint.changed").size(), 2u);  // created, refused
  control_.refuses_version = 0;
  ASSERT_TRUE(endpoints_->refresh("demand"));
  EXPECT_EQ(endpoints_->get("demand")->reason, "");
}

TEST_F(EndpointsTest, AModelNoRuntimeTakesIsAFailedLoad) {
  ASSERT_TRUE(endpoints_->apply(demand(), "user/kim"));
  source_.set_files({{"flavors", {{"unknown", JsonObject{}}}}});
  source_.set_alias("demand", "champion", 3);
  const auto refreshed = endpoints_->refresh("demand");
  ASSERT_FALSE(refreshed);
  EXPECT_NE(refreshed.error().message.find("no runtime takes this model"), std::string::npos);
  EXPECT_EQ(endpoints_->get("demand")->version, 1);
}

TEST_F(EndpointsTest, WithoutItsAliasItStandsFailedUntilThereIsOne) {
  auto spec = demand();
  spec.alias = "production";
  const auto info = endpoints_->apply(spec, "user/kim");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->state, EndpointState::failed);
  const auto refused = endpoints_->predict("demand", request_of(0, 0));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::unavailable);
  EXPECT_NE(refused.error().message.find("no alias production"), std::string::npos);
  source_.set_alias("demand", "production", 4);
  ASSERT_TRUE(endpoints_->refresh("demand"));
  EXPECT_EQ(endpoints_->get("demand")->state, EndpointState::ready);
}

TEST_F(EndpointsTest, AFixedVersionIgnoresTheAlias) {
  auto spec = demand();
  spec.version = 7;
  EXPECT_EQ(endpoints_->apply(spec, "user/kim")->version, 7);
  source_.set_alias("demand", "champion", 2);
  endpoints_->refresh_model("demand");
  EXPECT_EQ(endpoints_->get("demand")->version, 7);
}

TEST_F(EndpointsTest, ARestartBringsEndpointsBack) {
  auto spec = demand();
  spec.max_in_flight = 9;
  ASSERT_TRUE(endpoints_->apply(spec, "user/kim"));
  endpoints_.reset();
  EXPECT_EQ(control_.models_alive, 0);
  endpoints_ = open();
  ASSERT_EQ(endpoints_->list().size(), 1u);
  EXPECT_EQ(endpoints_->list()[0].state, EndpointState::loading);
  EXPECT_EQ(endpoints_->list()[0].spec, spec);
  endpoints_->refresh_all();
  EXPECT_TRUE(endpoints_->predict("demand", request_of(0, 0)));
  ASSERT_TRUE(endpoints_->remove("demand", "user/kim"));
  endpoints_ = open();
  EXPECT_TRUE(endpoints_->list().empty());
}

TEST_F(EndpointsTest, AChangedSpecKeepsTheModel) {
  ASSERT_TRUE(endpoints_->apply(demand(), "user/kim"));
  auto spec = demand();
  spec.max_batch_rows = 1;
  ASSERT_TRUE(endpoints_->apply(spec, "user/kim"));
  ASSERT_TRUE(endpoints_->apply(spec, "user/kim"));  // the same again
  EXPECT_EQ(control_.loads, 1);
  EXPECT_EQ(control_.models_alive, 1);
  PredictRequest request;
  request.inputs = {Tensor::of<double>("a", {2}, {1, 2}), Tensor::of<double>("b", {2}, {1, 2})};
  EXPECT_EQ(endpoints_->predict("demand", std::move(request)).error().code, Code::payload_too_large);
  EXPECT_EQ(events_of("endpoint.changed").size(), 2u);
  EXPECT_EQ(events_of("endpoint.swapped").size(), 1u);
}

TEST_F(EndpointsTest, TooManyEndpointsAreRefused) {
  EndpointsOptions options;
  options.max_endpoints = 1;
  endpoints_ = open(options);
  ASSERT_TRUE(endpoints_->apply(demand(), "user/kim"));
  auto other = demand();
  other.name = "other";
  EXPECT_EQ(endpoints_->apply(other, "user/kim").error().code, Code::resource_exhausted);
}

TEST(EndpointSpec, JsonRoundTripsAndRefusesWhatIsWrong) {
  auto spec = demand();
  spec.version = 3;
  spec.non_finite = NonFinite::refuse;
  const Json json(spec.json());
  EXPECT_EQ(*EndpointSpec::from_json(JsonReader(json)), spec);
  const std::vector<std::pair<std::string, std::string>> wrong{
      {R"({})", "name"},
      {R"({"name":"../x"})", "name"},
      {R"({"name":"x","modle":"y"})", "model"},
      {R"({"name":"x","log_sample":2})", "log_sample"},
      {R"({"name":"x","max_in_flight":0})", "max_in_flight"},
      {R"({"name":"x","non_finite":"allow_nans"})", "allow_nan"},
      {R"({"name":"x","version":-1})", "version"},
      {R"({"name":"x","alias":""})", "alias"}};
  for (const auto& [text, says] : wrong) {
    const Json bad = *parse_json(text);
    const auto result = EndpointSpec::from_json(JsonReader(bad));
    ASSERT_FALSE(result) << text;
    EXPECT_NE(result.error().message.find(says), std::string::npos) << result.error().message;
  }
}

}  // namespace
}  // namespace maru::serving
