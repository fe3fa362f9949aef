#pragma once
// Header fields in the order they came, end to end in one string: a request's dozen headers cost no
// allocation once a connection is warm. Names compare without case.

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace maru::net {

bool equal_ignoring_case(std::string_view a, std::string_view b);

// Not synchronised. Views stay valid until the next change.
class Headers {
 public:
  // The first value of that name, or "".
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  std::vector<std::string_view> all(std::string_view name) const;
  void add(std::string_view name, std::string_view value);
  // Replaces every value of that name.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  void clear();
  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  // 0 ≤ index < size().
  std::pair<std::string_view, std::string_view> at(std::size_t index) const;

  class Iterator {
   public:
    using value_type = std::pair<std::string_view, std::string_view>;
    using difference_type = std::ptrdiff_t;
    Iterator(const Headers* headers, std::size_t index) : headers_(headers), index_(index) {}
    value_type operator*() const { return headers_->at(index_); }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Headers* headers_;
    std::size_t index_;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, entries_.size()}; }

 private:
  struct Entry {
    std::uint32_t name_at, name_size, value_at, value_size;
  };
  std::string characters_;
  std::vector<Entry> entries_;
};

}  // namespace maru::net
