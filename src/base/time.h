#pragma once
// Wall clock and sleep live here and nowhere else, so that tests can move time.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace maru {

using TimeMs = std::int64_t;      // milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored
using DurationMs = std::int64_t;  // milliseconds

inline constexpr DurationMs kSecondMs = 1000;
inline constexpr DurationMs kMinuteMs = 60 * kSecondMs;
inline constexpr DurationMs kHourMs = 60 * kMinuteMs;
inline constexpr DurationMs kDayMs = 24 * kHourMs;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimeMs now_ms() const = 0;
  // Never goes backwards; for measuring durations only.
  virtual std::int64_t steady_ns() const = 0;
  // Returns after `duration_ms` of this clock's time.
  virtual void sleep_ms(DurationMs duration_ms) = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  TimeMs now_ms() const override;
  std::int64_t steady_ns() const override;
  void sleep_ms(DurationMs duration_ms) override;
};
SystemClock& system_clock();

// A clock that flows at real speed from a start of one's choosing and can be moved forward: what lets a
// server replay the year 2011 hour by hour with every room believing it is then.
class AdjustableClock final : public Clock {
 public:
  explicit AdjustableClock(TimeMs start_ms);
  TimeMs now_ms() const override;
  std::int64_t steady_ns() const override;
  void sleep_ms(DurationMs duration_ms) override;
  // Forward only: an earlier time is failed_precondition.
  Result<void> move_to(TimeMs time_ms);
  void advance(DurationMs by_ms);

 private:
  std::atomic<DurationMs> offset_ms_;
};

// A clock that only moves when told to; sleep_ms() moves it.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimeMs start_ms = 0);
  ~ManualClock() override;
  TimeMs now_ms() const override;
  std::int64_t steady_ns() const override;
  void sleep_ms(DurationMs duration_ms) override;
  void advance(DurationMs by_ms);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "2011-05-01T00:00:00Z", fraction only when not whole seconds: "…00.250Z".
std::string format_time(TimeMs time_ms);
// "2011-05-01" and "2011-05" of a time, in UTC.
std::string format_date(TimeMs time_ms);
std::string format_month(TimeMs time_ms);
// RFC 3339 with Z or an offset; also "2011-05-01", "2011-05-01 13:00", "2011-05-01 13:00:00[.fff]" (taken as
// UTC), and a plain integer of milliseconds.
Result<TimeMs> parse_time(std::string_view text);

// "250ms", "30s", "5m", "1h", "7d", "2w"; also sums: "1h30m". A bare number is refused: it has no unit.
Result<DurationMs> parse_duration(std::string_view text);
std::string format_duration(DurationMs duration_ms);

// Calendar fields in UTC.
struct CivilTime {
  int year, month, day;  // 1-based month and day
  int hour, minute, second;
  int weekday;      // 0 = Sunday
  int day_of_year;  // 1-based
};
CivilTime civil_time(TimeMs time_ms);
TimeMs from_civil(int year, int month, int day, int hour = 0, int minute = 0, int second = 0);

}  // namespace maru
