#pragma once
// The tracking room's one object: experiments, runs, logged models and their files over one database. App
// makes one and passes it to adapters and pipelines.

#include <memory>
#include <string>

#include "base/time.h"
#include "tracking/artifacts.h"
#include "tracking/experiments.h"
#include "tracking/logged_models.h"
#include "tracking/runs.h"

namespace maru::store {
class Database;
class Blobs;
}  // namespace maru::store
namespace maru::events {
class Log;
}

namespace maru::tracking {

// exclusive: nothing but this store refers to blobs of that blob store, so that deleting an artifact may
// delete its bytes.
enum class BlobOwnership : std::uint8_t { shared, exclusive };

// Where a model's files are and what made them.
struct ModelSource {
  std::string uri;       // mlflow-artifacts:/…
  std::string run_id;    // "" when unknown
  std::string model_id;  // of the logged model, or ""
};

// Thread-safe. What it refers to must outlive it.
class Store {
 public:
  // The database must be migrated. Makes experiment "Default" (id 0) in an empty store.
  static Result<std::unique_ptr<Store>> open(store::Database& database, store::Blobs& blobs,
                                             events::Log& events, Clock& clock,
                                             BlobOwnership ownership = BlobOwnership::shared);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  Experiments& experiments() { return experiments_; }
  Runs& runs() { return runs_; }
  LoggedModels& models() { return models_; }
  Artifacts& artifacts() { return artifacts_; }

  // The files behind a model's source, wherever it was logged: "runs:/<run id>/<name or path>",
  // "models:/<m-id>" or "mlflow-artifacts:/…". not_found names what is missing.
  Result<ModelSource> resolve_source(std::string_view source) const;

 private:
  explicit Store(std::unique_ptr<Context> context);
  std::unique_ptr<Context> context_;
  Experiments experiments_;
  Runs runs_;
  LoggedModels models_;
  Artifacts artifacts_;
};

}  // namespace maru::tracking
