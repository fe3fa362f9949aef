#include "automation/schedule.h"

#include <gtest/gtest.h>

#include <random>

namespace maru::automation {
namespace {

TimeMs at(std::string_view text) { return *parse_time(text); }
std::string next(std::string_view schedule, std::string_view after) {
  return format_time(next_after(*parse_schedule(schedule), at(after)));
}

TEST(Cron, GivesTheNextMinute) {
  EXPECT_EQ(next("0 3 1 * *", "2011-05-01T03:00:00Z"), "2011-06-01T03:00:00Z");
  EXPECT_EQ(next("0 3 1 * *", "2011-05-01T02:59:59.999Z"), "2011-05-01T03:00:00Z");
  EXPECT_EQ(next("*/15 * * * *", "2011-05-01T03:00:00Z"), "2011-05-01T03:15:00Z");
  EXPECT_EQ(next("30 8-18/2 * * mon-fri", "2011-05-01T00:00:00Z"), "2011-05-02T08:30:00Z");
  EXPECT_EQ(next("0 0 29 2 *", "2011-05-01"), "2012-02-29T00:00:00Z");
  EXPECT_EQ(next("0 0 29 feb *", "1896-03-01"), "1904-02-29T00:00:00Z");
  EXPECT_EQ(next("0 0 * * 7", "2011-05-01"), "2011-05-08T00:00:00Z");
  EXPECT_EQ(next("@daily", "2011-12-31T12:00:00Z"), "2012-01-01T00:00:00Z");
  // Both days restricted: either suffices.
  EXPECT_EQ(next("0 0 13 * fri", "2011-05-01"), "2011-05-06T00:00:00Z");
  EXPECT_EQ(next("0 0 13 * fri", "2011-05-06"), "2011-05-13T00:00:00Z");
}

TEST(Cron, RefusesWhatIsNoSchedule) {
  EXPECT_EQ(parse_schedule("0 3 1 *").error().message,
            "\"0 3 1 *\" has 4 fields; expected five: minute hour day-of-month month day-of-week, such as "
            "\"0 3 1 * *\"");
  EXPECT_EQ(parse_schedule("60 3 1 * *").error().message,
            "minute \"60\": expected *, a number from 0 to 59, a range, a list or a step such as */15");
  for (const char* wrong :
       {"0 24 * * *", "0 0 0 * *", "0 0 * 13 *", "0 0 * * 8", "5-1 * * * *", "*/0 * * * *", "1, * * * *",
        "x * * * *", "1-2-3 * * * *", "0 0 30 2 *", "", "soon", "500ms", "@never"}) {
    EXPECT_FALSE(parse_schedule(wrong)) << wrong;
  }
}

TEST(Interval, TicksSince1970) {
  EXPECT_EQ(next("15m", "2011-05-01T03:01:00Z"), "2011-05-01T03:15:00Z");
  EXPECT_EQ(next("15m", "2011-05-01T03:15:00Z"), "2011-05-01T03:30:00Z");
}

TEST(Schedule, ManyMissedTicksAreOne) {
  const auto hourly = *parse_schedule("@hourly");
  EXPECT_EQ(due_between(hourly, at("2011-05-01T03:00:00Z"), at("2011-05-01T03:59:59Z")), std::nullopt);
  EXPECT_EQ(due_between(hourly, at("2011-05-01T03:00:00Z"), at("2011-05-08T03:30:00Z")),
            at("2011-05-08T03:00:00Z"));
  EXPECT_EQ(due_between(Interval{kHourMs}, at("2011-05-01T03:00:00Z"), at("2011-05-08T03:30:00Z")),
            at("2011-05-08T03:00:00Z"));
}

std::string random_field(std::mt19937& random, int low, int high) {
  const auto pick = [&](int a, int b) {
    return a + static_cast<int>(random() % static_cast<unsigned>(b - a + 1));
  };
  switch (random() % 5) {
    case 0:
      return "*";
    case 1:
      return fmt::format("*/{}", pick(1, high));
    case 2:
      return std::to_string(pick(low, high));
    case 3:
      return fmt::format("{},{}", pick(low, high), pick(low, high));
    default: {
      const int from = pick(low, high);
      return fmt::format("{}-{}", from, pick(from, high));
    }
  }
}

// The laws: what next_after gives is due and later; no due minute lies between; latest_at_or_before undoes
// it.
TEST(CronProperty, FindsEveryDueMinuteAndNoOther) {
  std::mt19937 random(7);
  int tried = 0;
  while (tried < 200) {
    const std::string text = random_field(random, 0, 59) + " " + random_field(random, 0, 23) + " " +
                             random_field(random, 1, 28) + " " + random_field(random, 1, 12) + " " +
                             random_field(random, 0, 6);
    const auto cron = Cron::parse(text);
    ASSERT_TRUE(cron) << text;
    ++tried;
    const TimeMs start = at("2011-01-01") + static_cast<TimeMs>(random() % 63'000'000) * 1000;
    const TimeMs found = cron->next_after(start);
    ASSERT_GT(found, start) << text;
    EXPECT_TRUE(cron->is_due(civil_time(found))) << text;
    EXPECT_EQ(cron->latest_at_or_before(found), found) << text;
    EXPECT_EQ(cron->latest_at_or_before(found + kMinuteMs - 1), found) << text;
    EXPECT_LE(cron->latest_at_or_before(found - 1), start) << text;
    const TimeMs first_minute = (start / kMinuteMs + 1) * kMinuteMs;
    const TimeMs last = std::min(found, first_minute + 3 * kDayMs);
    for (TimeMs minute = first_minute; minute < last; minute += kMinuteMs)
      ASSERT_FALSE(cron->is_due(civil_time(minute))) << text;
  }
}

}  // namespace
}  // namespace maru::automation
