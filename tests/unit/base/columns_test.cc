#include "base/columns.h"

#include <gtest/gtest.h>

namespace maru {
namespace {

TEST(Columns, NullsAreToldFromValues) {
  Column column("x", ColumnType::int64);
  column.append_int(1);
  column.append_null();
  column.append_int(3);
  EXPECT_EQ(column.size(), 3U);
  EXPECT_EQ(column.null_count(), 1U);
  EXPECT_FALSE(column.is_null(0));
  EXPECT_TRUE(column.is_null(1));
  EXPECT_FALSE(column.is_null(2));
  EXPECT_TRUE(std::isnan(column.number(1)));
  EXPECT_EQ(column.number(2), 3.0);
  EXPECT_EQ(column.shown(1), "");
  EXPECT_TRUE(column.json(1).is_null());
}

TEST(Columns, TextsMayBeginWithANull) {
  Column column("t", ColumnType::text);
  column.append_null();
  column.append_text("a");
  column.append_text("");
  EXPECT_EQ(column.text(0), "");
  EXPECT_EQ(column.text(1), "a");
  EXPECT_EQ(column.text(2), "");
  EXPECT_TRUE(column.is_null(0));
  EXPECT_FALSE(column.is_null(2));
}

TEST(Columns, NumbersConvertWithoutUndefinedValues) {
  Column column("i", ColumnType::int64);
  column.append_number(1e300);
  column.append_number(-1e300);
  column.append_number(std::nan(""));
  EXPECT_EQ(column.ints()[0], std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(column.ints()[1], std::numeric_limits<std::int64_t>::min());
  EXPECT_TRUE(column.is_null(2));
}

TEST(Columns, JsonValuesAreCheckedAgainstTheType) {
  Column times("at", ColumnType::timestamp);
  const Json rfc = "2011-05-01T00:00:00Z";
  ASSERT_TRUE(times.append_json_value(JsonReader(rfc)));
  const Json ms = 1304208000000;
  ASSERT_TRUE(times.append_json_value(JsonReader(ms)));
  EXPECT_EQ(times.ints()[0], times.ints()[1]);
  EXPECT_EQ(times.shown(0), "2011-05-01T00:00:00Z");
  Column flags("f", ColumnType::boolean);
  const Json wrong = "abc";
  EXPECT_EQ(flags.append_json_value(JsonReader(wrong, "f[0]")).error().message,
            "f[0]: expected true or false, got \"abc\"");
  EXPECT_EQ(flags.size(), 0U);
}

TEST(Columns, AdoptedColumnsKeepTheirNulls) {
  Column column("d", ColumnType::float64);
  column.adopt_doubles({1, 2, 3}, {1, 0, 1});
  EXPECT_EQ(column.null_count(), 1U);
  EXPECT_TRUE(column.is_null(1));
  column.append_number(4);
  EXPECT_FALSE(column.is_null(3));
}

TEST(Table, TakesRowsInTheOrderGiven) {
  const std::vector<std::string> names{"a", "b", "c"};
  Table table({Column::of_ints("id", {1, 2, 3}), Column::of_texts("name", names)});
  const std::vector<std::size_t> rows{2, 0, 2};
  const Table taken = table.take(rows);
  EXPECT_EQ(taken.rows(), 3U);
  EXPECT_EQ(to_json(taken.row_json(0)), R"({"id":3,"name":"c"})");
  EXPECT_EQ(to_json(taken.row_json(1)), R"({"id":1,"name":"a"})");
}

TEST(Table, UnknownColumnsNameTheNearest) {
  const Table table({Column::of_doubles("temperature", {1.5})});
  const auto missing = table.column("temprature");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::not_found);
  EXPECT_NE(missing.error().message.find("did you mean \"temperature\"?"), std::string::npos);
}

TEST(ColumnType, NamesRoundTrip) {
  for (const auto type : {ColumnType::boolean, ColumnType::int64, ColumnType::float64, ColumnType::text,
                          ColumnType::timestamp}) {
    EXPECT_EQ(column_type(name_of(type)).value(), type);
  }
  EXPECT_EQ(column_type("flaot64").error().code, Code::invalid_argument);
}

}  // namespace
}  // namespace maru
