#pragma once
// The net room's settings and their reading into ServerOptions.

#include <span>

#include "base/config.h"
#include "net/server.h"

namespace maru::net {

std::span<const Setting> net_settings();
// invalid_argument names the setting.
Result<ServerOptions> server_options(const Config& config);

}  // namespace maru::net
