#pragma once
// What the parts of the registry share. Only for this room's files.

#include "events/log.h"
#include "registry/rows.h"
#include "registry/store.h"
#include "store/database.h"

namespace maru::registry {

struct Store::State {
  store::Database& database;
  events::Log& events;
  Clock& clock;
  SourceResolver resolver;
};

events::NewEvent make_event(std::string_view type, std::string subject, const Origin& origin,
                            JsonObject payload);

inline std::string version_subject(std::string_view model, std::int64_t version) {
  return fmt::format("model/{}/{}", model, version);
}

// Marks the model as changed now.
Result<void> touch_model(store::Transaction& transaction, std::int64_t model, TimeMs now_ms);
// Takes every alias off a version that goes away.
Result<void> drop_aliases(store::Transaction& transaction, events::Log& events,
                          const NumberedVersion& version, const Origin& origin, TimeMs now_ms);

}  // namespace maru::registry
