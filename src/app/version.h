#pragma once

namespace maru::app {

inline constexpr const char* kVersion = MARU_VERSION;

}  // namespace maru::app
