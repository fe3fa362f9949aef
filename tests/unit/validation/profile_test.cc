#include "validation/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "validation/report_text.h"
#include "validation/schema.h"

namespace maru::validation {
namespace {

Table mixed() {
  Table table;
  Column number("x", ColumnType::float64);
  for (const double value : {1.0, 2.0, 3.0, 4.0, 0.0}) number.append_number(value);
  number.append_null();
  number.append_number(std::nan(""));
  number.append_number(std::numeric_limits<double>::infinity());
  table.add(number);
  const std::vector<std::string> words{"a", "bb", "a", "a", "bb", "c", "c", "d"};
  table.add(Column::of_texts("word", words));
  table.add(Column::of_ints("flag", {1, 0, 1, 1, 1, 0, 0, 1}, ColumnType::boolean));
  return table;
}

TEST(Profile, CountsMomentsAndQuantiles) {
  const Profile profile = profile_of(mixed(), {.histogram_buckets = 4});
  const ColumnProfile& x = *profile.find("x");
  EXPECT_EQ(profile.rows, 8u);
  EXPECT_EQ(x.count, 8u);
  EXPECT_EQ(x.null_count, 1u);
  EXPECT_EQ(x.nan_count, 1u);
  EXPECT_EQ(x.inf_count, 1u);
  EXPECT_EQ(x.zeros, 1u);
  EXPECT_EQ(x.min, 0);
  EXPECT_EQ(x.max, 4);
  EXPECT_EQ(x.mean, 2);
  EXPECT_NEAR(x.std, std::sqrt(2.5), 1e-12);
  EXPECT_EQ(x.quantiles, (std::array<double, 5>{0.2, 1, 2, 3, 3.8}));
  EXPECT_EQ(x.histogram.edges, (std::vector<double>{0, 1, 2, 3, 4}));
  EXPECT_EQ(x.histogram.counts, (std::vector<std::uint64_t>{1, 1, 1, 2}));
}

TEST(Profile, TextAndBooleans) {
  const Profile profile = profile_of(mixed());
  const ColumnProfile& word = *profile.find("word");
  EXPECT_EQ(word.distinct, 4u);
  EXPECT_EQ(word.top_values[0], (ValueCount{"a", 3}));
  EXPECT_EQ(word.top_values[1], (ValueCount{"bb", 2}));  // ties by value: bb before c
  EXPECT_EQ(word.mean_length, 10.0 / 8);
  EXPECT_EQ(profile.find("flag")->top_values[0], (ValueCount{"true", 5}));
}

TEST(Profile, ColumnWithoutValues) {
  Table table;
  Column empty("e", ColumnType::float64);
  empty.append_null();
  table.add(empty);
  const Profile profile = profile_of(table);
  EXPECT_TRUE(std::isnan(profile.columns[0].mean));
  EXPECT_TRUE(profile.columns[0].histogram.counts.empty());
  EXPECT_TRUE(json_of(profile).at("columns").at("e").at("mean").is_null());
}

TEST(Profile, JsonBothWays) {
  const Profile profile = profile_of(mixed());
  const Json json = parse_json(to_json(json_of(profile))).value();
  const auto back = profile_from(json);
  ASSERT_TRUE(back.has_value()) << back.error().message;
  EXPECT_EQ(to_json(json_of(*back)), to_json(json_of(profile)));
  EXPECT_FALSE(text_of(*back).empty());
}

TEST(Profile, WrongJsonSaysWhere) {
  const Json json = parse_json(R"({"rows": 1, "columns": {"x": {"type": "flaot64"}}})").value();
  EXPECT_THAT(profile_from(json).error().message, testing::HasSubstr("columns.x"));
}

TEST(Schema, InfersAndCompares) {
  const Schema before = infer_schema(mixed());
  EXPECT_TRUE(before.find("x")->nullable);
  EXPECT_EQ(before.find("word")->values, (std::vector<std::string>{"a", "bb", "c", "d"}));
  EXPECT_TRUE(compare(before, before).empty());

  Table changed;
  changed.add(Column::of_ints("x", {1, 2}));
  const std::vector<std::string> words{"a", "z", "a", "a"};
  changed.add(Column::of_texts("word", words));
  changed.add(Column::of_doubles("new", {1, 2}));
  const auto changes = compare(before, infer_schema(changed));
  ASSERT_EQ(changes.size(), 4u);
  EXPECT_EQ(changes[0].kind, SchemaChangeKind::type_changed);
  EXPECT_FALSE(changes[0].breaking);
  EXPECT_EQ(changes[1].kind, SchemaChangeKind::values_new);
  EXPECT_THAT(changes[1].message, testing::HasSubstr("\"z\""));
  EXPECT_EQ(changes[2].kind, SchemaChangeKind::column_missing);
  EXPECT_TRUE(changes[2].breaking);
  EXPECT_EQ(changes[3].kind, SchemaChangeKind::column_new);
}

TEST(Schema, JsonBothWays) {
  const Schema schema = infer_schema(mixed());
  const Json json = parse_json(to_json(json_of(schema))).value();
  EXPECT_EQ(schema_from(json).value(), schema);
}

}  // namespace
}  // namespace maru::validation
