#include <optional>

#include "store/lake.h"

namespace maru::store {
namespace {

constexpr std::size_t kSourcesLimit = 64;  // of one query

// DuckDB's own list of a query's tables (duckdb_get_table_names) fails on many a join, so its binder is asked
// instead: it names the first relation that is missing.
std::optional<std::string> missing_relation(const Error& error) {
  constexpr std::string_view kBeginning = "Catalog Error: Table with name ";
  constexpr std::string_view kEnd = " does not exist!";
  if (!error.message.starts_with(kBeginning)) return {};
  const auto end = error.message.find(kEnd);
  if (end == std::string::npos) return {};
  return error.message.substr(kBeginning.size(), end - kBeginning.size());
}

}  // namespace

Result<std::vector<LakeSource>> sources_of(Lake& lake, std::string_view sql, const SourceFinder& find) {
  std::vector<LakeSource> sources;
  while (true) {
    const auto described = lake.describe(sql, sources);
    if (described.has_value()) return sources;
    const auto missing = missing_relation(described.error());
    if (!missing || sources.size() >= kSourcesLimit) return described.error();
    MARU_ASSIGN(auto source, find(*missing));
    if (!source) return invalid("the query reads \"{}\", which is not known", *missing);
    sources.push_back(std::move(*source));
  }
}

}  // namespace maru::store
