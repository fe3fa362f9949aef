#pragma once
// A table as CSV, for steps that are programs of any language.

#include <string>

#include "base/columns.h"

namespace maru::app {

// RFC 4180 with a header row, "\n" line ends, an empty field for null and RFC 3339 times.
std::string csv_of(const Table& table);

}  // namespace maru::app
