#include "automation/schedule.h"

#include <array>
#include <bit>
#include <charconv>
#include <span>

#include "base/ids.h"

namespace maru::automation {
namespace {

constexpr DurationMs kLeastIntervalMs = kSecondMs;
constexpr int kSearchDays = 8 * 366 + 1;  // 29 February may be eight years away (1896, 1904)

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct FieldRule {
  std::string_view name;
  int low, high;
  std::span<const std::string_view> names;  // of low, low + 1, …
};
constexpr std::array<FieldRule, 5> kFields{{
    {"minute", 0, 59, {}},
    {"hour", 0, 23, {}},
    {"day of month", 1, 31, {}},
    {"month", 1, 12, kMonths},
    {"day of week", 0, 7, kWeekdays},
}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kShorthands{{
    {"@hourly", "0 * * * *"},
    {"@daily", "0 0 * * *"},
    {"@weekly", "0 0 * * 0"},
    {"@monthly", "0 0 1 * *"},
    {"@yearly", "0 0 1 1 *"},
}};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(separator, start), text.size());
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

std::vector<std::string_view> fields_of(std::string_view text) {
  std::vector<std::string_view> fields;
  for (const auto part : split(text, ' ')) {
    if (!part.empty()) fields.push_back(part);
  }
  return fields;
}

Error wrong_field(const FieldRule& rule, std::string_view part) {
  return invalid("{} \"{}\": expected *, a number from {} to {}, a range, a list or a step such as */15",
                 rule.name, part, rule.low, rule.high);
}

std::optional<int> value_of(const FieldRule& rule, std::string_view text) {
  const std::string name = lower(text);
  for (std::size_t i = 0; i < rule.names.size(); ++i) {
    if (rule.names[i] == name) return rule.low + static_cast<int>(i);
  }
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || value < rule.low || value > rule.high)
    return std::nullopt;
  return value;
}

// One item of a list: *, n, a-b, each with /step.
Result<std::uint64_t> item_bits(const FieldRule& rule, std::string_view item) {
  const std::size_t slash = item.find('/');
  const auto range = item.substr(0, slash);
  int low = rule.low, high = rule.high, step = 1;
  if (range != "*") {
    const std::size_t dash = range.find('-');
    const auto first = value_of(rule, range.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : value_of(rule, range.substr(dash + 1));
    if (!first || !last || *first > *last) return wrong_field(rule, item);
    low = *first;
    high = dash == std::string_view::npos && slash != std::string_view::npos ? rule.high : *last;
  }
  if (slash != std::string_view::npos) {
    const auto text = item.substr(slash + 1);
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), step);
    if (code != std::errc{} || end != text.data() + text.size() || step < 1) return wrong_field(rule, item);
  }
  std::uint64_t bits = 0;
  for (int value = low; value <= high; value += step) bits |= std::uint64_t{1} << value;
  return bits;
}

Result<std::uint64_t> field_bits(const FieldRule& rule, std::string_view field) {
  std::uint64_t bits = 0;
  for (const auto item : split(field, ',')) {
    MARU_ASSIGN(const std::uint64_t more, item_bits(rule, item));
    bits |= more;
  }
  return bits;
}

bool has(std::uint64_t bits, int value) { return ((bits >> value) & 1U) != 0; }
TimeMs floor_to(TimeMs time_ms, DurationMs unit) { return time_ms - ((time_ms % unit) + unit) % unit; }

}  // namespace

