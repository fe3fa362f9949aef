#pragma once
// The rows of monitors and monitor_results.

#include "monitoring/monitors.h"

namespace maru::monitoring {

// A monitor as stored, without its last result.
struct MonitorRow {
  MonitorSpec spec;
  MonitorStatus status = MonitorStatus::ok;
  std::optional<TimeMs> closed_until_ms;
};

Result<std::vector<MonitorRow>> read_monitors(store::Reader& reader);
Result<MonitorRow> read_monitor(store::Reader& reader,
                                std::string_view name);  // not_found, naming the nearest
// Whether anything changed.
Result<bool> write_monitor(store::Transaction& transaction, const MonitorSpec& spec);
Result<void> delete_monitor(store::Transaction& transaction, std::string_view name);
Result<void> write_status(store::Transaction& transaction, std::string_view name, MonitorStatus status);
Result<void> write_closed_until(store::Transaction& transaction, std::string_view name,
                                TimeMs closed_until_ms);

// The new result's id. Results beyond the newest `kept` of the monitor go.
Result<std::int64_t> write_result(store::Transaction& transaction, const MonitorResult& result,
                                  std::size_t kept);
Result<std::vector<MonitorResult>> read_results(store::Reader& reader, std::string_view monitor,
                                                std::size_t limit);  // newest window first
Result<MonitorResult> read_result(store::Reader& reader, std::string_view monitor,
                                  std::int64_t id);  // with columns; not_found

}  // namespace maru::monitoring
