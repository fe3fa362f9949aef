#pragma once

#include <string>

namespace maru::tracking {

// A name for a run that was given none: "calm-heron-412". Thread-safe.
std::string random_name();

}  // namespace maru::tracking