Result<Cron> Cron::parse(std::string_view text) {
  std::string_view expanded = text;
  for (const auto& [name, meaning] : kShorthands) {
    if (lower(text) == name) expanded = meaning;
  }
  const auto fields = fields_of(expanded);
  if (fields.size() != kFields.size()) {
    return invalid(
        "\"{}\" has {} fields; expected five: minute hour day-of-month month day-of-week, such as \"0 3 1 * "
        "*\"",
        text, fields.size());
  }
  std::array<std::uint64_t, 5> bits{};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    MARU_ASSIGN(bits[i], field_bits(kFields[i], fields[i]));
  }
  Cron cron;
  cron.minutes_ = bits[0];
  cron.hours_ = static_cast<std::uint32_t>(bits[1]);
  cron.days_ = static_cast<std::uint32_t>(bits[2]);
  cron.months_ = static_cast<std::uint32_t>(bits[3]);
  cron.weekdays_ = static_cast<std::uint32_t>(bits[4] | (has(bits[4], 7) ? 1U : 0U));
  cron.any_day_ = fields[2].starts_with('*');
  cron.any_weekday_ = fields[4].starts_with('*');
  if (cron.next_after(0) < 0) return invalid("\"{}\" names a date that never comes", text);
  return cron;
}

bool Cron::is_due_day(const CivilTime& day) const {
  if (!has(months_, day.month)) return false;
  const bool by_day = has(days_, day.day), by_weekday = has(weekdays_, day.weekday);
  // crontab(5): when both are restricted, either suffices.
  return any_day_ || any_weekday_ ? by_day && by_weekday : by_day || by_weekday;
}

bool Cron::is_due(const CivilTime& minute) const {
  return has(minutes_, minute.minute) && has(hours_, minute.hour) && is_due_day(minute);
}

TimeMs Cron::next_after(TimeMs time_ms) const {
  const TimeMs first = floor_to(time_ms, kMinuteMs) + kMinuteMs;
  TimeMs day = floor_to(first, kDayMs);
  for (int searched = 0; searched <= kSearchDays; ++searched, day += kDayMs) {
    if (!is_due_day(civil_time(day))) continue;
    for (int hour = 0; hour < 24; ++hour) {
      if (!has(hours_, hour) || day + (hour + 1) * kHourMs <= first) continue;
      for (int minute = 0; minute < 60; ++minute) {
        const TimeMs at = day + hour * kHourMs + minute * kMinuteMs;
        if (has(minutes_, minute) && at >= first) return at;
      }
    }
  }
  return -1;
}

TimeMs Cron::latest_at_or_before(TimeMs time_ms) const {
  TimeMs day = floor_to(time_ms, kDayMs);
  for (int searched = 0; searched <= kSearchDays; ++searched, day -= kDayMs) {
    if (!is_due_day(civil_time(day))) continue;
    for (int hour = 23; hour >= 0; --hour) {
      if (!has(hours_, hour) || day + hour * kHourMs > time_ms) continue;
      for (int minute = 59; minute >= 0; --minute) {
        const TimeMs at = day + hour * kHourMs + minute * kMinuteMs;
        if (has(minutes_, minute) && at <= time_ms) return at;
      }
    }
  }
  return -1;
}

Result<Schedule> parse_schedule(std::string_view text) {
  if (text.find(' ') != std::string_view::npos || text.starts_with('@')) {
    MARU_ASSIGN(Cron cron, Cron::parse(text));
    return Schedule(cron);
  }
  const auto every_ms = parse_duration(text);
  if (!every_ms)
    return invalid("\"{}\" is neither a schedule such as \"0 3 1 * *\" or @daily nor a duration such as 15m",
                   text);
  if (*every_ms < kLeastIntervalMs) return invalid("\"{}\" is too often; expected at least 1s", text);
  return Schedule(Interval{*every_ms});
}

TimeMs next_after(const Schedule& schedule, TimeMs time_ms) {
  if (const auto* cron = std::get_if<Cron>(&schedule)) return cron->next_after(time_ms);
  const DurationMs every_ms = std::get<Interval>(schedule).every_ms;
  return floor_to(time_ms, every_ms) + every_ms;
}

std::optional<TimeMs> due_between(const Schedule& schedule, TimeMs last_ms, TimeMs now_ms) {
  if (next_after(schedule, last_ms) > now_ms) return std::nullopt;
  if (const auto* cron = std::get_if<Cron>(&schedule)) return cron->latest_at_or_before(now_ms);
  return floor_to(now_ms, std::get<Interval>(schedule).every_ms);
}

}  // namespace maru::automation
