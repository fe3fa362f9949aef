#include "validation/internal/text_table.h"

namespace maru::validation {
namespace {

constexpr std::size_t kGap = 2;

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

void append_cell(std::string& out, std::string_view text, std::size_t width, Align align,
                 std::string_view shown) {
  const std::size_t padding = width - std::min(width, width_of(text));
  if (align == Align::right) out.append(padding, ' ');
  out += shown;
  if (align == Align::left) out.append(padding, ' ');
}

void end_line(std::string& out) {
  while (out.ends_with(' ')) out.pop_back();
  out += '\n';
}

}  // namespace

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string cut_to(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return std::string(text);
  std::size_t bytes = 0, characters = 0;
  while (bytes < text.size() && characters + 1 < width) {
    ++bytes;
    while (bytes < text.size() && !begins_character(text[bytes])) ++bytes;
    ++characters;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

std::string painted(std::string_view text, Paint paint, bool color) {
  static constexpr std::string_view kCodes[] = {"", "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[2m"};
  if (!color || paint == Paint::plain) return std::string(text);
  return fmt::format("{}{}\x1b[0m", kCodes[static_cast<std::size_t>(paint)], text);
}

std::string TextTable::render(bool color) const {
  std::vector<std::size_t> widths;
  for (const auto& title : titles_) widths.push_back(width_of(title));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i].text));
  }
  std::string out;
  for (std::size_t i = 0; i < titles_.size(); ++i) {
    if (i > 0) out.append(kGap, ' ');
    append_cell(out, titles_[i], widths[i], aligns_[i], painted(titles_[i], Paint::faint, color));
  }
  end_line(out);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out.append(kGap, ' ');
      append_cell(out, row[i].text, widths[i], aligns_[i], painted(row[i].text, row[i].paint, color));
    }
    end_line(out);
  }
  return out;
}

}  // namespace maru::validation
