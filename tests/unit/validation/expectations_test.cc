#include "validation/expectations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "validation/report_text.h"

namespace maru::validation {
namespace {

using testing::HasSubstr;

// Five hours of two cities with one of everything that goes wrong.
Table rides() {
  Table table;
  table.add(Column::of_ints("hour",
                            {from_civil(2011, 1, 1, 0), from_civil(2011, 1, 1, 1), from_civil(2011, 1, 2, 0),
                             from_civil(2011, 1, 3, 0), from_civil(2011, 1, 3, 0)},
                            ColumnType::timestamp));
  const std::vector<std::string> cities{"dc", "dc", "seoul", "seoul", "seoul"};
  table.add(Column::of_texts("city", cities));
  table.add(Column::of_doubles("temp", {0.1, 0.5, 1.5, 0.9, std::nan("")}));
  table.add(Column::of_ints("cnt", {3, 0, -1, 7, 9}));
  Column hum("hum", ColumnType::float64);
  hum.append_number(0.2);
  hum.append_null();
  hum.append_number(0.4);
  hum.append_number(0.6);
  hum.append_number(0.8);
  table.add(hum);
  table.add(Column::of_ints("season", {1, 1, 2, 3, 4}));
  return table;
}

CheckResult check_text(std::string_view text, double mostly = 1, TimeMs now_ms = from_civil(2011, 1, 3, 1)) {
  auto expectation = parse_expectation(text);
  EXPECT_TRUE(expectation.has_value()) << expectation.error().message;
  if (!expectation.has_value()) return {};
  expectation->mostly = mostly;
  return check(rides(), std::span(&*expectation, 1), now_ms).front();
}

struct Case {
  const char* text;
  bool passes;
  std::uint64_t failing_rows;
};

class Expectations : public testing::TestWithParam<Case> {};

TEST_P(Expectations, HoldOrFail) {
  const auto result = check_text(GetParam().text);
  EXPECT_EQ(result.passed, GetParam().passes) << result.message;
  EXPECT_EQ(result.failing_rows, GetParam().failing_rows) << result.message;
}

INSTANTIATE_TEST_SUITE_P(
    All, Expectations,
    testing::Values(Case{"temp between 0 and 1", false, 2},  // 1.5 and NaN
                    Case{"temp between 0 and 2", false, 1},
                    Case{"hum between 0.2 and 0.8", true, 0},  // nulls are not looked at
                    Case{"cnt >= 0", false, 1}, Case{"cnt >= -1", true, 0}, Case{"cnt != 7", false, 1},
                    Case{"cnt < season", false, 3}, Case{"city = 'dc'", false, 3},
                    Case{"season in (1,2,3,4)", true, 0}, Case{"season in (1, 2)", false, 2},
                    Case{"season not in (9)", true, 0}, Case{"city in ('dc', 'seoul')", true, 0},
                    Case{"city in (dc)", false, 3}, Case{"unique (city, hour)", false, 1},
                    Case{"unique (city, hour, cnt)", true, 0}, Case{"unique cnt", true, 0},
                    Case{"not null (city, cnt)", true, 0}, Case{"not null (hum, temp)", false, 2},
                    Case{"hum is not null", false, 1}, Case{"type temp float64", true, 0},
                    Case{"type temp text", false, 0}, Case{"column temp exists", true, 0},
                    Case{"column tmp exists", false, 0}, Case{"rows between 1 and 100000", true, 0},
                    Case{"rows between 6 and 9", false, 0}, Case{"rows >= 5", true, 0},
                    Case{"rows > 5", false, 0}, Case{"rows per day between 1 and 2", true, 0},
                    Case{"rows per day between 2 and 2", false, 1},  // only the whole day may have too few
                    Case{"rows per day of hour between 0 and 1", false, 2},
                    Case{"rows per month between 5 and 5", true, 0}, Case{"fresh hour within 2h", true, 0},
                    Case{"fresh hour within 30m", false, 0},
                    Case{"hour between 2011-01-01 and 2011-01-02", false, 2},
                    Case{"hour < '2012-01-01'", true, 0}, Case{"mean(cnt) between 3 and 4", true, 0},
                    Case{"max(cnt) <= 8", false, 0}, Case{"distinct(city) = 2", true, 0},
                    Case{"null_share(hum) <= 0.1", false, 0}, Case{"length(city) between 2 and 5", true, 0},
                    Case{"\"temp\" < 2", false, 1}));

TEST(Expectation, MostlyLetsSomeFail) {
  EXPECT_FALSE(check_text("cnt >= 0", 0.81).passed);
  EXPECT_TRUE(check_text("cnt >= 0", 0.8).passed);
  EXPECT_EQ(check_text("cnt >= 0", 0.8).failing_rows, 1u);
}

TEST(Expectation, ShowsWhatFailedAndWhere) {
  const auto result = check_text("temp between 0 and 1");
  EXPECT_THAT(result.observed, HasSubstr("max 1.5"));
  EXPECT_THAT(result.observed, HasSubstr("2 of 5 rows fail"));
  ASSERT_EQ(result.sample.size(), 2u);
  EXPECT_EQ(result.sample[0].row, 2u);
  EXPECT_EQ(result.sample[0].value, "1.5");
  EXPECT_EQ(check_text("unique (city, hour)").sample[0].value, "city=seoul, hour=2011-01-03T00:00:00Z");
}

TEST(Expectation, UncheckableFailsAndNamesTheNearestColumn) {
  const auto missing = check_text("tmp between 0 and 1");
  EXPECT_FALSE(missing.passed);
  EXPECT_THAT(missing.message, HasSubstr("\"temp\""));
  EXPECT_THAT(check_text("city between 0 and 1").message, HasSubstr("is text"));
  EXPECT_THAT(check_text("hour between 0 and 1").message, HasSubstr("must be times"));
  EXPECT_THAT(check_text("fresh cnt within 2h").message, HasSubstr("timestamp"));
}

TEST(Expectation, ErrorsSayWhereAndWhatWouldBeRight) {
  const auto message = [](std::string_view text) {
    const auto parsed = parse_expectation(text);
    EXPECT_FALSE(parsed.has_value()) << text;
    return parsed.has_value() ? std::string() : parsed.error().message;
  };
  EXPECT_THAT(message("temp betwen 0 and 1"), HasSubstr("column 6"));
  EXPECT_THAT(message("temp betwen 0 and 1"), HasSubstr("did you mean \"between\""));
  EXPECT_THAT(message("temp between 1 and 0"), HasSubstr("lower bound"));
  EXPECT_THAT(message("type temp flat64"), HasSubstr("did you mean \"float64\""));
  EXPECT_THAT(message("rows per dya between 1 and 2"), HasSubstr("did you mean \"day\""));
  EXPECT_THAT(message("fresh hour within 2"), HasSubstr("duration"));
  EXPECT_THAT(message("maen(temp) > 1"), HasSubstr("did you mean \"mean\""));
  EXPECT_THAT(message("temp between 0 and 1 please"), HasSubstr("the end"));
  EXPECT_THAT(message("city = 'dc"), HasSubstr("not closed"));
  EXPECT_THAT(message(""), HasSubstr("such as"));
}

TEST(Expectation, FromJson) {
  const Json json =
      parse_json(
          R"(["cnt >= 0", {"expect": "rows per day between 20 and 24", "severity": "warn", "mostly": 0.9}])")
          .value();
  const auto expectations = expectations_from(json);
  ASSERT_TRUE(expectations.has_value()) << expectations.error().message;
  EXPECT_EQ((*expectations)[0].severity, Severity::error);
  EXPECT_EQ((*expectations)[1].severity, Severity::warn);
  EXPECT_EQ((*expectations)[1].mostly, 0.9);
  const Json wrong = parse_json(R"([{"expect": "cnt >= 0", "mostly": 2}])").value();
  EXPECT_THAT(expectations_from(wrong).error().message, HasSubstr("[0]"));
}

TEST(Expectation, WarningsDoNotFailTheWhole) {
  auto expectation = parse_expectation("cnt >= 0").value();
  expectation.severity = Severity::warn;
  const auto results = check(rides(), std::span(&expectation, 1), 0);
  EXPECT_FALSE(results[0].passed);
  EXPECT_FALSE(has_failed(results));
  EXPECT_THAT(text_of(results), HasSubstr("1 warning"));
  EXPECT_EQ(json_of(results)[0].at("severity"), "warn");
}

}  // namespace
}  // namespace maru::validation
