#pragma once
// Event-time windows. Pure functions.

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace maru::monitoring {

// Either a fixed length, aligned to multiples of it since 1970 (weeks: since Monday 1970-01-05), or calendar
// months in UTC.
struct WindowSpec {
  DurationMs duration_ms = kDayMs;  // ignored when months > 0
  int months = 0;
  bool operator==(const WindowSpec&) const = default;
};
// "1mo", "3mo", "1d", "6h", "1w", …; at least a minute. invalid_argument otherwise.
Result<WindowSpec> parse_window(std::string_view text);
std::string text_of(const WindowSpec& window);

struct Window {
  TimeMs start_ms = 0, end_ms = 0;  // [start, end)
  bool operator==(const Window&) const = default;
};
// The window that holds `at_ms`, and the one that begins where `window` ends.
Window window_at(const WindowSpec& spec, TimeMs at_ms);
Window window_after(const WindowSpec& spec, const Window& window);

}  // namespace maru::monitoring
