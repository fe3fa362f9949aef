#pragma once
// What one window shows, computed from its rows and the reference; nothing is written.

#include "monitoring/monitors.h"

namespace maru::monitoring {

// Fills rows, truths, model, version, drift, metrics, baseline, status and reasons. What cannot be computed
// (no reference known, no truth yet) is a reason, not an error.
MonitorResult evaluate_window(const MonitorSpec& spec, const Window& window, const Table& rows,
                              std::string_view model, ReferenceSource& references, TruthSource* truths);

}  // namespace maru::monitoring
