#include "store/settings.h"

#include <gtest/gtest.h>

namespace maru::store {
namespace {

Config defaults() {
  const auto settings = store_settings();
  return Config({settings.begin(), settings.end()});
}

TEST(StoreSettings, DefaultsAreThoseOfTheOptions) {
  const Config config = defaults();
  const DatabaseOptions read = database_options(config), plain;
  EXPECT_EQ(read.read_connections, plain.read_connections);
  EXPECT_EQ(read.read_wait_ms, plain.read_wait_ms);
  EXPECT_EQ(read.write_queue_limit, plain.write_queue_limit);
  EXPECT_EQ(read.batch_limit, plain.batch_limit);
  EXPECT_EQ(read.reader_cache_kib, plain.reader_cache_kib);
  EXPECT_EQ(read.writer_cache_kib, plain.writer_cache_kib);
  EXPECT_EQ(keyvalue_options(config).limit_bytes, KeyValueOptions{}.limit_bytes);
  EXPECT_EQ(keyvalue_options(config).first_map_bytes, KeyValueOptions{}.first_map_bytes);
}

TEST(StoreSettings, EveryDefaultIsWithinItsBounds) {
  Config config = defaults();
  for (const auto& setting : store_settings())
    EXPECT_TRUE(config.set(setting.name, setting.fallback, "test")) << setting.name;
}

}  // namespace
}  // namespace maru::store
