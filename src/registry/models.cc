// Registered models: the names that versions live under.

#include "registry/names.h"
#include "registry/state.h"
#include "registry/statements.h"

namespace maru::registry {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO models (name, description, created_ms, updated_ms, last_version) VALUES (?1, ?2, ?3, ?3, 0)";
constexpr std::string_view kDescribe =
    "UPDATE models SET description = ?2, updated_ms = ?3 WHERE number = ?1";
constexpr std::string_view kRename = "UPDATE models SET name = ?2, updated_ms = ?3 WHERE number = ?1";
constexpr std::string_view kTouch = "UPDATE models SET updated_ms = ?2 WHERE number = ?1";
constexpr std::string_view kTouchVersions = "UPDATE model_versions SET updated_ms = ?2 WHERE model = ?1";
constexpr std::string_view kSetTag =
    "INSERT INTO model_tags (model, key, value) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (model, key) DO UPDATE SET value = excluded.value";
constexpr std::string_view kDeleteTag = "DELETE FROM model_tags WHERE model = ?1 AND key = ?2";
constexpr std::string_view kDeleteTags = "DELETE FROM model_tags WHERE model = ?1";
constexpr std::string_view kDeleteVersionTags = "DELETE FROM model_version_tags WHERE model = ?1";
constexpr std::string_view kDeleteAliases = "DELETE FROM model_aliases WHERE model = ?1";
constexpr std::string_view kDeleteHistory = "DELETE FROM model_alias_history WHERE model = ?1";
constexpr std::string_view kDeleteVersions = "DELETE FROM model_versions WHERE model = ?1";
constexpr std::string_view kDelete = "DELETE FROM models WHERE number = ?1";

constexpr store::NamedStatement kStatements[] = {{"registry.insert_model", kInsert},
                                                 {"registry.describe_model", kDescribe},
                                                 {"registry.rename_model", kRename},
                                                 {"registry.touch_model", kTouch},
                                                 {"registry.touch_versions", kTouchVersions},
                                                 {"registry.set_model_tag", kSetTag},
                                                 {"registry.delete_model_tag", kDeleteTag},
                                                 {"registry.delete_model_tags", kDeleteTags},
                                                 {"registry.delete_versions_tags", kDeleteVersionTags},
                                                 {"registry.delete_model_aliases", kDeleteAliases},
                                                 {"registry.delete_alias_history", kDeleteHistory},
                                                 {"registry.delete_versions", kDeleteVersions},
                                                 {"registry.delete_model", kDelete}};

bool is_prompt(std::span<const Tag> tags) {
  auto tag = std::ranges::find(tags, kPromptTag, &Tag::key);
  return tag != tags.end() && (tag->value == "true" || tag->value == "True");
}

// Prompts and models share one space of names, and the error says which of them has it.
Error name_taken(store::Reader& reader, std::string_view name, bool wants_prompt) {
  auto existing = find_model(reader, name);
  if (!existing) return existing.error();
  if (auto loaded = load_details(reader, *existing); !loaded) return loaded.error();
  const bool has_prompt = is_prompt(existing->model.tags);
  if (has_prompt == wants_prompt) {
    return make_error(Code::already_exists, "{} (name={}) already exists.",
                      wants_prompt ? "Prompt" : "Registered Model", name);
  }
  return make_error(
      Code::already_exists,
      "Tried to create a {} with name '{}', but the name is already taken by a {}. MLflow does not allow "
      "creating a model and a prompt with the same name.",
      wants_prompt ? "prompt" : "registered model", name, has_prompt ? "prompt" : "registered model");
}

}  // namespace

std::span<const store::NamedStatement> model_statements() { return kStatements; }

Result<void> touch_model(store::Transaction& tx, std::int64_t model, TimeMs now_ms) {
  MARU_TRY(tx.execute(kTouch, {model, now_ms}));
  return {};
}

