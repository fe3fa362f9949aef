#include "base/pool.h"

#include <gtest/gtest.h>

#include <latch>

namespace maru {
namespace {

TEST(Pool, RunsEverythingBeforeItGoes) {
  std::atomic<int> ran{0};
  {
    Pool pool({"test", 3, 1000});
    for (int i = 0; i < 500; ++i) ASSERT_TRUE(pool.submit([&] { ++ran; }));
  }
  EXPECT_EQ(ran, 500);
}

TEST(Pool, RefusesPastItsLimit) {
  std::latch begun(1), release(1);
  Pool pool({"test", 1, 2});
  ASSERT_TRUE(pool.submit([&] {
    begun.count_down();
    release.wait();
  }));
  begun.wait();
  ASSERT_TRUE(pool.submit([] {}));
  ASSERT_TRUE(pool.submit([] {}));
  const auto refused = pool.submit([] {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::resource_exhausted);
  EXPECT_EQ(pool.queued(), 2U);
  release.count_down();
  pool.drain();
  EXPECT_EQ(pool.queued(), 0U);
}

TEST(Pool, DrainWaitsForWhatRuns) {
  std::atomic<int> ran{0};
  Pool pool({"test", 4, 1000});
  for (int round = 1; round <= 20; ++round) {
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(pool.submit([&] { ++ran; }));
    pool.drain();
    EXPECT_EQ(ran, round * 10);
  }
}

}  // namespace
}  // namespace maru
