#pragma once
// Keys for KeyValue, built of parts so that byte order is the order of the parts, one after the other.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace maru::store {

// Appends parts. Text is self-delimiting ("a" < "a\0" < "ab"), so two keys never run into each other.
class KeyBuilder {
 public:
  KeyBuilder() = default;
  explicit KeyBuilder(std::string key) : key_(std::move(key)) {}
  KeyBuilder& text(std::string_view part);
  KeyBuilder& int64(std::int64_t part);
  KeyBuilder& int64_descending(std::int64_t part);  // newest first, for times
  const std::string& key() const& { return key_; }
  std::string key() && { return std::move(key_); }

 private:
  std::string key_;
};

// Takes the parts off again, in the same order. data_loss when the bytes are no such key.
class KeyParser {
 public:
  explicit KeyParser(std::string_view key) : rest_(key) {}
  Result<std::string> text();
  Result<std::int64_t> int64();
  Result<std::int64_t> int64_descending();
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// The first key after every key that begins with `prefix`; "" when there is none (all 0xFF).
std::string end_of_prefix(std::string_view prefix);

}  // namespace maru::store
