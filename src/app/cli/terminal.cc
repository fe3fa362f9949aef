#include "app/cli/terminal.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "base/time.h"

namespace maru::app {
namespace {

constexpr DurationMs kRedrawMs = 60;
constexpr std::size_t kTitleWidth = 9;
constexpr int kBarWidth = 20;

bool colours() {
  static const bool on = is_terminal(STDOUT_FILENO) && std::getenv("NO_COLOR") == nullptr;
  return on;
}

}  // namespace

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

std::string styled(std::string_view text, Style style) {
  if (!colours() || style == Style::plain) return std::string(text);
  const char* code = "0";
  switch (style) {
    case Style::bold:
      code = "1";
      break;
    case Style::dim:
      code = "2";
      break;
    case Style::good:
      code = "32";
      break;
    case Style::warn:
      code = "33";
      break;
    case Style::bad:
      code = "31";
      break;
    case Style::accent:
      code = "36";
      break;
    case Style::plain:
      break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

// Counts code points, skipping escape sequences; every character we print is one column wide.
std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      while (i < text.size() && text[i] != 'm') ++i;
    } else if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) {
      ++width;
    }
  }
  return width;
}

std::string padded(std::string_view text, std::size_t width, Align align) {
  const std::size_t shown = display_width(text);
  const std::string space(width > shown ? width - shown : 0, ' ');
  return align == Align::left ? std::string(text) + space : space + std::string(text);
}

TextTable::TextTable(std::vector<std::string> header, std::vector<Align> align)
    : header_(std::move(header)), align_(std::move(align)) {
  align_.resize(header_.size(), Align::left);
}

void TextTable::add(std::vector<std::string> cells) {
  cells.resize(header_.size());
  rows_.push_back(std::move(cells));
}

std::string TextTable::line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                            const std::vector<Align>& align) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += "  ";
    out += padded(cells[i], widths[i], align[i]);
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string TextTable::text() const {
  std::vector<std::size_t> widths;
  for (const auto& cell : header_) widths.push_back(display_width(cell));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  std::string out = styled(line(header_, widths, align_), Style::dim) + "\n";
  for (const auto& row : rows_) out += line(row, widths, align_) + "\n";
  return out;
}

ProgressLine::ProgressLine(std::string title) : title_(std::move(title)) {}

void ProgressLine::update(double fraction, std::string_view text) {
  if (!is_terminal(STDOUT_FILENO)) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - drawn_ < std::chrono::milliseconds(kRedrawMs)) return;
  drawn_ = now;
  const int full = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * kBarWidth);
  std::string bar;
  for (int i = 0; i < kBarWidth; ++i) bar += i < full ? "█" : "░";
  fmt::print("\r\x1b[2K▸ {} {} {}", padded(title_, kTitleWidth, Align::left), styled(bar, Style::accent),
             text);
  std::fflush(stdout);
}

void ProgressLine::finish(std::string_view text) {
  fmt::print("{}▸ {} {}\n", is_terminal(STDOUT_FILENO) ? "\r\x1b[2K" : "",
             padded(title_, kTitleWidth, Align::left), text);
  std::fflush(stdout);
}

std::string format_count(std::int64_t count) {
  std::string digits = std::to_string(count < 0 ? -count : count);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return count < 0 ? "-" + digits : digits;
}

std::string format_number(double value, int digits) {
  if (!std::isfinite(value)) return std::isnan(value) ? "–" : value > 0 ? "∞" : "-∞";
  return fmt::format("{:.{}g}", value, digits);
}

std::string format_bytes(std::uint64_t bytes) {
  static constexpr std::array<const char*, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string format_ago(std::int64_t milliseconds) {
  if (milliseconds < kMinuteMs)
    return fmt::format("{} s ago", std::max<std::int64_t>(0, milliseconds / kSecondMs));
  if (milliseconds < kHourMs) return fmt::format("{} min ago", milliseconds / kMinuteMs);
  if (milliseconds < 2 * kDayMs) return fmt::format("{} h ago", milliseconds / kHourMs);
  return fmt::format("{} days ago", milliseconds / kDayMs);
}

}  // namespace maru::app
