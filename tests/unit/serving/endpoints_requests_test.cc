#include "serving/endpoints_fixture.h"

namespace maru::serving {
namespace {

struct Seen final : PredictionObserver {
  void observe(const PredictionView& view) noexcept override {
    ids.emplace_back(view.request_id);
    event_ms = view.event_ms;
    failed = view.error != nullptr;
    inputs = view.inputs.size();
  }
  std::vector<std::string> ids;
  TimeMs event_ms = 0;
  bool failed = false;
  std::size_t inputs = 0;
};

TEST_F(EndpointsTest, BadRequestsAreRefusedAndCounted) {
  ASSERT_TRUE(endpoints_->apply(demand(), "user/kim"));
  const auto code_of = [&](PredictRequest request, std::int64_t version = 0) {
    return endpoints_->predict("demand", std::move(request), version).error().code;
  };
  EXPECT_EQ(code_of({}), Code::invalid_argument);
  PredictRequest empty;
  empty.inputs = {Tensor::of<double>("a", {0}, {}), Tensor::of<double>("b", {0}, {})};
  EXPECT_EQ(code_of(std::move(empty)), Code::invalid_argument);
  PredictRequest uneven;
  uneven.inputs = {Tensor::of<double>("a", {2}, {1, 2}), Tensor::of<double>("b", {1}, {1})};
  EXPECT_EQ(code_of(std::move(uneven)), Code::invalid_argument);
  EXPECT_EQ(code_of(request_of(INFINITY, 0)), Code::invalid_argument);
  EXPECT_TRUE(endpoints_->predict("demand", request_of(std::nan(""), 0)));
  auto unknown = request_of(0, 0);
  unknown.outputs = {"z"};
  EXPECT_EQ(code_of(std::move(unknown)), Code::invalid_argument);
  EXPECT_EQ(endpoints_->statistics("demand")->errors, 5u);
  EXPECT_EQ(endpoints_->statistics("demand")->requests, 6u);
  EXPECT_EQ(endpoints_->statistics("demand")->rows, 1u);
  EXPECT_EQ(code_of(request_of(0, 0), 9), Code::not_found);
  EXPECT_TRUE(endpoints_->predict("demand", request_of(0, 0), 1));
  const auto missing = endpoints_->predict("demnd", request_of(0, 0));
  EXPECT_NE(missing.error().message.find("demand"), std::string::npos);
}

TEST_F(EndpointsTest, NonFiniteByPolicy) {
  auto spec = demand();
  spec.non_finite = NonFinite::refuse;
  ASSERT_TRUE(endpoints_->apply(spec, "user/kim"));
  EXPECT_FALSE(endpoints_->predict("demand", request_of(std::nan(""), 0)));
  spec.non_finite = NonFinite::allow;
  ASSERT_TRUE(endpoints_->apply(spec, "user/kim"));
  EXPECT_TRUE(endpoints_->predict("demand", request_of(INFINITY, 0)));
}

TEST_F(EndpointsTest, MoreInFlightThanAllowedIsRefusedNotQueued) {
  std::atomic<int> inside{0};
  std::atomic<bool> release{false};
  std::atomic<bool> block{false};
  control_.during_predict = [&] {
    if (!block) return;
    ++inside;
    release.wait(false);
  };
  auto spec = demand();
  spec.max_in_flight = 2;
  ASSERT_TRUE(endpoints_->apply(spec, "user/kim"));
  block = true;
  std::vector<std::jthread> callers;
  for (int i = 0; i < 2; ++i)
    callers.emplace_back([&] { EXPECT_TRUE(endpoints_->predict("demand", request_of(0, 0))); });
  while (inside < 2) std::this_thread::yield();
  const auto refused = endpoints_->predict("demand", request_of(0, 0));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::resource_exhausted);
  EXPECT_EQ(endpoints_->get("demand")->in_flight, 2);
  release = true;
  release.notify_all();
  callers.clear();
  block = false;
  EXPECT_TRUE(endpoints_->predict("demand", request_of(0, 0)));
}

TEST_F(EndpointsTest, TheObserverSeesTheSample) {
  Seen seen;
  endpoints_->set_observer(&seen);
  auto spec = demand();
  ASSERT_TRUE(endpoints_->apply(spec, "user/kim"));
  auto request = request_of(1, 1);
  request.event_ms = 42;
  ASSERT_TRUE(endpoints_->predict("demand", std::move(request)));
  EXPECT_EQ(seen.event_ms, 42);
  EXPECT_EQ(seen.inputs, 2u);
  EXPECT_FALSE(endpoints_->predict("demand", {}));
  EXPECT_TRUE(seen.failed);
  EXPECT_EQ(seen.event_ms, clock_.now_ms());
  seen.ids.clear();
  spec.log_sample = 0.25;
  ASSERT_TRUE(endpoints_->apply(spec, "user/kim"));
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(endpoints_->predict("demand", request_of(1, 1)));
  EXPECT_NEAR(static_cast<double>(seen.ids.size()), 500, 100);
}

TEST_F(EndpointsTest, FeaturesFillWhatTheRequestLeavesOut) {
  Seen seen;
  endpoints_->set_observer(&seen);
  auto spec = demand();
  spec.features = "cities";
  ASSERT_TRUE(endpoints_->apply(spec, "user/kim"));
  const std::vector<std::string> cities{"seoul", "jeju"};
  const auto ask = [&](std::optional<TimeMs> event_ms) {
    PredictRequest request;
    request.event_ms = event_ms;
    request.inputs = {Tensor::of_texts("city", {2}, cities), Tensor::of<double>("a", {2}, {1, 2})};
    return endpoints_->predict("demand", std::move(request));
  };
  const auto reply = ask({});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->outputs[0].number(0), 1051);
  EXPECT_EQ(reply->outputs[0].number(1), 1042);
  EXPECT_EQ(seen.inputs, 2u);  // a and b: the key is not the model's
  EXPECT_EQ(ask(clock_.now_ms() + kDayMs)->outputs[0].number(0), 1061);
  EXPECT_TRUE(endpoints_->predict("demand", request_of(1, 1)));  // whole already: nothing is looked up
  PredictRequest keyless;
  keyless.inputs = {Tensor::of<double>("a", {1}, {1})};
  EXPECT_EQ(endpoints_->predict("demand", std::move(keyless)).error().code, Code::invalid_argument);
  spec.features = "towns";
  ASSERT_TRUE(endpoints_->apply(spec, "user/kim"));
  EXPECT_EQ(ask({}).error().code, Code::not_found);
}

