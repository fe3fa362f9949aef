#pragma once
// Reading models and versions out of their tables. Only for this room's files.

#include <string_view>

#include "registry/types.h"
#include "store/database.h"

namespace maru::registry {

inline constexpr std::string_view kModelColumns =
    "m.number, m.name, m.description, m.created_ms, m.updated_ms";
inline constexpr std::string_view kVersionColumns =
    "m.name, v.model, v.version, v.stage, v.description, v.user_id, v.source, v.storage_location, v.run_id, "
    "v.run_link, "
    "v.model_id, v.status, v.status_message, v.created_ms, v.updated_ms";

struct NumberedModel {
  std::int64_t number = 0;
  RegisteredModel model;
};
struct NumberedVersion {
  std::int64_t model = 0;
  ModelVersion version;
};

NumberedModel model_of(const store::Row& row);
NumberedVersion version_of(const store::Row& row);

// not_found, in MLflow's words; invalid_argument for a name no model can have.
Result<NumberedModel> find_model(store::Reader& reader, std::string_view name);
Result<NumberedVersion> find_version(store::Reader& reader, std::string_view model, std::int64_t version);

// Tags, aliases, newest version of each stage.
Result<void> load_details(store::Reader& reader, NumberedModel& model);
// Tags and aliases.
Result<void> load_details(store::Reader& reader, NumberedVersion& version);

}  // namespace maru::registry
