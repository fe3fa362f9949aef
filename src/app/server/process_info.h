#pragma once

#include <cstdint>

namespace maru::app {

// Resident memory of this process, from /proc; 0 when it cannot be read.
std::uint64_t resident_bytes();

}  // namespace maru::app
