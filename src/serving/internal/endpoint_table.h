#pragma once
// The endpoints that a restart brings back.

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "serving/endpoints.h"
#include "store/database.h"
#include "store/statement_list.h"

namespace maru::serving {

Result<void> put_endpoint(store::Transaction& transaction, const EndpointSpec& spec, TimeMs now_ms);
Result<void> delete_endpoint(store::Transaction& transaction, std::string_view name);
Result<std::vector<EndpointSpec>> all_endpoints(store::Reader& reader);  // by name

}  // namespace maru::serving
