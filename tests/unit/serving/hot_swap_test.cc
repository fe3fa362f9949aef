#include "serving/internal/hot_swap.h"

#include <gtest/gtest.h>

namespace maru::serving {
namespace {

// Knows whether it was destroyed; its two halves are equal unless someone sees it half made.
struct Value {
  Value(int number, std::atomic<int>& alive_count) : first(number), second(number), alive(alive_count) {
    ++alive;
  }
  ~Value() {
    first = -1;
    second = -2;
    --alive;
  }
  int first, second;
  std::atomic<int>& alive;
};

TEST(HotSwap, EmptyUntilFilled) {
  std::atomic<int> alive{0};
  HotSwap<Value> swap;
  EXPECT_FALSE(swap.use());
  swap.replace(std::make_unique<Value>(1, alive));
  EXPECT_EQ(swap.use()->first, 1);
  swap.replace(nullptr);
  EXPECT_FALSE(swap.use());
  EXPECT_TRUE(swap.drain(0));
  EXPECT_EQ(alive, 0);
}

TEST(HotSwap, AValueInUseOutlivesItsReplacement) {
  std::atomic<int> alive{0};
  HotSwap<Value> swap;
  swap.replace(std::make_unique<Value>(1, alive));
  {
    const auto use = swap.use();
    swap.replace(std::make_unique<Value>(2, alive));
    EXPECT_FALSE(swap.drain(1));
    EXPECT_EQ(use->first, 1);
    EXPECT_EQ(swap.use()->first, 2);
    EXPECT_EQ(alive, 2);
  }
  EXPECT_TRUE(swap.drain(0));
  EXPECT_EQ(alive, 1);
}

TEST(HotSwap, DrainReturnsWhenTheLastUserLeaves) {
  std::atomic<int> alive{0};
  HotSwap<Value> swap;
  swap.replace(std::make_unique<Value>(1, alive));
  std::optional use(swap.use());
  swap.replace(std::make_unique<Value>(2, alive));
  std::jthread leaver([&] { use.reset(); });
  EXPECT_TRUE(swap.drain(60'000));
  EXPECT_EQ(alive, 1);
}

TEST(HotSwap, CountsUsers) {
  std::atomic<int> alive{0};
  HotSwap<Value> swap;
  swap.replace(std::make_unique<Value>(1, alive));
  const auto one = swap.use();
  const auto two = swap.use();
  EXPECT_EQ(one.users(), 1);
  EXPECT_EQ(two.users(), 2);
  EXPECT_EQ(swap.users(), 2);
}

TEST(HotSwap, HammeredWhileReplacedNobodySeesADeadValue) {
  std::atomic<int> alive{0};
  {
    HotSwap<Value> swap;
    swap.replace(std::make_unique<Value>(0, alive));
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> uses{0}, broken{0};
    std::vector<std::jthread> users;
    for (int i = 0; i < 4; ++i)
      users.emplace_back([&] {
        int newest = 0;
        while (!stop) {
          const auto use = swap.use();
          if (!use || use->first != use->second || use->first < newest) ++broken;
          newest = use->first;
          ++uses;
        }
      });
    for (int number = 1; number <= 2000; ++number) {
      swap.replace(std::make_unique<Value>(number, alive));
      EXPECT_TRUE(swap.drain(60'000));
      EXPECT_EQ(alive, 1);
    }
    while (uses < 1000) std::this_thread::yield();
    stop = true;
    users.clear();
    EXPECT_EQ(broken, 0u);
    swap.replace(nullptr);
    swap.drain(60'000);
  }
  EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace maru::serving
