#include "expr/expression.h"

#include <gtest/gtest.h>

#include "expr/functions.h"

namespace maru::expr {
namespace {

Scalar evaluate(std::string_view text, std::string_view record) {
  const auto object = parse_json_object(record);
  const auto expression = Expression::parse(text);
  EXPECT_TRUE(expression) << expression.error().message;
  const auto value = expression->evaluate(JsonRecord(*object));
  EXPECT_TRUE(value) << value.error().message;
  return *value;
}

TEST(Expression, RefusesWhatIsTooLongOrTooDeep) {
  const std::string long_text = "a = '" + std::string(kTextLimitBytes, 'x') + "'";
  EXPECT_EQ(Expression::parse(long_text).error().message,
            fmt::format("an expression may hold 65536 bytes, got {}", long_text.size()));
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "(";
  EXPECT_EQ(Expression::parse(deep).error().message, "column 101: nested deeper than 100 levels");
  std::string sum = "1";
  for (int i = 0; i < 1000; ++i) sum += " + 1";
  EXPECT_NE(Expression::parse(sum).error().message.find("nested deeper than 100 levels"), std::string::npos);
  std::string nots;
  for (int i = 0; i < 1000; ++i) nots += "not ";
  EXPECT_FALSE(Expression::parse(nots + "a"));
}

TEST(Expression, TakesALongListOfConditions) {
  std::string text = "a = 0";
  for (int i = 1; i < 3000; ++i) text += fmt::format(" or a = {}", i);
  EXPECT_EQ(evaluate(text, R"({"a": 2999})"), Scalar(true));
  EXPECT_EQ(evaluate(text, R"({"a": 3000})"), Scalar(false));
}

TEST(Expression, EvaluatesBySlotAsByRecord) {
  const auto expression = *Expression::parse("b * 2 + a - b");
  ASSERT_EQ(expression.identifiers(), (std::vector<std::string>{"b", "a"}));
  const std::vector<Scalar> values{3.0, 10.0};
  EXPECT_EQ(*expression.evaluate(values), Scalar(13.0));
  EXPECT_EQ(expression.evaluate(std::span<const Scalar>{}).error().code, Code::internal);
}

TEST(Expression, MatchesOnlyWhatIsTrue) {
  const JsonObject record{{"a", 1}, {"t", "x"}};
  EXPECT_TRUE(*Expression::parse("a = 1")->matches(JsonRecord(record)));
  EXPECT_FALSE(*Expression::parse("missing = 1")->matches(JsonRecord(record)));
  EXPECT_EQ(Expression::parse("a")->matches(JsonRecord(record)).error().message,
            "expected a condition, but it gives the number 1");
}

TEST(Expression, ReadsNaNAsNull) {
  class NaN : public Record {
    Scalar lookup(const Name&) const override { return std::nan(""); }
  };
  EXPECT_EQ(*Expression::parse("a is null")->evaluate(NaN()), Scalar(true));
}

TEST(Expression, KeepsTheValuesItSaw) {
  const JsonObject record{{"a", 1}, {"b", nullptr}};
  const auto explained = Expression::parse("a < 2 or `b` = 'x'")->evaluate_explained(JsonRecord(record));
  ASSERT_TRUE(explained);
  EXPECT_TRUE(explained->matched);
  EXPECT_EQ(explained->values, (std::vector<std::pair<std::string, Scalar>>{{"a", 1.0}, {"b", {}}}));
}

TEST(Expression, GivesItsTypeUnderASchema) {
  Schema schema;
  schema.add("a", Type::number).add("t", Type::text);
  EXPECT_EQ(*Expression::parse("a + 1")->type(schema), Type::number);
  EXPECT_EQ(*Expression::parse("lower(t)")->type(schema), Type::text);
  EXPECT_EQ(*Expression::parse("if(a > 1, t, 'x')")->type(schema), Type::text);
  EXPECT_EQ(*Expression::parse("if(a > 1, t, 2)")->type(schema), Type::any);
  EXPECT_EQ(*Expression::parse("not a > 1")->type(schema), Type::boolean);
  EXPECT_FALSE(Expression::parse("b")->check(schema));
  EXPECT_TRUE(Expression::parse("b")->check(Schema(Schema::Unknown::allow)));
}

TEST(Expression, ResolvesTwoSpellingsToOneName) {
  Schema schema;
  schema.add("metrics.*", Type::number).alias("metric", "metrics");
  const auto bound = Expression::parse("metric.a < metrics.a + metric.b")->bind(schema);
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->identifiers(), (std::vector<std::string>{"metrics.a", "metrics.b"}));
}

TEST(Record, TriesTheWholeRestAsAKeyFirst) {
  const JsonObject record{{"metrics", {{"val.rmse", 1}, {"val", {{"rmse", 2}, {"mae", 3}}}}}};
  EXPECT_EQ(JsonRecord(record).lookup(Name::of("metrics.val.rmse")), Scalar(1.0));
  EXPECT_EQ(JsonRecord(record).lookup(Name::of("metrics.val.mae")), Scalar(3.0));
  EXPECT_EQ(JsonRecord(record).lookup(Name::of("metrics.val")), Scalar(R"({"rmse":2,"mae":3})"));
  const JsonObject over{{"metrics", nullptr}, {"a", 1}};
  const JsonRecord first(over), second(record);
  EXPECT_EQ(LayeredRecord({&first, &second}).lookup(Name::of("metrics.val.mae")), Scalar(3.0));
}

TEST(OrderBy, ReadsTermsAndDirections) {
  const auto terms =
      parse_order_by("order by metrics.rmse asc, attributes.start_time DESC, max(a, b), `desc`");
  ASSERT_TRUE(terms) << terms.error().message;
  ASSERT_EQ(terms->size(), 4u);
  EXPECT_EQ((*terms)[0].value.as_name()->text(), "metrics.rmse");
  EXPECT_EQ((*terms)[1].direction, Direction::descending);
  EXPECT_EQ((*terms)[2].value.as_name(), nullptr);
  EXPECT_EQ((*terms)[3].value.as_name()->parts[0], "desc");
  EXPECT_EQ(parse_order_by("a, b + ").error().message,
            "column 7: expected a name, a value or \"(\", but the text ends here");
  EXPECT_EQ(parse_order_by("metrics.rmse down").error().message,
            "column 14: expected \"and\", \"or\" or the end, got \"down\"");
  EXPECT_FALSE(parse_order_by(""));
  EXPECT_FALSE(parse_order_by("a,,b"));
}

TEST(OrderBy, PutsNullsLastEitherWay) {
  const Scalar one(1.0), two(2.0), text("a"), null;
  EXPECT_EQ(compare_for_order(one, two, Direction::ascending), -1);
  EXPECT_EQ(compare_for_order(one, two, Direction::descending), 1);
  EXPECT_EQ(compare_for_order(null, two, Direction::ascending), 1);
  EXPECT_EQ(compare_for_order(null, two, Direction::descending), 1);
  EXPECT_EQ(compare_for_order(null, null, Direction::ascending), 0);
  EXPECT_EQ(compare_for_order(text, two, Direction::ascending), 1);
  EXPECT_EQ(compare_for_order(Scalar(true), one, Direction::ascending), 0);
}

TEST(Functions, HaveUniqueNames) {
  auto names = function_names();
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

}  // namespace
}  // namespace maru::expr
