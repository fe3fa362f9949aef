#include <array>

#include "base/ids.h"
#include "features/definitions.h"

namespace maru::features {
namespace {

constexpr std::array<std::string_view, 7> kAggregateNames{"last", "mean",  "sum", "min",
                                                          "max",  "count", "std"};
constexpr DurationMs kWindowLimitMs = 10 * 366 * kDayMs;

constexpr std::string_view kShape =
    "expected FUNCTION(COLUMN) over WINDOW [offset TIME], such as mean(cnt) over 24h";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// The text before and after ` word `, or the whole and nothing.
std::pair<std::string_view, std::optional<std::string_view>> split_at_word(std::string_view text,
                                                                           std::string_view word) {
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const std::size_t after = at + word.size();
    const bool begins = at > 0 && (text[at - 1] == ' ' || text[at - 1] == ')');
    if (begins && after < text.size() && text[after] == ' ')
      return {trimmed(text.substr(0, at)), trimmed(text.substr(after))};
  }
  return {trimmed(text), {}};
}

Result<Aggregate> aggregate(std::string_view name) {
  for (std::size_t i = 0; i < kAggregateNames.size(); ++i)
    if (kAggregateNames[i] == name) return static_cast<Aggregate>(i);
  const std::vector<std::string> known(kAggregateNames.begin(), kAggregateNames.end());
  return invalid("unknown function \"{}\"{}; known are {}", name, did_you_mean(name, known),
                 fmt::join(known, ", "));
}

}  // namespace

std::string_view name_of(Aggregate aggregate) {
  return kAggregateNames.at(static_cast<std::size_t>(aggregate));
}

std::string WindowAggregate::text() const {
  std::string out = fmt::format("{}({}) over {}", name_of(function), column, format_duration(window_ms));
  if (offset_ms != 0) out += " offset " + format_duration(offset_ms);
  return out;
}

Result<WindowAggregate> WindowAggregate::parse(std::string_view text) {
  const auto [call, rest] = split_at_word(text, "over");
  const auto open = call.find('(');
  if (!rest || open == call.npos || !call.ends_with(')')) return invalid("{}, got \"{}\"", kShape, text);
  const auto [window, offset] = split_at_word(*rest, "offset");
  WindowAggregate out;
  MARU_ASSIGN(out.function, aggregate(trimmed(call.substr(0, open))));
  out.column = trimmed(call.substr(open + 1, call.size() - open - 2));
  if (out.column.empty()) return invalid("{}, got no column in \"{}\"", kShape, text);
  if (out.column == "*" && out.function != Aggregate::count)
    return invalid("only count takes *, got {}", call);
  MARU_ASSIGN(out.window_ms, parse_duration(window).at("over"));
  if (offset) {
    MARU_ASSIGN(out.offset_ms, parse_duration(*offset).at("offset"));
  }
  if (out.window_ms <= 0 || out.window_ms > kWindowLimitMs)
    return invalid("over: expected a time between 1ms and {}, got {}", format_duration(kWindowLimitMs),
                   window);
  if (out.offset_ms < 0 || out.offset_ms > kWindowLimitMs)
    return invalid("offset: expected at most {}, got {}", format_duration(kWindowLimitMs), *offset);
  return out;
}

}  // namespace maru::features
