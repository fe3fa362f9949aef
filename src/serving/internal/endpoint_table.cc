#include "serving/internal/endpoint_table.h"

#include "serving/statements.h"

namespace maru::serving {
namespace {

constexpr std::string_view kPut =
    "INSERT INTO endpoints (name, project, spec, updated_ms) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (name) DO UPDATE SET project = excluded.project, spec = excluded.spec, updated_ms = "
    "excluded.updated_ms";
constexpr std::string_view kDelete = "DELETE FROM endpoints WHERE name = ?1";
constexpr std::string_view kAll = "SELECT spec FROM endpoints ORDER BY name";

constexpr std::array<store::NamedStatement, 3> kStatements{
    {{"serving.put_endpoint", kPut}, {"serving.delete_endpoint", kDelete}, {"serving.all_endpoints", kAll}}};

}  // namespace

std::span<const store::NamedStatement> statements() { return kStatements; }

Result<void> put_endpoint(store::Transaction& transaction, const EndpointSpec& spec, TimeMs now_ms) {
  MARU_TRY(transaction.execute(kPut, {spec.name, spec.project, to_json(spec.json()), now_ms}));
  return {};
}

Result<void> delete_endpoint(store::Transaction& transaction, std::string_view name) {
  MARU_TRY(transaction.execute(kDelete, {name}));
  return {};
}

Result<std::vector<EndpointSpec>> all_endpoints(store::Reader& reader) {
  return reader.all(kAll, {}, [](const store::Row& row) -> Result<EndpointSpec> {
    MARU_ASSIGN(const auto json, parse_json(row.text(0)));
    return EndpointSpec::from_json(JsonReader(json, "endpoints.spec"));
  });
}

}  // namespace maru::serving
