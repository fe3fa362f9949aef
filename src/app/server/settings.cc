#include "app/server/settings.h"

#include "events/settings.h"
#include "net/settings.h"
#include "store/settings.h"

namespace maru::app {
namespace {

using enum SettingKind;

constexpr Setting kServerSettings[] = {
    {"server.data", text, "./maru-data",
     "The one folder that holds everything; a second server on it is refused."},
    {"server.grpc_listen", text, "127.0.0.1:8251",
     "HOST:PORT of the gRPC services; port 0 takes a free one, \"off\" turns them off."},
    {"server.clock_start", text, "",
     "Start the server's clock at this time and let POST /api/v1/clock move it forward: for replays and "
     "tests only."},
    {"server.tick", duration, "500ms", "How often background work is looked at: windows, schedules, flushes.",
     10, 60'000},
    {"server.ui", text, "", "The folder of the built web UI; empty looks beside the binary."},
    {"log.level", text, "info", "debug, info, warn, error or off."},
    {"log.format", text, "automatic", "text, json, or automatic: text on a terminal."},
    {"lake.threads", integer, "2", "Threads of one analytical query.", 1, 256},
    {"lake.memory_limit", bytes, "1GiB", "Memory of one analytical query; past it the query spills to disk.",
     64.0 * (1 << 20)},
    {"serving.threads", integer, "1", "Threads of one prediction; small tabular models are fastest on one.",
     1, 64},
    {"serving.onnxruntime", text, "", "Path of libonnxruntime.so.1; empty looks beside the binary."},
    {"automation.python", text, "",
     "The Python that command steps find first as \"python\"; empty uses the server's PATH."},
};

}  // namespace

std::span<const Setting> server_settings() { return kServerSettings; }

std::vector<Setting> all_settings() {
  std::vector<Setting> all(std::begin(kServerSettings), std::end(kServerSettings));
  for (const auto room : {net::net_settings(), store::store_settings(), events::events_settings()}) {
    all.insert(all.end(), room.begin(), room.end());
  }
  return all;
}

}  // namespace maru::app
