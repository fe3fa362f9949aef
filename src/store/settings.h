#pragma once
// The store room's settings and their reading into options.

#include <span>

#include "base/config.h"
#include "store/database.h"
#include "store/keyvalue.h"

namespace maru::store {

std::span<const Setting> store_settings();
DatabaseOptions database_options(const Config& config);
KeyValueOptions keyvalue_options(const Config& config);

}  // namespace maru::store
