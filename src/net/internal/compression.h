#pragma once
// gzip and deflate, bounded: what a small body inflates to is limited like any other.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/message.h"

namespace maru::net {

// Content codings this server decodes. identity for "" and "identity"; invalid_argument for others.
enum class Coding : std::uint8_t { identity, gzip, deflate };
Result<Coding> coding_of(std::string_view content_encoding);

// The whole body inflated; payload_too_large past `limit_bytes`, invalid_argument when it is broken or cut
// short.
Result<std::string> inflate(std::string_view compressed, Coding coding, std::uint64_t limit_bytes);
std::string gzip(std::string_view bytes);

// Inflates while it is pulled. `source` must outlive it.
std::unique_ptr<BodyStream> inflating(BodyStream& source, Coding coding, std::uint64_t limit_bytes);

// Whether the client's Accept-Encoding takes gzip ("gzip;q=0" does not).
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace maru::net