TEST_F(EndpointsTest, WindowsAndSeriesTellOfTraffic) {
  ASSERT_TRUE(endpoints_->apply(demand(), "user/kim"));
  endpoints_->tick();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(endpoints_->predict("demand", request_of(1, 1)));
  EXPECT_FALSE(endpoints_->predict("demand", {}));
  endpoints_->tick();
  EXPECT_TRUE(events_of("endpoint.window").empty());  // the minute is not over
  clock_.advance(kMinuteMs);
  endpoints_->tick();
  endpoints_->tick();
  const auto windows = events_of("endpoint.window");
  ASSERT_EQ(windows.size(), 1u);
  EXPECT_EQ(windows[0].payload.at("requests").to_number<int>(), 11);
  EXPECT_EQ(windows[0].payload.at("errors").at("count").to_number<int>(), 1);
  EXPECT_NEAR(windows[0].payload.at("errors").at("rate").as_double(), 1.0 / 11, 1e-12);
  const auto series = *endpoints_->series("demand");
  ASSERT_EQ(series.points.size(), 1u);
  EXPECT_EQ(series.points[0].requests, 11u);
  EXPECT_EQ(series.points[0].version, 1);
  ASSERT_EQ(series.swaps.size(), 1u);
  EXPECT_EQ(series.swaps[0].version, 1);
  EXPECT_NEAR(endpoints_->statistics("demand")->rate_per_s, 11.0 / 60, 1e-9);
  clock_.advance(400 * kDayMs);  // a moved clock neither hangs nor invents traffic
  ASSERT_TRUE(endpoints_->predict("demand", request_of(1, 1)));
  clock_.advance(kMinuteMs);
  endpoints_->tick();
  EXPECT_EQ(events_of("endpoint.window").size(), 2u);
}

}  // namespace
}  // namespace maru::serving
