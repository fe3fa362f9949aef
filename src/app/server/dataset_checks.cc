#include "app/server/dataset_checks.h"

#include "validation/expectations.h"
#include "validation/profile.h"

namespace maru::app {

datasets::Profiler dataset_profiler() {
  return [](const Table& table) -> Result<JsonObject> {
    return validation::json_of(validation::profile_of(table));
  };
}

datasets::Checker dataset_checker(Clock& clock) {
  return [&clock](const Table& table, const JsonArray& expectations) -> Result<JsonArray> {
    const Json list(expectations);
    MARU_ASSIGN(const auto parsed, validation::expectations_from(JsonReader(list, "expectations")));
    return validation::json_of(validation::check(table, parsed, clock.now_ms()));
  };
}

}  // namespace maru::app
