#include "serving/endpoints.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/log.h"
#include "events/log.h"
#include "serving/statements.h"
#include "serving/testing/fakes.h"
#include "store/database.h"

namespace maru::serving {
namespace {

using testing::FakeRuntime;
using testing::FakeRuntimeControl;
using testing::FakeSource;

PredictRequest request_of(double a, double b) {
  PredictRequest request;
  request.inputs.push_back(Tensor::of<double>("a", {1}, {a}));
  request.inputs.push_back(Tensor::of<double>("b", {1, 1}, {b}));
  return request;
}

EndpointSpec demand() {
  EndpointSpec spec;
  spec.name = "demand";
  spec.project = "bikes";
  spec.model = "demand";
  return spec;
}

// Knows b of every city: the length of its name plus the days since 2011-05-01.
class CityFeatures final : public FeatureSource {
 public:
  Result<std::vector<Tensor>> features(std::string_view service, std::span<const Tensor> inputs,
                                       std::span<const std::string> wanted, TimeMs at_ms) override {
    if (service != "cities") return not_found("no service {}", service);
    const auto city = std::ranges::find(inputs, "city", &Tensor::name);
    if (city == inputs.end()) return invalid("input \"city\" is missing");
    std::vector<Tensor> found;
    for (const auto& name : wanted) {
      std::vector<double> values;
      for (const auto text : city->texts())
        values.push_back(static_cast<double>(text.size()) +
                         static_cast<double>((at_ms - 1'304'208'000'000) / kDayMs));
      found.push_back(Tensor::of<double>(name, {static_cast<std::int64_t>(values.size())},
                                         std::span<const double>(values)));
    }
    return found;
  }
};

class EndpointsTest : public ::testing::Test {
 protected:
  EndpointsTest() : folder_(*TemporaryFolder::create()) {
    configure_logging(LogLevel::off, LogFormat::automatic);
    database_ = *store::open_sqlite(folder_.path() / "maru.db");
    log_ = std::make_unique<events::Log>(*database_, clock_);
    source_.set_alias("demand", "champion", 1);
    endpoints_ = open();
  }

  std::unique_ptr<Endpoints> open(EndpointsOptions options = {}) {
    std::vector<std::unique_ptr<Runtime>> runtimes;
    runtimes.push_back(std::make_unique<FakeRuntime>(control_));
    return *Endpoints::open({database_.get(), log_.get(), &clock_, &source_, std::move(runtimes), &features_},
                            options);
  }

  std::vector<events::Event> events_of(std::string type) {
    events::Filter filter;
    filter.types = {std::move(type)};
    return *log_->list(filter);
  }

  TemporaryFolder folder_;
  ManualClock clock_{1'304'208'000'000};  // 2011-05-01
  FakeSource source_;
  CityFeatures features_;
  FakeRuntimeControl control_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<events::Log> log_;
  std::unique_ptr<Endpoints> endpoints_;
};

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

TEST_F(EndpointsTest, AStuckRequestDoesNotHoldUpTheSwapAndTickUnloadsLater) {
  std::atomic<bool> block{false}, inside{false}, release{false};
  control_.during_predict = [&] {
    if (!block.exchange(false)) return;
    inside = true;
    release.wait(false);
  };
  EndpointsOptions options;
  options.drain_timeout_ms = 1;
  endpoints_ = open(options);
  ASSERT_TRUE(endpoints_->apply(demand(), "user/kim"));
  block = true;
  std::jthread stuck([&] {
    const auto reply = endpoints_->predict("demand", request_of(0, 0));
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->version, 1);
  });
  while (!inside) std::this_thread::yield();
  source_.set_alias("demand", "champion", 2);
  ASSERT_TRUE(endpoints_->refresh("demand"));
  EXPECT_EQ(endpoints_->predict("demand", request_of(0, 0))->version, 2);
  EXPECT_EQ(control_.models_alive, 2);
  EXPECT_FALSE(events_of("endpoint.swapped").back().payload.at("drained").as_bool());
  release = true;
  release.notify_all();
  stuck.join();
  endpoints_->tick();
  EXPECT_EQ(control_.models_alive, 1);
}

TEST_F(EndpointsTest, SwapsUnderHammeringLoseNoRequest) {
  ASSERT_TRUE(endpoints_->apply(demand(), "user/kim"));
  constexpr int kSwaps = 100;
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> answered{0}, failed{0}, wrong{0};
  std::vector<std::jthread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      std::int64_t newest = 0;
      while (!stop) {
        const auto reply = endpoints_->predict("demand", request_of(1, 2));
        if (!reply) {
          ++failed;
          continue;
        }
        ++answered;
        // The answer is wholly of one version, and versions never go back.
        if (reply->outputs[0].number(0) != 21 + 1000 * static_cast<double>(reply->version)) ++wrong;
        if (reply->version < newest) ++wrong;
        newest = reply->version;
      }
    });
  for (int version = 2; version <= kSwaps; ++version) {
    source_.set_alias("demand", "champion", version);
    ASSERT_TRUE(endpoints_->refresh("demand"));
  }
  while (answered < 1000) std::this_thread::yield();
  stop = true;
  callers.clear();
  EXPECT_EQ(failed, 0u);
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(control_.models_alive, 1);
  EXPECT_EQ(endpoints_->get("demand")->swaps, kSwaps - 1u);
  EXPECT_EQ(endpoints_->statistics("demand")->requests, answered.load());
}

TEST_F(EndpointsTest, EndpointsComeAndGoUnderTraffic) {
  ASSERT_TRUE(endpoints_->apply(demand(), "user/kim"));
  std::atomic<bool> stop{false};
  std::jthread caller([&] {
    while (!stop) {
      EXPECT_TRUE(endpoints_->predict("demand", request_of(1, 2)));
      const auto other = endpoints_->predict("other", request_of(1, 2));
      if (!other) {
        EXPECT_TRUE(other.error().code == Code::not_found || other.error().code == Code::unavailable);
      }
    }
  });
  auto other = demand();
  other.name = "other";
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(endpoints_->apply(other, "user/kim"));
    ASSERT_TRUE(endpoints_->remove("other", "user/kim"));
  }
  stop = true;
  caller.join();
  EXPECT_EQ(control_.models_alive, 1);
}

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
