#include "serving/endpoints_fixture.h"

namespace maru::serving {
namespace {

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

}  // namespace
}  // namespace maru::serving
