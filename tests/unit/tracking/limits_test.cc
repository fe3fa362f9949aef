#include "tracking/limits.h"

#include <gtest/gtest.h>

#include "tracking/page_token.h"
#include "tracking/random_name.h"

namespace maru::tracking {
namespace {

Batch batch_of(std::vector<Metric> metrics, std::vector<Param> params = {}, std::vector<Tag> tags = {}) {
  return {.metrics = std::move(metrics), .params = std::move(params), .tags = std::move(tags)};
}
Metric named(std::string key) {
  Metric metric;
  metric.key = std::move(key);
  return metric;
}

TEST(Limits, KeysAreNamesThatNoPathCouldResolveToAnother) {
  for (const auto* good : {"rmse", "val/rmse", "a.b", "team x", "a:b", "größe", "a..b", ".hidden", "a-b_c"}) {
    EXPECT_TRUE(check_key(good, "key")) << good;
  }
  for (const auto* bad : {"", "a//b", "../a", "a/../b", "/a", "./a", "a/", ".", "..", "a#b", "a\nb", "a,b"}) {
    EXPECT_FALSE(check_key(bad, "key")) << bad;
  }
  EXPECT_EQ(check_key("a/../b", "name").error().message,
            "Invalid value \"a/../b\" for parameter 'name' supplied: Names may be treated as files in "
            "certain cases, and "
            "must not resolve to other names when treated as such. This name would resolve to 'b'");
}

TEST(Limits, ABatchIsToldWhichItemIsWrong) {
  auto wrong = batch_of({named("a"), named("b#")});
  EXPECT_TRUE(
      check_batch(wrong).error().message.starts_with("Invalid value \"b#\" for parameter 'metrics[1].name'"));
  auto alone = batch_of({named("b#")});
  EXPECT_TRUE(check_batch(alone).error().message.starts_with("Invalid value \"b#\" for parameter 'name'"));
  auto early = batch_of({named("a"), named("b")});
  early.metrics[1].timestamp_ms = -1;
  EXPECT_NE(check_batch(early).error().message.find("metrics[1].timestamp"), std::string::npos);
  auto twice = batch_of({}, {{"p", "1"}, {"q", "1"}, {"p", "2"}});
  EXPECT_EQ(check_batch(twice).error().message,
            "Duplicate parameter keys have been submitted: ['p']. Please ensure the request contains only "
            "one param value "
            "per param key.");
}

TEST(Limits, BatchesAreBounded) {
  auto exactly = batch_of(std::vector<Metric>(kMetricsPerBatch, named("m")));
  EXPECT_TRUE(check_batch(exactly));
  auto over = batch_of(std::vector<Metric>(kMetricsPerBatch + 1, named("m")));
  EXPECT_EQ(check_batch(over).error().code, Code::invalid_argument);
  auto together = batch_of(std::vector<Metric>(kMetricsPerBatch, named("m")), {{"p", "1"}});
  EXPECT_NE(check_batch(together).error().message.find("metrics, params, and tags"), std::string::npos);
}

TEST(Limits, LongValuesAreShortenedInCharactersNotBytes) {
  std::string wide;
  for (std::size_t i = 0; i < kParamValueCharacters + 5; ++i) wide += "é";
  auto batch = batch_of({}, {{"p", wide}});
  ASSERT_TRUE(check_batch(batch));
  EXPECT_EQ(character_count(batch.params[0].value), kParamValueCharacters);
  EXPECT_EQ(batch.params[0].value.size(), 2 * kParamValueCharacters);
}

TEST(Limits, PageTokensAreMlflows) {
  EXPECT_EQ(make_page_token(100), "eyJvZmZzZXQiOiAxMDB9");  // base64 of {"offset": 100}
  EXPECT_EQ(parse_page_token(make_page_token(12345)).value(), 12345);
  EXPECT_EQ(parse_page_token("").value(), 0);
  for (const auto* bad : {"!", "e30=", "eyJvZmZzZXQiOiAtMX0="}) EXPECT_FALSE(parse_page_token(bad)) << bad;
}

TEST(Limits, RandomNamesAreKeys) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const auto name = random_name();
    EXPECT_TRUE(check_key(name, "name")) << name;
    seen.insert(name);
  }
  EXPECT_GT(seen.size(), 90U);
}

}  // namespace
}  // namespace maru::tracking
