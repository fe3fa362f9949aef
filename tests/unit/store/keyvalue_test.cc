#include "store/keyvalue.h"

#include <gtest/gtest.h>

#include <latch>
#include <map>
#include <random>

#include "base/file.h"
#include "store/keys.h"

namespace maru::store {
namespace {

class KeyValueTest : public ::testing::Test {
 protected:
  void TearDown() override { set_file_fault_hook({}); }
  void reopen(const KeyValueOptions& options = {}) {
    store_.reset();
    store_ = open_lmdb(folder_.path(), options).value();
  }
  Result<void> put(std::string_view key, std::string_view value) {
    return store_->write([&](KeyValueWriter& writer) { return writer.put(key, value); });
  }
  TemporaryFolder folder_ = TemporaryFolder::create("maru-test").value();
  std::unique_ptr<KeyValue> store_ = open_lmdb(folder_.path()).value();
};

TEST_F(KeyValueTest, ValuesComeBackAlsoAfterReopening) {
  ASSERT_TRUE(put("a", "1"));
  ASSERT_TRUE(put("b", ""));
  EXPECT_EQ(store_->get("a").value(), "1");
  reopen();
  EXPECT_EQ(store_->get("a").value(), "1");
  EXPECT_EQ(store_->get("b").value(), "");
  EXPECT_EQ(store_->get("c").value(), std::nullopt);
  EXPECT_EQ(store_->stats()->entries, 2U);
}

TEST_F(KeyValueTest, KeysHaveALimit) {
  EXPECT_EQ(put("", "x").error().code, Code::invalid_argument);
  EXPECT_EQ(put(std::string(512, 'k'), "x").error().code, Code::invalid_argument);
  EXPECT_TRUE(put(std::string(511, 'k'), "x"));
}

// The law: it behaves as an ordered map does.
TEST_F(KeyValueTest, BehavesAsAnOrderedMap) {
  std::mt19937 random(11);
  std::map<std::string, std::string, std::less<>> model;
  const auto some_key = [&] {
    std::string key(1 + random() % 3, '\0');
    for (auto& c : key) c = static_cast<char>(random() % 4 == 0 ? 0xFF : 'a' + random() % 4);
    return key;
  };
  for (int round = 0; round < 60; ++round) {
    ASSERT_TRUE(store_->write([&](KeyValueWriter& writer) -> Result<void> {
      for (int i = 0; i < 10; ++i) {
        const std::string key = some_key();
        const auto action = random() % 10;
        if (action < 7) {
          MARU_TRY(writer.put(key, std::to_string(i)));
          model[key] = std::to_string(i);
        } else if (action < 9) {
          MARU_ASSIGN(const bool was_there, writer.remove(key));
          EXPECT_EQ(was_there, model.erase(key) == 1);
        } else {
          MARU_ASSIGN(const auto count, writer.remove_prefix(key));
          EXPECT_EQ(count,
                    std::erase_if(model, [&](const auto& entry) { return entry.first.starts_with(key); }));
        }
      }
      return {};
    }));
    ASSERT_TRUE(store_->read([&](KeyValueReader& reader) -> Result<void> {
      MARU_ASSIGN(const auto cursor, reader.cursor());
      const std::string key = some_key();
      auto expected = model.lower_bound(key);
      MARU_ASSIGN(bool found, cursor->seek(key));
      for (; expected != model.end(); ++expected) {
        EXPECT_TRUE(found);
        EXPECT_EQ(cursor->key(), expected->first);
        EXPECT_EQ(cursor->value(), expected->second);
        MARU_ASSIGN(found, cursor->next());
      }
      EXPECT_FALSE(found);
      EXPECT_FALSE(cursor->next().value());
      auto before = model.lower_bound(key);
      MARU_ASSIGN(found, cursor->seek_before(key));
      while (before != model.begin()) {
        --before;
        EXPECT_TRUE(found);
        EXPECT_EQ(cursor->key(), before->first);
        MARU_ASSIGN(found, cursor->prev());
      }
      EXPECT_FALSE(found);
      return {};
    }));
  }
}

TEST_F(KeyValueTest, RangesAreHalfOpen) {
  for (const char* key : {"a", "b", "c", "d"}) ASSERT_TRUE(put(key, key));
  EXPECT_EQ(store_->write([](KeyValueWriter& writer) { return writer.remove_range("b", "d"); }).value(), 2U);
  EXPECT_TRUE(store_->get("a")->has_value());
  EXPECT_TRUE(store_->get("d")->has_value());
  EXPECT_FALSE(store_->get("b")->has_value());
}

TEST_F(KeyValueTest, AnErrorUndoesItsOwnFunctionOnlyAndCommitsAreShared) {
  std::latch begun(1), release(1), answered(3);
  store_->write_async(
      [&](KeyValueWriter&) -> Result<void> {
        begun.count_down();
        release.wait();
        return {};
      },
      [](Result<void>) {});
  begun.wait();
  std::vector<Result<void>> outcomes(3, Error{});
  for (std::size_t i = 0; i < 3; ++i) {
    store_->write_async(
        [i](KeyValueWriter& writer) -> Result<void> {
          MARU_TRY(writer.put(std::to_string(i), "x"));
          if (i == 1) return invalid("not this one");
          return {};
        },
        [&, i](Result<void> outcome) {
          outcomes[i] = std::move(outcome);
          answered.count_down();
        });
  }
  release.count_down();
  answered.wait();
  EXPECT_TRUE(outcomes[0]);
  EXPECT_EQ(outcomes[1].error().message, "not this one");
  EXPECT_TRUE(outcomes[2]);
  EXPECT_EQ(store_->stats()->entries, 2U);
  EXPECT_EQ(store_->stats()->commits, 2U);
}

TEST_F(KeyValueTest, AWriteThatCouldWaitForItselfIsRefused) {
  EXPECT_EQ(store_->write([&](KeyValueWriter&) { return put("a", "1"); }).error().code, Code::internal);
  EXPECT_EQ(store_->read([&](KeyValueReader&) { return put("a", "1"); }).error().code, Code::internal);
}

TEST_F(KeyValueTest, TheMapGrowsUnderReadersAndWriters) {
  KeyValueOptions small;
  small.first_map_bytes = std::uint64_t{1} << 20;
  folder_ = TemporaryFolder::create("maru-test").value();
  reopen(small);
  std::atomic<bool> stop{false};
  std::jthread reader([&] {
    while (!stop) {
      EXPECT_TRUE(store_->read([&](KeyValueReader& outer) -> Result<void> {
        MARU_TRY(outer.get("k"));
        return store_->read([&](KeyValueReader& inner) -> Result<void> {
          MARU_TRY(inner.get("k"));
          return {};
        });
      }));
    }
  });
  const std::string value(100'000, 'v');
  for (int round = 0; round < 10; ++round) {
    EXPECT_TRUE(store_->write([&](KeyValueWriter& writer) -> Result<void> {
      for (int i = 0; i < 30; ++i) MARU_TRY(writer.put(fmt::format("{}-{}", round, i), value));
      return {};
    }));
  }
  stop = true;
  reader.join();
  EXPECT_EQ(store_->stats()->entries, 300U);
  EXPECT_GE(store_->stats()->map_bytes, 300U * value.size());
  EXPECT_EQ(store_->get("9-29").value(), value);
}

TEST_F(KeyValueTest, TheSizeLimitIsKeptAndTheStoreStaysUsable) {
  KeyValueOptions small;
  small.first_map_bytes = std::uint64_t{1} << 20;
  small.limit_bytes = std::uint64_t{2} << 20;
  folder_ = TemporaryFolder::create("maru-test").value();
  reopen(small);
  ASSERT_TRUE(put("small", "x"));
  EXPECT_EQ(put("large", std::string(3'000'000, 'v')).error().code, Code::resource_exhausted);
  EXPECT_TRUE(put("after", "x"));
  EXPECT_EQ(store_->stats()->entries, 2U);
}

TEST_F(KeyValueTest, AFailedCommitAcknowledgesNothing) {
  set_file_fault_hook([](std::string_view operation, const std::filesystem::path&) -> Result<void> {
    if (operation == "sync") return make_error(Code::unavailable, "disk full");
    return {};
  });
  EXPECT_EQ(put("a", "1").error().code, Code::unavailable);
  set_file_fault_hook({});
  EXPECT_EQ(store_->get("a").value(), std::nullopt);
  EXPECT_TRUE(put("a", "2"));
  EXPECT_EQ(store_->get("a").value(), "2");
}

TEST(Keys, OrderOfBytesIsOrderOfParts) {
  std::mt19937_64 random(13);
  const auto some_text = [&] {
    std::string text(random() % 4, '\0');
    for (auto& c : text)
      c = "\0\x01\xFF"
          "a"[random() % 4];
    return text;
  };
  const auto some_number = [&]() -> std::int64_t {
    switch (random() % 4) {
      case 0:
        return std::numeric_limits<std::int64_t>::min();
      case 1:
        return std::numeric_limits<std::int64_t>::max();
      case 2:
        return static_cast<std::int64_t>(random() % 5) - 2;
      default:
        return static_cast<std::int64_t>(random());
    }
  };
  using Parts = std::tuple<std::string, std::int64_t, std::string, std::int64_t>;
  for (int i = 0; i < 20'000; ++i) {
    const Parts a{some_text(), some_number(), some_text(), some_number()};
    const Parts b{some_text(), some_number(), some_text(), some_number()};
    const auto key_of = [](const Parts& parts) {
      return KeyBuilder()
          .text(std::get<0>(parts))
          .int64(std::get<1>(parts))
          .text(std::get<2>(parts))
          .int64(std::get<3>(parts))
          .key();
    };
    EXPECT_EQ(key_of(a) < key_of(b), a < b);
    const auto left = KeyBuilder().int64_descending(std::get<1>(a)).key();
    const auto right = KeyBuilder().int64_descending(std::get<1>(b)).key();
    EXPECT_EQ(left<right, std::get<1>(a)> std::get<1>(b));
    const std::string key = key_of(a) + left;
    KeyParser parser(key);
    EXPECT_EQ(parser.text().value(), std::get<0>(a));
    EXPECT_EQ(parser.int64().value(), std::get<1>(a));
    EXPECT_EQ(parser.text().value(), std::get<2>(a));
    EXPECT_EQ(parser.int64().value(), std::get<3>(a));
    EXPECT_EQ(parser.int64_descending().value(), std::get<1>(a));
    EXPECT_TRUE(parser.at_end());
  }
  EXPECT_EQ(KeyParser("abc").text().error().code, Code::data_loss);
  EXPECT_EQ(KeyParser("abc").int64().error().code, Code::data_loss);
}

TEST(Keys, EndOfPrefixFollowsEveryKeyOfIt) {
  EXPECT_EQ(end_of_prefix("ab"), "ac");
  EXPECT_EQ(end_of_prefix("a\xFF"), "b");
  EXPECT_EQ(end_of_prefix("\xFF\xFF"), "");
}

}  // namespace
}  // namespace maru::store
