#pragma once
// When something is due. Pure functions of UTC time.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/time.h"

namespace maru::automation {

// Five fields as crontab(5): minute hour day-of-month month day-of-week, each *, n, a-b, lists, steps (*/15,
// 8-18/2), month and day names; 0 and 7 are Sunday; when both days are restricted either suffices. Also
// @hourly, @daily, @weekly,
// @monthly, @yearly. In UTC: no hour is skipped or repeated.
class Cron {
 public:
  // invalid_argument names the field; also for a date that never comes (31 February).
  static Result<Cron> parse(std::string_view text);
  // The first due minute after `time_ms` / the last one at or before it.
  TimeMs next_after(TimeMs time_ms) const;
  TimeMs latest_at_or_before(TimeMs time_ms) const;
  bool is_due(const CivilTime& minute) const;

 private:
  bool is_due_day(const CivilTime& day) const;
  std::uint64_t minutes_ = 0;
  std::uint32_t hours_ = 0, days_ = 0, months_ = 0, weekdays_ = 0;  // a bit a value
  bool any_day_ = false, any_weekday_ = false;
};

// Every `every_ms` since 1970: two servers agree, a restart changes nothing.
struct Interval {
  DurationMs every_ms = 0;
};

using Schedule = std::variant<Cron, Interval>;
// "0 3 1 * *", "@daily" or a duration of at least one second: "15m".
Result<Schedule> parse_schedule(std::string_view text);
TimeMs next_after(const Schedule& schedule, TimeMs time_ms);
// The newest due time in (last_ms, now_ms]: however many were missed, one remains.
std::optional<TimeMs> due_between(const Schedule& schedule, TimeMs last_ms, TimeMs now_ms);

}  // namespace maru::automation
