#pragma once
// Every room of a running server, built in the order in which they depend on one another and torn down in the
// reverse. This is the one place that knows which room gets which.

#include <filesystem>
#include <memory>

#include "app/server/alias_follower.h"
#include "app/server/model_source.h"
#include "app/server/online_features.h"
#include "app/server/prediction_archive.h"
#include "app/server/prediction_observer.h"
#include "app/server/reference_source.h"
#include "automation/pipelines.h"
#include "automation/rules.h"
#include "base/config.h"
#include "base/file.h"
#include "base/pool.h"
#include "base/time.h"
#include "datasets/catalog.h"
#include "datasets/lineage.h"
#include "events/log.h"
#include "features/feature_store.h"
#include "monitoring/monitors.h"
#include "monitoring/prediction_log.h"
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
  std::unique_ptr<Pool> workers;  // what is too long for an I/O thread and has no pool of its own
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
  std::unique_ptr<OnlineFeatures> online_features;
  std::unique_ptr<monitoring::PredictionLog> predictions;
  std::unique_ptr<PredictionRecorder> recorder;
  std::unique_ptr<PredictionArchive> archive;
  std::unique_ptr<serving::Endpoints> endpoints;
  std::unique_ptr<LineageReferenceSource> references;
  std::unique_ptr<monitoring::Monitors> monitors;
  std::unique_ptr<automation::Pipelines> pipelines;
  std::unique_ptr<automation::Rules> rules;
  std::unique_ptr<AliasFollower> aliases;
  std::filesystem::path onnxruntime_library;
  std::string http_url;  // where command steps find this server; set once it listens
};

// Opens the data folder and every room over it; nothing runs by itself yet. failed_precondition: another
// server holds the folder.
Result<std::unique_ptr<Rooms>> open_rooms(const Config& config);
// Begins the background work: models load, aliases are followed, rules act, interrupted pipelines go on.
Result<void> start_rooms(Rooms& rooms);
// Ends it, so that rooms can be torn down.
void stop_rooms(Rooms& rooms);

}  // namespace maru::app
