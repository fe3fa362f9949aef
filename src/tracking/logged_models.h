#pragma once
// Logged models (MLflow 3): a model as a thing of its own, with params, metrics, tags and files, before any
// version of a registered model points to it. Thread-safe; blocks on the store.

#include <span>
#include <string>
#include <string_view>

#include "tracking/types.h"

namespace maru::tracking {

struct Context;

struct NewLoggedModel {
  std::string experiment_id;
  std::string name;  // "" = a made-up one
  std::string type;
  std::string source_run_id;
  std::vector<Tag> tags;
  std::vector<Param> params;
};

struct LoggedModelOrder {
  std::string field;  // "creation_time", "metrics.rmse", …
  bool ascending = true;
  std::string dataset_name, dataset_digest;
};

struct LoggedModelSearch {
  std::vector<std::string> experiment_ids;
  std::string filter;
  std::vector<std::pair<std::string, std::string>>
      datasets;  // (name, digest or ""): metrics measured on one of these
  std::vector<LoggedModelOrder> order_by;
  std::int64_t max_results = 100;
  std::string page_token;
};

class LoggedModels {
 public:
  explicit LoggedModels(Context& context) : context_(context) {}

  Result<LoggedModel> create(NewLoggedModel model, const Origin& origin = {});
  enum class Deleted : std::uint8_t { refuse, allow };
  // not_found, for deleted models too unless they are asked for.
  Result<LoggedModel> get(std::string_view model_id, Deleted deleted = Deleted::refuse) const;
  Result<LoggedModel> finalize(std::string_view model_id, ModelStatus status);
  Result<void> remove(std::string_view model_id);
  Result<void> set_tags(std::string_view model_id, std::span<const Tag> tags);
  Result<void> delete_tag(std::string_view model_id, std::string_view key);
  Result<void> log_params(std::string_view model_id, std::span<const Param> params);
  Result<Page<LoggedModel>> search(const LoggedModelSearch& search) const;

 private:
  Context& context_;
};

}  // namespace maru::tracking
