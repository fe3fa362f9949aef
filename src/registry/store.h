#pragma once
// The model registry: registered models, their numbered versions, aliases, tags and stages. One function
// moves an alias, whoever asks (an MLflow client, a rule, a person); it says in its event which version had
// the alias before.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "registry/types.h"

namespace maru::store {
class Database;
}
namespace maru::events {
class Log;
}

namespace maru::registry {

// Where a model's files are and what made them.
struct ResolvedSource {
  std::string uri;       // mlflow-artifacts:/…
  std::string run_id;    // "" when unknown
  std::string model_id;  // of the logged model, or ""
};

// What the registry needs to know of where models were logged; app wires it to the tracking room.
struct SourceResolver {
  // Of "runs:/…", "models:/m-…" and "mlflow-artifacts:/…". not_found: no such run or logged model.
  std::function<Result<ResolvedSource>(std::string_view source)> resolve;
  // Puts the files below that URI into `folder`.
  std::function<Result<void>(std::string_view uri, const std::filesystem::path& folder)> check_out;
};

struct NewVersion {
  std::string model;
  std::string source;
  std::string run_id;
  std::string run_link;
  std::string description;
  std::string model_id;
  std::string user_id;
  std::vector<Tag> tags;
};

// Thread-safe; every call blocks on the store. not_found names the model, version or alias.
class Store {
 public:
  Store(store::Database& database, events::Log& events, Clock& clock, SourceResolver resolver);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // already_exists. Appends model.created.
  Result<RegisteredModel> create_model(std::string_view name, std::string_view description,
                                       std::span<const Tag> tags, const Origin& origin = {});
  // Creates it when missing: what a register step wants.
  Result<void> ensure_model(std::string_view name, const Origin& origin = {});
  Result<RegisteredModel> get_model(std::string_view name) const;
  Result<RegisteredModel> describe_model(std::string_view name, std::string_view description);
  Result<RegisteredModel> rename_model(std::string_view name, std::string_view new_name);
  Result<void> delete_model(std::string_view name);
  Result<void> set_model_tag(std::string_view name, const Tag& tag);
  Result<void> delete_model_tag(std::string_view name, std::string_view key);
  Result<Page<RegisteredModel>> search_models(const Search& search) const;

  // Appends version.created. invalid_argument: a source that is a path on this machine or leaves its root.
  // The files need not be there (prompts have none), but a run or logged model that is named must be.
  Result<ModelVersion> create_version(NewVersion version, const Origin& origin = {});
  Result<ModelVersion> get_version(std::string_view model, std::int64_t version) const;
  Result<std::vector<ModelVersion>> versions(std::string_view model) const;  // newest first
  Result<ModelVersion> describe_version(std::string_view model, std::int64_t version,
                                        std::string_view description);
  Result<void> delete_version(std::string_view model, std::int64_t version, const Origin& origin = {});
  Result<void> set_version_tag(std::string_view model, std::int64_t version, const Tag& tag);
  Result<void> delete_version_tag(std::string_view model, std::int64_t version, std::string_view key);
  Result<Page<ModelVersion>> search_versions(const Search& search) const;
  // The newest version of each of these stages (all stages when empty).
  Result<std::vector<ModelVersion>> latest_versions(std::string_view model,
                                                    std::span<const std::string> stages) const;
  enum class Existing : std::uint8_t { keep, archive };
  Result<ModelVersion> transition_stage(std::string_view model, std::int64_t version, std::string_view stage,
                                        Existing existing, const Origin& origin = {});

  // Appends version.aliased {model, version, alias, previous_version, removed:false}; nothing when it is
  // there already.
  Result<void> set_alias(std::string_view model, std::string_view alias, std::int64_t version,
                         const Origin& origin = {});
  // Missing is fine.
  Result<void> delete_alias(std::string_view model, std::string_view alias, const Origin& origin = {});
  Result<ModelVersion> get_by_alias(std::string_view model, std::string_view alias) const;
  // "3", "champion" or "latest".
  Result<ModelVersion> resolve(std::string_view model, std::string_view alias_or_version) const;
  // The version that had the alias before the one that has it now, from the alias's history: what a rollback
  // moves to.
  Result<std::optional<std::int64_t>> previous_of_alias(std::string_view model, std::string_view alias) const;

  // Fills `folder` with the version's files (hard links into the blob store where possible).
  Result<void> check_out(std::string_view model, std::int64_t version,
                         const std::filesystem::path& folder) const;

 private:
  struct State;
  // Where the files of a version to be are, and the run and logged model behind them.
  Result<ResolvedSource> locate(const NewVersion& version) const;
  std::unique_ptr<State> state_;
};

}  // namespace maru::registry
