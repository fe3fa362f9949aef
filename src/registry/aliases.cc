// Aliases: names that move from version to version. Everything that follows a champion follows one of these.

#include "registry/names.h"
#include "registry/state.h"
#include "registry/statements.h"

namespace maru::registry {
namespace {

constexpr std::string_view kFind = "SELECT version FROM model_aliases WHERE model = ?1 AND alias = ?2";
constexpr std::string_view kSet =
    "INSERT INTO model_aliases (model, alias, version) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (model, alias) DO UPDATE SET version = excluded.version";
constexpr std::string_view kDelete = "DELETE FROM model_aliases WHERE model = ?1 AND alias = ?2";
constexpr std::string_view kRemember =
    "INSERT INTO model_alias_history (model, alias, version, at_ms, actor) VALUES (?1, ?2, ?3, ?4, ?5)";
constexpr std::string_view kPrevious =
    "SELECT h.version FROM model_alias_history h JOIN model_versions v ON v.model = h.model AND v.version = "
    "h.version "
    "WHERE h.model = ?1 AND h.alias = ?2 AND h.version IS NOT NULL AND h.version <> ?3 ORDER BY h.id DESC "
    "LIMIT 1";

constexpr store::NamedStatement kStatements[] = {{"registry.find_alias", kFind},
                                                 {"registry.set_alias", kSet},
                                                 {"registry.delete_alias", kDelete},
                                                 {"registry.remember_alias", kRemember},
                                                 {"registry.previous_of_alias", kPrevious}};

Result<std::optional<std::int64_t>> version_of_alias(store::Reader& reader, std::int64_t model,
                                                     std::string_view alias) {
  return reader.first(kFind, {model, alias}, [](const store::Row& row) { return row.int64(0); });
}

enum class Removed : std::uint8_t { no, yes };

Result<void> record_move(store::Transaction& tx, events::Log& events, const Origin& origin,
                         std::int64_t number, std::string_view model, std::string_view alias,
                         std::int64_t version, std::optional<std::int64_t> previous, Removed removed,
                         TimeMs now_ms) {
  const store::Value kept = removed == Removed::yes ? store::Value() : store::Value(version);
  MARU_TRY(tx.execute(kRemember, {number, alias, kept, now_ms, origin.actor}));
  MARU_TRY(touch_model(tx, number, now_ms));
  JsonObject payload = {{"model", model},
                        {"version", version},
                        {"alias", alias},
                        {"previous_version", previous ? Json(*previous) : Json()},
                        {"removed", removed == Removed::yes}};
  MARU_TRY(events.append(
      tx, make_event("version.aliased", version_subject(model, version), origin, std::move(payload))));
  return {};
}

}  // namespace

std::span<const store::NamedStatement> alias_statements() { return kStatements; }

Result<void> drop_aliases(store::Transaction& tx, events::Log& events, const NumberedVersion& version,
                          const Origin& origin, TimeMs now_ms) {
  for (const auto& alias : version.version.aliases) {
    MARU_TRY(tx.execute(kDelete, {version.model, alias}));
    MARU_TRY(record_move(tx, events, origin, version.model, version.version.model, alias,
                         version.version.version, version.version.version, Removed::yes, now_ms));
  }
  return {};
}

Result<void> Store::set_alias(std::string_view model, std::string_view alias, std::int64_t version,
                              const Origin& origin) {
  MARU_TRY(check_model_name(model));
  MARU_TRY(check_new_alias(alias));
  return state_->database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto found, find_version(tx, model, version));
    MARU_ASSIGN(auto previous, version_of_alias(tx, found.model, alias));
    if (previous == version) return {};
    MARU_TRY(tx.execute(kSet, {found.model, alias, version}));
    return record_move(tx, state_->events, origin, found.model, model, alias, version, previous, Removed::no,
                       state_->clock.now_ms());
  });
}

Result<void> Store::delete_alias(std::string_view model, std::string_view alias, const Origin& origin) {
  MARU_TRY(check_alias(alias));
  return state_->database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto found, find_model(tx, model));
    MARU_ASSIGN(auto version, version_of_alias(tx, found.number, alias));
    if (!version) return {};
    MARU_TRY(tx.execute(kDelete, {found.number, alias}));
    return record_move(tx, state_->events, origin, found.number, model, alias, *version, version,
                       Removed::yes, state_->clock.now_ms());
  });
}

Result<ModelVersion> Store::get_by_alias(std::string_view model, std::string_view alias) const {
  MARU_TRY(check_alias(alias));
  return state_->database.read([&](store::Reader& reader) -> Result<ModelVersion> {
    MARU_ASSIGN(auto found, find_model(reader, model));
    MARU_ASSIGN(auto version, version_of_alias(reader, found.number, alias));
    if (!version) return invalid("Registered model alias {} not found.", alias);
    MARU_ASSIGN(auto aliased, find_version(reader, model, *version));
    MARU_TRY(load_details(reader, aliased));
    return std::move(aliased.version);
  });
}

Result<ModelVersion> Store::resolve(std::string_view model, std::string_view alias_or_version) const {
  if (auto number = parse_version(alias_or_version)) return get_version(model, *number);
  if (alias_or_version != "latest") return get_by_alias(model, alias_or_version);
  MARU_ASSIGN(auto all, versions(model));
  if (all.empty()) return not_found("Registered Model with name={} has no version", model);
  return std::move(all.front());
}

Result<std::optional<std::int64_t>> Store::previous_of_alias(std::string_view model,
                                                             std::string_view alias) const {
  return state_->database.read([&](store::Reader& reader) -> Result<std::optional<std::int64_t>> {
    MARU_ASSIGN(auto found, find_model(reader, model));
    MARU_ASSIGN(auto current, version_of_alias(reader, found.number, alias));
    return reader.first(kPrevious, {found.number, alias, current.value_or(0)},
                        [](const store::Row& row) { return row.int64(0); });
  });
}

}  // namespace maru::registry