Result<RegisteredModel> Store::create_model(std::string_view name, std::string_view description,
                                            std::span<const Tag> tags, const Origin& origin) {
  MARU_TRY(check_model_name(name));
  for (const auto& tag : tags) MARU_TRY(check_tag(tag));
  return state_->database.write([&](store::Transaction& tx) -> Result<RegisteredModel> {
    auto inserted = tx.execute(kInsert, {name, description, state_->clock.now_ms()});
    if (!inserted) {
      if (inserted.error().code == Code::already_exists) return name_taken(tx, name, is_prompt(tags));
      return inserted.error();
    }
    const auto number = tx.last_insert_id();
    for (const auto& tag : tags) MARU_TRY(tx.execute(kSetTag, {number, tag.key, tag.value}));
    MARU_TRY(state_->events.append(
        tx, make_event("model.created", fmt::format("model/{}", name), origin, {{"model", name}})));
    MARU_ASSIGN(auto made, find_model(tx, name));
    MARU_TRY(load_details(tx, made));
    return std::move(made.model);
  });
}

Result<void> Store::ensure_model(std::string_view name, const Origin& origin) {
  auto made = create_model(name, "", {}, origin);
  if (made || made.error().code == Code::already_exists) return {};
  return made.error();
}

Result<RegisteredModel> Store::get_model(std::string_view name) const {
  return state_->database.read([&](store::Reader& reader) -> Result<RegisteredModel> {
    MARU_ASSIGN(auto model, find_model(reader, name));
    MARU_TRY(load_details(reader, model));
    return std::move(model.model);
  });
}

Result<RegisteredModel> Store::describe_model(std::string_view name, std::string_view description) {
  return state_->database.write([&](store::Transaction& tx) -> Result<RegisteredModel> {
    MARU_ASSIGN(auto model, find_model(tx, name));
    model.model.description = description;
    model.model.updated_ms = state_->clock.now_ms();
    MARU_TRY(tx.execute(kDescribe, {model.number, description, model.model.updated_ms}));
    MARU_TRY(load_details(tx, model));
    return std::move(model.model);
  });
}

Result<RegisteredModel> Store::rename_model(std::string_view name, std::string_view new_name) {
  MARU_TRY(check_model_name(new_name));
  return state_->database.write([&](store::Transaction& tx) -> Result<RegisteredModel> {
    MARU_ASSIGN(auto model, find_model(tx, name));
    const auto now_ms = state_->clock.now_ms();
    auto renamed = tx.execute(kRename, {model.number, new_name, now_ms});
    if (!renamed) {
      if (renamed.error().code != Code::already_exists) return renamed.error();
      return make_error(Code::already_exists, "Registered Model (name={}) already exists.", new_name);
    }
    MARU_TRY(tx.execute(kTouchVersions, {model.number, now_ms}));
    MARU_ASSIGN(auto made, find_model(tx, new_name));
    MARU_TRY(load_details(tx, made));
    return std::move(made.model);
  });
}

Result<void> Store::delete_model(std::string_view name) {
  return state_->database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto model, find_model(tx, name));
    for (auto sql :
         {kDeleteTags, kDeleteVersionTags, kDeleteAliases, kDeleteHistory, kDeleteVersions, kDelete}) {
      MARU_TRY(tx.execute(sql, {model.number}));
    }
    return {};
  });
}

Result<void> Store::set_model_tag(std::string_view name, const Tag& tag) {
  MARU_TRY(check_tag(tag));
  return state_->database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto model, find_model(tx, name));
    MARU_TRY(tx.execute(kSetTag, {model.number, tag.key, tag.value}));
    return {};
  });
}

Result<void> Store::delete_model_tag(std::string_view name, std::string_view key) {
  return state_->database.write([&](store::Transaction& tx) -> Result<void> {
    MARU_ASSIGN(auto model, find_model(tx, name));
    MARU_TRY(tx.execute(kDeleteTag, {model.number, key}));
    return {};
  });
}

}  // namespace maru::registry
