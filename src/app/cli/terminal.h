#pragma once
// What a person sees: tables, colours (only on a terminal), progress on one line.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace maru::app {

bool is_terminal(int descriptor);
// Colours are on when standard output is a terminal and NO_COLOR is not set.
enum class Style : std::uint8_t { plain, bold, dim, good, warn, bad, accent };
std::string styled(std::string_view text, Style style);

enum class Align : std::uint8_t { left, right };
// Columns padded to their widest cell (UTF-8 aware), header dimmed, no borders.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header, std::vector<Align> align = {});
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  std::string text() const;
  // One line, padded to given widths, for tables printed as they grow.
  static std::string line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                          const std::vector<Align>& align);

 private:
  std::vector<std::string> header_;
  std::vector<Align> align_;
  std::vector<std::vector<std::string>> rows_;
};

// "▸ train     ███████░░░  7 of 12 …" rewritten in place on a terminal; silent elsewhere until finish().
class ProgressLine {
 public:
  explicit ProgressLine(std::string title);
  void update(double fraction, std::string_view text);
  void finish(std::string_view text);

 private:
  std::string title_;
  std::chrono::steady_clock::time_point drawn_{};
};

std::size_t display_width(std::string_view text);
std::string padded(std::string_view text, std::size_t width, Align align);
std::string format_count(std::int64_t count);             // 14,600
std::string format_number(double value, int digits = 4);  // 61.23, 0.01234
std::string format_bytes(std::uint64_t bytes);            // 1.2 MiB
std::string format_ago(std::int64_t milliseconds);        // 3 min ago

}  // namespace maru::app
