#include "net/headers.h"

#include <algorithm>

namespace maru::net {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return x == y || lower(x) == lower(y); });
}

std::pair<std::string_view, std::string_view> Headers::at(std::size_t index) const {
  const Entry& entry = entries_[index];
  const std::string_view all = characters_;
  return {all.substr(entry.name_at, entry.name_size), all.substr(entry.value_at, entry.value_size)};
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto [field, value] : *this) {
    if (equal_ignoring_case(field, name)) return value;
  }
  return {};
}

bool Headers::has(std::string_view name) const {
  return std::ranges::any_of(entries_, [&](const Entry& entry) {
    return equal_ignoring_case(std::string_view(characters_).substr(entry.name_at, entry.name_size), name);
  });
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto [field, value] : *this) {
    if (equal_ignoring_case(field, name)) values.push_back(value);
  }
  return values;
}

void Headers::add(std::string_view name, std::string_view value) {
  const auto at = static_cast<std::uint32_t>(characters_.size());
  characters_ += name;
  characters_ += value;
  const auto name_size = static_cast<std::uint32_t>(name.size());
  entries_.push_back({at, name_size, at + name_size, static_cast<std::uint32_t>(value.size())});
}

void Headers::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

void Headers::remove(std::string_view name) {
  std::erase_if(entries_, [&](const Entry& entry) {
    return equal_ignoring_case(std::string_view(characters_).substr(entry.name_at, entry.name_size), name);
  });
}

void Headers::clear() {
  characters_.clear();
  entries_.clear();
}

}  // namespace maru::net
