#pragma once
// Columns of text, aligned: numbers right, words left. Widths count characters, not bytes.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace maru::validation {

enum class Align : std::uint8_t { left, right };
enum class Paint : std::uint8_t { plain, good, warning, bad, faint };

struct Cell {
  std::string text;
  Paint paint = Paint::plain;
};

class TextTable {
 public:
  TextTable(std::vector<std::string> titles, std::vector<Align> aligns)
      : titles_(std::move(titles)), aligns_(std::move(aligns)) {}
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  std::string render(bool color) const;

 private:
  std::vector<std::string> titles_;
  std::vector<Align> aligns_;
  std::vector<std::vector<Cell>> rows_;
};

std::string painted(std::string_view text, Paint paint, bool color);
std::size_t width_of(std::string_view text);  // UTF-8 characters
// At most `width` characters, the last an ellipsis when something was cut.
std::string cut_to(std::string_view text, std::size_t width);

}  // namespace maru::validation
