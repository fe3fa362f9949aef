#pragma once
// Digests and text encodings.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace maru {

// SHA-256 as 64 lower-case hex digits, incremental. Not thread-safe; movable.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(std::string_view bytes);
  std::string hex();  // ends it; call once

 private:
  struct State;
  std::unique_ptr<State> state_;
};
std::string sha256_hex(std::string_view bytes);

// 64-bit, stable across runs and machines (used for ids, caches and dictionaries, never for security).
std::uint64_t stable_hash64(std::string_view bytes, std::uint64_t seed = 0);

std::string base64_encode(std::string_view bytes);
Result<std::string> base64_decode(std::string_view text);
// application/x-www-form-urlencoded and URL path forms. decode: invalid_argument on a broken %XX.
std::string url_encode(std::string_view text);
Result<std::string> url_decode(std::string_view text, bool plus_is_space);

}  // namespace maru
