#include "base/time.h"

#include <atomic>
#include <charconv>
#include <chrono>
#include <thread>

#include <fmt/format.h>

namespace maru {
namespace {

// Reads exactly `digits` digits at `text`, moving it on.
bool read_digits(std::string_view& text, int digits, int& out) {
  if (text.size() < static_cast<std::size_t>(digits)) return false;
  out = 0;
  for (int i = 0; i < digits; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    if (c < '0' || c > '9') return false;
    out = out * 10 + (c - '0');
  }
  text.remove_prefix(static_cast<std::size_t>(digits));
  return true;
}

bool read_char(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

bool valid_date(int year, int month, int day) {
  namespace c = std::chrono;
  return c::year_month_day{c::year{year}, c::month{static_cast<unsigned>(month)},
                           c::day{static_cast<unsigned>(day)}}
      .ok();
}

// Milliseconds of ".fff…" (any number of digits, cut at three), or nothing wrong and 0 when there is none.
bool read_fraction(std::string_view& text, int& millis) {
  millis = 0;
  if (!read_char(text, '.')) return true;
  int scale = 100, digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    millis += (text.front() - '0') * scale;
    scale /= 10;
    text.remove_prefix(1);
    ++digits;
  }
  return digits > 0;
}

bool read_zone(std::string_view& text, DurationMs& offset_ms) {
  offset_ms = 0;
  if (text.empty() || read_char(text, 'Z') || read_char(text, 'z')) return true;
  const bool minus = text.front() == '-';
  if (!minus && text.front() != '+') return false;
  text.remove_prefix(1);
  int hours = 0, minutes = 0;
  if (!read_digits(text, 2, hours)) return false;
  read_char(text, ':');
  if (!read_digits(text, 2, minutes) || hours > 23 || minutes > 59) return false;
  offset_ms = (hours * kHourMs + minutes * kMinuteMs) * (minus ? -1 : 1);
  return true;
}

}  // namespace

TimeMs SystemClock::now_ms() const {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}
std::int64_t SystemClock::steady_ns() const {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}
void SystemClock::sleep_ms(DurationMs duration_ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(duration_ms));
}
SystemClock& system_clock() {
  static SystemClock clock;
  return clock;
}

AdjustableClock::AdjustableClock(TimeMs start_ms) : offset_ms_(start_ms - system_clock().now_ms()) {}
TimeMs AdjustableClock::now_ms() const {
  return system_clock().now_ms() + offset_ms_.load(std::memory_order_relaxed);
}
std::int64_t AdjustableClock::steady_ns() const { return system_clock().steady_ns(); }
void AdjustableClock::sleep_ms(DurationMs duration_ms) { system_clock().sleep_ms(duration_ms); }
Result<void> AdjustableClock::move_to(TimeMs time_ms) {
  const DurationMs ahead_ms = time_ms - now_ms();
  if (ahead_ms < 0) {
    return make_error(Code::failed_precondition, "the clock moves forward only: it is {}, asked for {}",
                      format_time(now_ms()), format_time(time_ms));
  }
  advance(ahead_ms);
  return {};
}
void AdjustableClock::advance(DurationMs by_ms) { offset_ms_.fetch_add(by_ms, std::memory_order_relaxed); }

struct ManualClock::State {
  std::atomic<TimeMs> now_ms;
};
ManualClock::ManualClock(TimeMs start_ms) : state_(std::make_unique<State>()) { state_->now_ms = start_ms; }
ManualClock::~ManualClock() = default;
TimeMs ManualClock::now_ms() const { return state_->now_ms; }
std::int64_t ManualClock::steady_ns() const { return state_->now_ms * 1'000'000; }
void ManualClock::sleep_ms(DurationMs duration_ms) { advance(duration_ms); }
void ManualClock::advance(DurationMs by_ms) { state_->now_ms += by_ms; }

CivilTime civil_time(TimeMs time_ms) {
  namespace c = std::chrono;
  const c::sys_time<c::milliseconds> point{c::milliseconds{time_ms}};
  const auto day = c::floor<c::days>(point);
  const c::year_month_day date{day};
  const c::hh_mm_ss clock{c::floor<c::seconds>(point - day)};
  const c::sys_days new_year = date.year() / c::January / 1;
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          static_cast<int>(c::weekday{day}.c_encoding()),
          static_cast<int>((day - new_year).count()) + 1};
}

