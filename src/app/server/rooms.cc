#include "app/server/rooms.h"

#include "app/actions/rule_actions.h"
#include "app/server/dataset_checks.h"
#include "app/server/locations.h"
#include "app/steps/step_kinds.h"
#include "store/settings.h"

extern char** environ;

namespace maru::app {
namespace {

Result<void> set_clock(Rooms& rooms, const Config& config) {
  const std::string start = config.text("server.clock_start");
  if (start.empty()) {
    rooms.clock = std::make_unique<SystemClock>();
    return {};
  }
  TimeMs start_ms = system_clock().now_ms();
  if (start != "now") {
    MARU_ASSIGN(start_ms, parse_time(start).at("server.clock_start"));
  }
  auto clock = std::make_unique<AdjustableClock>(start_ms);
  rooms.adjustable_clock = clock.get();
  rooms.clock = std::move(clock);
  return {};
}

Result<void> open_stores(Rooms& rooms, const Config& config) {
  MARU_TRY(make_folders(rooms.data));
  MARU_ASSIGN(rooms.lock, FolderLock::acquire(rooms.data));
  rooms.workers = std::make_unique<Pool>(PoolOptions{.name = "workers", .threads = 4, .queue_limit = 1024});
  MARU_ASSIGN(rooms.database, store::open_sqlite(rooms.data / "maru.db", store::database_options(config)));
  MARU_ASSIGN(rooms.blobs, store::open_local_blobs(rooms.data / "blobs"));
  MARU_ASSIGN(rooms.keyvalue, store::open_lmdb(rooms.data / "online", store::keyvalue_options(config)));
  MARU_ASSIGN(rooms.lake, store::Lake::open({.folder = rooms.data / "lake" / "spill",
                                             .threads = static_cast<int>(config.integer("lake.threads")),
                                             .memory_limit_bytes = config.bytes("lake.memory_limit")}));
  rooms.events = std::make_unique<events::Log>(*rooms.database, *rooms.clock);
  return {};
}

Result<void> open_models(Rooms& rooms) {
  MARU_ASSIGN(rooms.tracking,
              tracking::Store::open(*rooms.database, *rooms.blobs, *rooms.events, *rooms.clock));
  auto& tracking = *rooms.tracking;
  rooms.registry = std::make_unique<registry::Store>(
      *rooms.database, *rooms.events, *rooms.clock,
      registry::SourceResolver{
          .resolve = [&tracking](std::string_view source) -> Result<registry::ResolvedSource> {
            MARU_ASSIGN(auto found, tracking.resolve_source(source));
            return registry::ResolvedSource{found.uri, found.run_id, found.model_id};
          },
          .check_out = [&tracking](std::string_view uri,
                                   const std::filesystem::path& folder) -> Result<void> {
            MARU_ASSIGN(const std::string path, tracking::Artifacts::path_of_uri(uri));
            return tracking.artifacts().check_out(path, folder);
          }});
  return {};
}

Result<void> open_data(Rooms& rooms) {
  rooms.lineage = std::make_unique<datasets::Lineage>(*rooms.database, *rooms.clock);
  MARU_ASSIGN(rooms.catalog, datasets::Catalog::open({.folder = rooms.data / "lake" / "datasets"},
                                                     {.database = *rooms.database,
                                                      .lake = *rooms.lake,
                                                      .events = *rooms.events,
                                                      .lineage = *rooms.lineage,
                                                      .clock = *rooms.clock,
                                                      .profiler = dataset_profiler(),
                                                      .checker = dataset_checker(*rooms.clock)}));
  MARU_ASSIGN(rooms.features, features::FeatureStore::open({.folder = rooms.data / "lake" / "sources"},
                                                           {.database = *rooms.database,
                                                            .online = *rooms.keyvalue,
                                                            .lake = *rooms.lake,
                                                            .events = *rooms.events,
                                                            .catalog = *rooms.catalog,
                                                            .lineage = *rooms.lineage,
                                                            .clock = *rooms.clock}));
  return {};
}

Result<void> open_serving(Rooms& rooms, const Config& config) {
  rooms.model_source = std::make_unique<RegistryModelSource>(*rooms.registry, rooms.data / "models");
  serving::Endpoints::Parts parts;
  parts.database = rooms.database.get();
  parts.events = rooms.events.get();
  parts.clock = rooms.clock.get();
  parts.source = rooms.model_source.get();
  rooms.online_features = std::make_unique<OnlineFeatures>(*rooms.features);
  parts.features = rooms.online_features.get();
  parts.runtimes = serving::all_runtimes({.onnxruntime_library = rooms.onnxruntime_library});
  serving::EndpointsOptions options;
  options.load.threads = static_cast<int>(config.integer("serving.threads"));
  MARU_ASSIGN(rooms.endpoints, serving::Endpoints::open(std::move(parts), options));
  rooms.predictions = std::make_unique<monitoring::PredictionLog>(*rooms.keyvalue, *rooms.clock);
  rooms.recorder = std::make_unique<PredictionRecorder>(*rooms.predictions);
  rooms.archive = std::make_unique<PredictionArchive>(*rooms.predictions, *rooms.lake,
                                                      rooms.data / "lake" / "predictions");
  rooms.endpoints->set_observer(rooms.recorder.get());
  rooms.references =
      std::make_unique<LineageReferenceSource>(*rooms.registry, *rooms.lineage, *rooms.catalog);
  rooms.monitors = std::make_unique<monitoring::Monitors>(
      monitoring::Monitors::Parts{.database = rooms.database.get(),
                                  .events = rooms.events.get(),
                                  .predictions = rooms.predictions.get(),
                                  .clock = rooms.clock.get(),
                                  .references = rooms.references.get(),
                                  .truths = nullptr});
  return {};
}

std::map<std::string, std::string> own_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

// The folder of a virtual environment from its python: VENV/bin/python.
std::filesystem::path environment_of(const std::string& python) {
  if (python.empty()) return {};
  return std::filesystem::absolute(python).parent_path().parent_path();
}

Result<void> open_automation(Rooms& rooms, const Config& config) {
  const auto command = [&rooms, python = environment_of(config.text("automation.python")),
                        inherited = own_environment()] {
    automation::CommandStepOptions options;
    options.server_url = rooms.http_url;
    options.python_environment = python;
    options.inherited = inherited;
    options.input_files = [&rooms](const JsonObject& output, const std::filesystem::path& folder) {
      return input_files_of(rooms, output, folder);
    };
    return options;
  };
  automation::PipelinesOptions options;
  options.folder = rooms.data / "runs";
  MARU_ASSIGN(rooms.pipelines, automation::Pipelines::open(*rooms.database, *rooms.events, *rooms.clock,
                                                           all_step_kinds(rooms, command), options));
  MARU_ASSIGN(rooms.rules,
              automation::Rules::open(*rooms.database, *rooms.events, *rooms.clock, all_rule_actions(rooms)));
  return {};
}

}  // namespace

Result<std::unique_ptr<Rooms>> open_rooms(const Config& config) {
  auto rooms = std::make_unique<Rooms>();
  rooms->data = std::filesystem::absolute(config.text("server.data"));
  MARU_TRY(set_clock(*rooms, config));
  MARU_TRY(open_stores(*rooms, config));
  MARU_TRY(open_models(*rooms));
  MARU_TRY(open_data(*rooms));
  rooms->onnxruntime_library = onnxruntime_library(config);
  MARU_TRY(open_serving(*rooms, config));
  MARU_TRY(open_automation(*rooms, config));
  return rooms;
}

Result<void> start_rooms(Rooms& rooms) {
  MARU_ASSIGN(rooms.aliases, AliasFollower::start(*rooms.events, *rooms.endpoints));
  rooms.endpoints->refresh_all();
  MARU_TRY(rooms.pipelines->resume());
  rooms.rules->start();
  return {};
}

void stop_rooms(Rooms& rooms) {
  if (rooms.rules) rooms.rules->stop();
  if (rooms.pipelines) rooms.pipelines->stop();
  rooms.aliases.reset();
}

}  // namespace maru::app
