#pragma once
// The server's own settings, and the list of every room's: what `maru config` explains.

#include <span>
#include <vector>

#include "base/config.h"

namespace maru::app {

std::span<const Setting> server_settings();
// This room's, then every other room's, in the order `maru config` shows them.
std::vector<Setting> all_settings();

}  // namespace maru::app