TimeMs from_civil(int year, int month, int day, int hour, int minute, int second) {
  namespace c = std::chrono;
  const c::sys_days date =
      c::year{year} / c::month{static_cast<unsigned>(month)} / c::day{static_cast<unsigned>(day)};
  return c::duration_cast<c::milliseconds>(date.time_since_epoch()).count() + hour * kHourMs +
         minute * kMinuteMs + second * kSecondMs;
}

std::string format_time(TimeMs time_ms) {
  const CivilTime t = civil_time(time_ms);
  const auto millis = static_cast<int>(((time_ms % 1000) + 1000) % 1000);
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", t.year, t.month, t.day, t.hour, t.minute, t.second);
  if (millis != 0) text += fmt::format(".{:03}", millis);
  return text + "Z";
}
std::string format_date(TimeMs time_ms) { return format_time(time_ms).substr(0, 10); }
std::string format_month(TimeMs time_ms) { return format_time(time_ms).substr(0, 7); }

Result<TimeMs> parse_time(std::string_view text) {
  const auto wrong = [&] {
    return invalid(
        "\"{}\" is not a time; expected RFC 3339 such as 2011-05-01T00:00:00Z, a date, or milliseconds since "
        "1970",
        text);
  };
  TimeMs plain = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), plain);
  if (code == std::errc{} && end == text.data() + text.size() && !text.empty()) return plain;

  std::string_view rest = text;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millis = 0;
  if (!read_digits(rest, 4, year) || !read_char(rest, '-') || !read_digits(rest, 2, month) ||
      !read_char(rest, '-') || !read_digits(rest, 2, day) || !valid_date(year, month, day)) {
    return wrong();
  }
  DurationMs offset_ms = 0;
  if (!rest.empty()) {
    if (!read_char(rest, 'T') && !read_char(rest, 't') && !read_char(rest, ' ')) return wrong();
    if (!read_digits(rest, 2, hour) || !read_char(rest, ':') || !read_digits(rest, 2, minute)) return wrong();
    if (read_char(rest, ':') && (!read_digits(rest, 2, second) || !read_fraction(rest, millis)))
      return wrong();
    if (!read_zone(rest, offset_ms) || !rest.empty() || hour > 23 || minute > 59 || second > 60)
      return wrong();
  }
  return from_civil(year, month, day, hour, minute, second) + millis - offset_ms;
}

Result<DurationMs> parse_duration(std::string_view text) {
  const auto wrong = [&] {
    return invalid(
        "\"{}\" is not a duration; expected a number and a unit, such as 250ms, 30s, 5m, 1h, 7d or 2w", text);
  };
  DurationMs total = 0;
  std::string_view rest = text;
  if (rest.empty()) return wrong();
  while (!rest.empty()) {
    DurationMs amount = 0;
    const auto [end, code] = std::from_chars(rest.data(), rest.data() + rest.size(), amount);
    if (code != std::errc{} || amount < 0 || amount > 1'000'000'000'000) return wrong();
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    std::size_t unit_length = 0;
    while (unit_length < rest.size() && (rest[unit_length] < '0' || rest[unit_length] > '9')) ++unit_length;
    const std::string_view unit = rest.substr(0, unit_length);
    rest.remove_prefix(unit_length);
    if (unit == "ms")
      total += amount;
    else if (unit == "s")
      total += amount * kSecondMs;
    else if (unit == "m" || unit == "min")
      total += amount * kMinuteMs;
    else if (unit == "h")
      total += amount * kHourMs;
    else if (unit == "d")
      total += amount * kDayMs;
    else if (unit == "w")
      total += amount * 7 * kDayMs;
    else
      return wrong();
  }
  return total;
}

std::string format_duration(DurationMs duration_ms) {
  if (duration_ms == 0) return "0s";
  std::string text;
  const auto take = [&](DurationMs unit, const char* name) {
    if (const DurationMs amount = duration_ms / unit; amount > 0) {
      text += fmt::format("{}{}", amount, name);
      duration_ms %= unit;
    }
  };
  take(kDayMs, "d");
  take(kHourMs, "h");
  take(kMinuteMs, "m");
  take(kSecondMs, "s");
  take(1, "ms");
  return text;
}

}  // namespace maru
