#include "registry/store.h"

#include "registry/state.h"
#include "registry/statements.h"

namespace maru::registry {

events::NewEvent make_event(std::string_view type, std::string subject, const Origin& origin,
                            JsonObject payload) {
  return {.type = std::string(type),
          .subject = std::move(subject),
          .project = origin.project,
          .actor = origin.actor.empty() ? "server" : origin.actor,
          .payload = std::move(payload),
          .cause = origin.cause};
}

std::vector<store::NamedStatement> statements() {
  std::vector<store::NamedStatement> out;
  for (auto part : {alias_statements(), model_statements(), row_statements(), version_statements()}) {
    out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

Store::Store(store::Database& database, events::Log& events, Clock& clock, SourceResolver resolver)
    : state_(new State{database, events, clock, std::move(resolver)}) {}
Store::~Store() = default;

Result<void> Store::check_out(std::string_view model, std::int64_t version,
                              const std::filesystem::path& folder) const {
  MARU_ASSIGN(auto found, get_version(model, version));
  if (found.storage_location.empty())
    return not_found("Model Version (name={}, version={}) has no files", model, version);
  return state_->resolver.check_out(found.storage_location, folder);
}

}  // namespace maru::registry
