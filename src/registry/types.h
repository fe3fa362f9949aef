#pragma once
// What the registry keeps, as plain values. Names and meanings are MLflow's.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace maru::registry {

// Who asked for a change, and the event that led to it: recorded on every event that the change appends.
struct Origin {
  std::string actor;
  std::string project;
  std::optional<std::int64_t> cause;
};

struct Tag {
  std::string key;
  std::string value;
  bool operator==(const Tag&) const = default;
};

struct Alias {
  std::string alias;
  std::int64_t version = 0;
  bool operator==(const Alias&) const = default;
};

enum class VersionStatus : std::uint8_t { pending, ready, failed };
std::string_view name_of(VersionStatus status);  // "PENDING_REGISTRATION", "READY", "FAILED_REGISTRATION"

struct ModelVersion {
  std::string model;
  std::int64_t version = 0;
  std::string stage = "None";  // None, Staging, Production, Archived
  std::string description;
  std::string user_id;
  std::string source;            // as given: "runs:/…", "models:/m-…", "mlflow-artifacts:/…"
  std::string storage_location;  // where the files are: an mlflow-artifacts URI; "" when there are none
  std::string run_id;
  std::string run_link;
  std::string model_id;  // of the logged model it came from, or ""
  VersionStatus status = VersionStatus::ready;
  std::string status_message;
  TimeMs created_ms = 0;
  TimeMs updated_ms = 0;
  std::vector<Tag> tags;
  std::vector<std::string> aliases;
};

struct RegisteredModel {
  std::string name;
  std::string description;
  TimeMs created_ms = 0;
  TimeMs updated_ms = 0;
  std::vector<Tag> tags;
  std::vector<Alias> aliases;
  std::vector<ModelVersion> latest_versions;  // the newest of each stage in use
};

template <class T>
struct Page {
  std::vector<T> items;
  std::string next_page_token;
};

struct Search {
  std::string filter;
  std::vector<std::string> order_by;
  std::int64_t max_results = 100;
  std::string page_token;
};

}  // namespace maru::registry
