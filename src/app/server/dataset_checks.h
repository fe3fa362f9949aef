#pragma once
// The catalog's profiler and checker, over the validation room.

#include "base/time.h"
#include "datasets/catalog.h"

namespace maru::app {

datasets::Profiler dataset_profiler();
datasets::Checker dataset_checker(Clock& clock);

}  // namespace maru::app
