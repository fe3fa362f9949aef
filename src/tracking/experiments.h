#pragma once
// Experiments: named groups of runs. Thread-safe; every call blocks on the store.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tracking/types.h"

namespace maru::tracking {

struct Context;

struct NewExperiment {
  std::string name;
  std::string artifact_location;  // "" = mlflow-artifacts:/<id>
  std::vector<Tag> tags;
};

struct ExperimentSearch {
  std::string filter;                 // MLflow's: name, creation_time, last_update_time, tags.x
  std::vector<std::string> order_by;  // newest first when empty
  ViewType view = ViewType::active_only;
  std::int64_t max_results = 1000;
  std::string page_token;
};

class Experiments {
 public:
  explicit Experiments(Context& context) : context_(context) {}

  // already_exists when the name is taken, also by a deleted experiment. Returns the id.
  Result<std::string> create(NewExperiment experiment, const Origin& origin = {});
  Result<std::string> get_or_create(std::string_view name, const Origin& origin = {});
  // not_found; deleted ones are found too.
  Result<Experiment> get(std::string_view id) const;
  Result<Experiment> get_by_name(std::string_view name) const;
  Result<Page<Experiment>> search(const ExperimentSearch& search) const;
  // failed_precondition when not active.
  Result<void> rename(std::string_view id, std::string_view name);
  // Deletes softly, with its runs; restore() brings back both.
  Result<void> remove(std::string_view id);
  Result<void> restore(std::string_view id);
  Result<void> set_tag(std::string_view id, const Tag& tag);
  Result<void> delete_tag(std::string_view id, std::string_view key);

 private:
  Context& context_;
};

}  // namespace maru::tracking
