#pragma once
// What several registry calls read the same way.

#include "api/mlflow/fields.h"
#include "registry/names.h"
#include "registry/types.h"

namespace maru::api::mlflow {

inline constexpr std::int64_t kModelsPerPage = 100;
inline constexpr std::int64_t kVersionsPerPage = 200'000;

// Who the events of this API say did it.
inline const registry::Origin kRegistryOrigin{.actor = "mlflow", .project = {}, .cause = std::nullopt};

inline Result<std::vector<registry::Tag>> registry_tags(const Fields& fields) {
  MARU_ASSIGN(auto pairs, fields.pairs("tags"));
  std::vector<registry::Tag> out;
  for (auto& [key, value] : pairs) out.push_back({std::move(key), std::move(value)});
  return out;
}

// Versions travel as text.
inline Result<std::int64_t> version_number(const Fields& fields) {
  MARU_ASSIGN(auto text, fields.text("version"));
  return registry::parse_version(text);
}

inline Result<registry::Search> registry_search(const Fields& fields, std::int64_t default_results) {
  registry::Search search;
  MARU_ASSIGN(search.filter, fields.text_or("filter"));
  MARU_ASSIGN(search.order_by, fields.texts("order_by"));
  MARU_ASSIGN(search.max_results, fields.integer_or("max_results", default_results));
  MARU_ASSIGN(search.page_token, fields.text_or("page_token"));
  return search;
}

}  // namespace maru::api::mlflow
