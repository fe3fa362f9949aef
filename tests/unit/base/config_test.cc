#include "base/config.h"

#include <gtest/gtest.h>

#include "base/file.h"

namespace maru {
namespace {

Config sample() {
  return Config({{"net.idle_timeout", SettingKind::duration, "60s", "Closes idle connections.", 1000, 3.6e6},
                 {"net.body_limit", SettingKind::bytes, "16MiB", "Largest body."},
                 {"store.cache_pages", SettingKind::integer, "100", "Pages kept.", 10, 1000},
                 {"log.json", SettingKind::boolean, "false", "JSON lines."},
                 {"log.file", SettingKind::text, "", "Where to."},
                 {"serving.share", SettingKind::number, "0.5", "A share.", 0, 1}});
}

TEST(Config, LaterSourcesWin) {
  const auto folder = TemporaryFolder::create().value();
  const auto path = folder.path() / "maru.yaml";
  ASSERT_TRUE(write_file_atomically(path, "net:\n  idle_timeout: 5s\nstore.cache_pages: 200\n"));
  Config config = sample();
  EXPECT_EQ(config.duration_ms("net.idle_timeout"), 60'000);
  ASSERT_TRUE(config.load_file(path));
  EXPECT_EQ(config.duration_ms("net.idle_timeout"), 5'000);
  EXPECT_EQ(config.integer("store.cache_pages"), 200);
  ASSERT_TRUE(config.load_environment({{"MARU_NET_IDLE_TIMEOUT", "7s"}, {"HOME", "/"}}));
  EXPECT_EQ(config.duration_ms("net.idle_timeout"), 7'000);
  ASSERT_TRUE(config.set("net.idle_timeout", "9s", "--net.idle-timeout"));
  EXPECT_EQ(config.duration_ms("net.idle_timeout"), 9'000);
  EXPECT_EQ(config.bytes("net.body_limit"), 16U << 20);
  EXPECT_FALSE(config.boolean("log.json"));
  EXPECT_EQ(config.number("serving.share"), 0.5);
  EXPECT_EQ(config.explain().at(0).at("source").as_string(), "--net.idle-timeout");
}

TEST(Config, MistakesSayWhereAndWhatWouldBeRight) {
  const auto folder = TemporaryFolder::create().value();
  const auto path = folder.path() / "maru.yaml";
  ASSERT_TRUE(write_file_atomically(path, "net:\n  idle_timeuot: 5s\n"));
  Config config = sample();
  EXPECT_EQ(config.load_file(path).error().message,
            path.string() + ":2: unknown setting \"net.idle_timeuot\" (did you mean \"net.idle_timeout\"?)");
  EXPECT_EQ(config.set("store.cache_pages", "many", "flag").error().message,
            "flag: store.cache_pages: expected an integer, got \"many\"");
  EXPECT_EQ(config.set("store.cache_pages", "5", "flag").error().message,
            "flag: store.cache_pages: expected at least 10, got 5");
  EXPECT_EQ(config.set("net.idle_timeout", "10", "flag").error().code, Code::invalid_argument);
  EXPECT_EQ(config.integer("store.cache_pages"), 100);
  ASSERT_TRUE(write_file_atomically(path, "net: [1, 2]\n"));
  EXPECT_EQ(config.load_file(path).error().code, Code::invalid_argument);
  ASSERT_TRUE(write_file_atomically(path, "net: {a\n"));
  EXPECT_EQ(config.load_file(path).error().code, Code::invalid_argument);
}

TEST(Config, BytesHaveUnits) {
  EXPECT_EQ(parse_bytes("512").value(), 512U);
  EXPECT_EQ(parse_bytes("1GB").value(), 1'000'000'000U);
  EXPECT_EQ(parse_bytes("2KiB").value(), 2048U);
  EXPECT_FALSE(parse_bytes("MiB"));
  EXPECT_FALSE(parse_bytes("-1"));
  EXPECT_FALSE(parse_bytes("99999999999TiB"));
}

}  // namespace
}  // namespace maru
