#include "api/native/event_feed.h"

#include <gtest/gtest.h>

#include <numeric>
#include <thread>

#include "store/test_database.h"

namespace maru::api {
namespace {

class EventFeedTest : public ::testing::Test {
 protected:
  std::int64_t append() { return log_.append({"a", "thing/1", "bikes", "test", {}, {}}).value(); }
  // The ids of the messages that wait in a channel.
  static std::vector<std::int64_t> taken(net::EventChannel& channel) {
    const std::string bytes = channel.take().bytes;
    std::vector<std::int64_t> ids;
    for (std::size_t at = bytes.find("id: "); at != std::string::npos; at = bytes.find("\nid: ", at + 1)) {
      ids.push_back(std::atoll(bytes.c_str() + bytes.find(' ', at)));
    }
    return ids;
  }
  store::TestDatabase database_;
  ManualClock clock_{1'000};
  events::Log log_{*database_, clock_};
};

TEST_F(EventFeedTest, AStreamOpenedWhileEventsHappenMissesNoneAndRepeatsNone) {
  constexpr int kEvents = 300;
  EventFeed feed(log_);
  std::vector<std::shared_ptr<net::EventChannel>> channels;
  {
    std::jthread writer([&] {
      for (int i = 0; i < kEvents; ++i) append();
    });
    for (int i = 0; i < 50; ++i) {
      events::Filter everything;
      everything.after_id = 0;
      channels.push_back(feed.open(everything).value());
    }
  }
  std::vector<std::int64_t> expected(kEvents);
  std::iota(expected.begin(), expected.end(), 1);
  for (const auto& channel : channels) EXPECT_EQ(taken(*channel), expected);
}

}  // namespace
}  // namespace maru::api
