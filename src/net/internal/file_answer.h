#pragma once
// A file as an answer: validators, conditional requests, one byte range. Opening and reading block: on a pool
// thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/message.h"

namespace maru::net {

// Inclusive offsets of the one range asked for.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool operator==(const ByteRange&) const = default;
};
enum class RangeVerdict : std::uint8_t { whole, partial, unsatisfiable };
struct RangeChoice {
  RangeVerdict verdict = RangeVerdict::whole;
  ByteRange range;
};
// RFC 9110, section 14. A malformed header, another unit or several ranges mean the whole file, as the RFC
// allows.
RangeChoice choose_range(std::string_view range_header, std::uint64_t size);

// The validator of a file's bytes: "size-mtime" in hex.
std::string file_etag(std::uint64_t size, std::int64_t modified_ns);
// not_found when there is no such file.
Result<std::string> etag_of(const std::filesystem::path& file);
// If-None-Match against one of ours ("*", a list, weak forms).
bool etag_matches(std::string_view if_none_match, std::string_view etag);

// Opens response.file, turns it into status, headers and a producer, and says how many bytes the producer
// will give. not_found when there is no such file.
Result<std::uint64_t> open_file(const Request& request, Response& response);

}  // namespace maru::net
