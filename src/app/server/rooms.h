#pragma once
// Every room of a running server, built in the order in which they depend on one another and torn down in the reverse.
// This is the one place that knows which room gets which.

#include <filesystem>
#include <memory>

#include "app/server/model_source.h"
#include "base/config.h"
#include "base/file.h"
#include "base/time.h"
#include "datasets/catalog.h"
#include "datasets/lineage.h"
#include "events/log.h"
#include "features/feature_store.h"
#include "registry/store.h"
#include "serving/endpoints.h"
#include "store/blobs.h"
#include "store/database.h"
#include "store/keyvalue.h"
#include "store/lake.h"
#include "tracking/store.h"

namespace maru::app {

struct Rooms {
  std::filesystem::path data;
  std::unique_ptr<Clock> clock;
  AdjustableClock* adjustable_clock = nullptr;  // null unless server.clock_start is set
  std::optional<FolderLock> lock;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<store::Blobs> blobs;
  std::unique_ptr<store::KeyValue> keyvalue;
  std::unique_ptr<store::Lake> lake;
  std::unique_ptr<events::Log> events;
  std::unique_ptr<tracking::Store> tracking;
  std::unique_ptr<registry::Store> registry;
  std::unique_ptr<datasets::Lineage> lineage;
  std::unique_ptr<datasets::Catalog> catalog;
  std::unique_ptr<features::FeatureStore> features;
  std::unique_ptr<RegistryModelSource> model_source;
  std::unique_ptr<serving::Endpoints> endpoints;
};

// Opens the data folder and every room over it. failed_precondition: another server holds the folder.
Result<std::unique_ptr<Rooms>> open_rooms(const Config& config);

}  // namespace maru::app
