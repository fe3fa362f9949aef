#pragma once
// Tables as the API shows them.

#include "base/columns.h"

namespace maru::api {

// {"columns": [{"name", "type"}], "rows": [[…]]}
JsonObject json_of_table(const Table& table);

}  // namespace maru::api
