#include "base/ids.h"

#include <gtest/gtest.h>

namespace maru {
namespace {

TEST(Ids, AreVersion4UuidsWithoutDashes) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = new_id();
    EXPECT_EQ(id.size(), 32U);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_EQ(id[12], '4');
    EXPECT_NE(std::string("89ab").find(id[16]), std::string::npos);
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(Ids, NearestNameOffersOnlyLikelySlips) {
  const std::vector<std::string> known{"temperature", "humidity", "wind_speed"};
  EXPECT_EQ(nearest_name("temprature", known), "temperature");
  EXPECT_EQ(nearest_name("humdity", known), "humidity");
  EXPECT_EQ(nearest_name("zzz", known), "");
  EXPECT_EQ(did_you_mean("windspeed", known), " (did you mean \"wind_speed\"?)");
  EXPECT_EQ(did_you_mean("zzz", {}), "");
}

TEST(Ids, PlainNamesAreWhatPathsAndUrlsTake) {
  for (const char* name : {"a", "bikes-2.0_x", "A.b", "0"}) EXPECT_TRUE(is_plain_name(name)) << name;
  for (const std::string& name : {std::string(), std::string("-a"), std::string(".a"), std::string("a b"),
                                  std::string("a/b"), std::string("é"), std::string(129, 'a')}) {
    EXPECT_FALSE(is_plain_name(name)) << name;
  }
}

}  // namespace
}  // namespace maru
