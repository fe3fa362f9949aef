#include "store/keys.h"

namespace maru::store {
namespace {

// A NUL inside a text becomes 00 FF; 00 01 ends it: below any continuation, also a NUL.
constexpr std::string_view kEscapedNul("\x00\xFF", 2);
constexpr std::string_view kEndOfText("\x00\x01", 2);
constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;

void append_big_endian(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
}

Error not_a_key() { return make_error(Code::data_loss, "a stored key does not have the expected parts"); }

}  // namespace

KeyBuilder& KeyBuilder::text(std::string_view part) {
  for (const char c : part) {
    if (c == '\0') {
      key_ += kEscapedNul;
    } else {
      key_ += c;
    }
  }
  key_ += kEndOfText;
  return *this;
}

KeyBuilder& KeyBuilder::int64(std::int64_t part) {
  append_big_endian(key_, static_cast<std::uint64_t>(part) ^ kSignBit);
  return *this;
}

KeyBuilder& KeyBuilder::int64_descending(std::int64_t part) {
  append_big_endian(key_, ~(static_cast<std::uint64_t>(part) ^ kSignBit));
  return *this;
}

Result<std::string> KeyParser::text() {
  std::string out;
  for (std::size_t i = 0; i < rest_.size(); ++i) {
    if (rest_[i] != '\0') {
      out += rest_[i];
      continue;
    }
    const std::string_view pair = rest_.substr(i, 2);
    if (pair == kEndOfText) {
      rest_.remove_prefix(i + 2);
      return out;
    }
    if (pair != kEscapedNul) return not_a_key();
    out += '\0';
    ++i;
  }
  return not_a_key();
}

Result<std::int64_t> KeyParser::int64() {
  if (rest_.size() < 8) return not_a_key();
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(rest_[i]);
  rest_.remove_prefix(8);
  return static_cast<std::int64_t>(value ^ kSignBit);
}

Result<std::int64_t> KeyParser::int64_descending() {
  MARU_ASSIGN(const std::int64_t flipped, int64());
  return ~flipped;
}

std::string end_of_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xFF) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace maru::store
