#include "base/json.h"

#include <gtest/gtest.h>

#include <cmath>

namespace maru {
namespace {

TEST(Json, PrintsShortestDecimalsThatReadBack) {
  EXPECT_EQ(to_json(Json(1.5)), "1.5");
  EXPECT_EQ(to_json(Json(3.0)), "3.0");
  EXPECT_EQ(to_json(Json(0.1)), "0.1");
  EXPECT_EQ(to_json(Json(1e300)), "1e+300");
  EXPECT_EQ(to_json(Json(std::nan(""))), "\"NaN\"");
  EXPECT_EQ(to_json(Json("a\"\n\x01ü")), "\"a\\\"\\n\\u0001ü\"");
}

TEST(Json, SaysWhereMalformedTextBreaks) {
  EXPECT_NE(parse_json("{\"a\":\n  tru}").error().message.find("line 2"), std::string::npos);
  EXPECT_NE(parse_json("").error().message.find("empty"), std::string::npos);
  EXPECT_FALSE(parse_json("{} x").has_value());
  EXPECT_FALSE(parse_json("NaN").has_value());
  EXPECT_FALSE(parse_json(std::string(200, '[')).has_value()) << "depth is bounded";
  EXPECT_FALSE(parse_json_object("[1]").has_value());
}

TEST(JsonReader, ErrorsNameThePath) {
  const Json body = parse_json(R"({"metrics":[{"value":1},{"value":"abc"}],"steps":"7"})").value();
  const JsonReader reader(body);
  const auto items = reader.field("metrics").value().items().value();
  EXPECT_EQ(items[1].number("value").error().message, "metrics[1].value: expected a number, got \"abc\"");
  EXPECT_EQ(items[0].number("key").error().message, "metrics[0].key: is required");
  EXPECT_EQ(JsonReader(Json(std::uint64_t{2618})).integer().value(), 2618);
  EXPECT_EQ(reader.integer("steps").value(), 7) << "proto3 JSON sends int64 as strings";
  EXPECT_NE(reader.only({"metric", "steps"}).error().message.find("did you mean \"metric\""),
            std::string::npos);
}

}  // namespace
}  // namespace maru
