#include "base/time.h"

#include <gtest/gtest.h>

#include <random>

namespace maru {
namespace {

TEST(Time, ReadsTheFormsPeopleWrite) {
  EXPECT_EQ(parse_time("1970-01-01").value(), 0);
  EXPECT_EQ(parse_time("1970-01-01T00:00:01Z").value(), 1000);
  EXPECT_EQ(parse_time("1970-01-01 01:00").value(), kHourMs);
  EXPECT_EQ(parse_time("1970-01-01T01:00:00.250+01:00").value(), 250);
  EXPECT_EQ(parse_time("1500").value(), 1500);
  for (const char* wrong : {"", "2011-13-01", "2011-02-30", "2011-01-01T25:00", "yesterday",
                            "2011-01-01T00:00:00+99:00", "2011-01-01x"}) {
    EXPECT_FALSE(parse_time(wrong).has_value()) << wrong;
  }
}

TEST(Time, FormatIsTheInverseOfParse) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 2000; ++i) {
    const TimeMs time_ms = static_cast<TimeMs>(random() % 4'000'000'000'000ULL) - 1'000'000'000'000;
    EXPECT_EQ(parse_time(format_time(time_ms)).value(), time_ms) << format_time(time_ms);
  }
}

TEST(Time, DurationsNeedAUnitAndRoundTrip) {
  EXPECT_EQ(parse_duration("1h30m").value(), 90 * kMinuteMs);
  EXPECT_EQ(parse_duration("2w").value(), 14 * kDayMs);
  EXPECT_EQ(format_duration(parse_duration("7d").value()), "7d");
  for (const char* wrong : {"", "30", "-1s", "5 minutes", "h", "99999999999999999999s"})
    EXPECT_FALSE(parse_duration(wrong).has_value()) << wrong;
}

TEST(Time, CivilFieldsAreUtc) {
  const CivilTime t = civil_time(from_civil(2012, 2, 29, 13, 5, 7));
  EXPECT_EQ(t.month, 2);
  EXPECT_EQ(t.day, 29);
  EXPECT_EQ(t.weekday, 3);
  EXPECT_EQ(t.day_of_year, 60);
}

TEST(AdjustableClock, MovesForwardOnly) {
  AdjustableClock clock(from_civil(2011, 5, 1));
  EXPECT_EQ(format_date(clock.now_ms()), "2011-05-01");
  EXPECT_TRUE(clock.move_to(from_civil(2011, 6, 1)).has_value());
  EXPECT_EQ(format_month(clock.now_ms()), "2011-06");
  EXPECT_EQ(clock.move_to(from_civil(2011, 5, 1)).error().code, Code::failed_precondition);
}

}  // namespace
}  // namespace maru
