#include "monitoring/windows.h"

namespace maru::monitoring {
namespace {

constexpr DurationMs kLeastWindowMs = kMinuteMs;
constexpr DurationMs kWeekMs = 7 * kDayMs;
constexpr DurationMs kFirstMondayMs = 4 * kDayMs;  // 1970-01-05: 1970 began on a Thursday
constexpr int kMonthLimit = 1200;

// Months since year 0, and back.
int month_number(TimeMs at_ms) {
  const CivilTime civil = civil_time(at_ms);
  return civil.year * 12 + civil.month - 1;
}
TimeMs month_start(int number) { return from_civil(number / 12, number % 12 + 1, 1); }

TimeMs floor_to(TimeMs at_ms, DurationMs step_ms) {
  const TimeMs rest = at_ms % step_ms;
  return at_ms - rest - (rest < 0 ? step_ms : 0);
}

}  // namespace

Result<WindowSpec> parse_window(std::string_view text) {
  if (text.ends_with("mo")) {
    int months = 0;
    const auto digits = text.substr(0, text.size() - 2);
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), months);
    if (code != std::errc{} || end != digits.data() + digits.size() || months < 1 || months > kMonthLimit) {
      return invalid("window \"{}\": expected a number of months from 1 to {} before \"mo\"", text,
                     kMonthLimit);
    }
    return WindowSpec{.duration_ms = 0, .months = months};
  }
  MARU_ASSIGN(const DurationMs duration_ms,
              parse_duration(text).at(fmt::format("window \"{}\" (also \"1mo\" for calendar months)", text)));
  if (duration_ms < kLeastWindowMs) {
    return invalid("window \"{}\": expected at least {}", text, format_duration(kLeastWindowMs));
  }
  return WindowSpec{.duration_ms = duration_ms, .months = 0};
}

std::string text_of(const WindowSpec& window) {
  return window.months > 0 ? fmt::format("{}mo", window.months) : format_duration(window.duration_ms);
}

Window window_at(const WindowSpec& spec, TimeMs at_ms) {
  if (spec.months > 0) {
    const int first = month_number(at_ms) / spec.months * spec.months;
    return {month_start(first), month_start(first + spec.months)};
  }
  const TimeMs origin = spec.duration_ms % kWeekMs == 0 ? kFirstMondayMs : 0;
  const TimeMs start = origin + floor_to(at_ms - origin, spec.duration_ms);
  return {start, start + spec.duration_ms};
}

Window window_after(const WindowSpec& spec, const Window& window) { return window_at(spec, window.end_ms); }

}  // namespace maru::monitoring
