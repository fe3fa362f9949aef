#pragma once
// Endpoints: named places that answer predictions with a model version. A version is loaded and warmed beside
// the one that serves, switched in by one atomic store, and the old one is unloaded once its last request has
// left: no request is lost or sees half a switch. A version that cannot be loaded changes nothing.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "serving/model.h"
#include "serving/tensor.h"

namespace maru::store {
class Database;
}
namespace maru::events {
class Log;
}

namespace maru::serving {

// What to do with NaN and infinite input numbers. Boosted trees read NaN as "missing", so it may pass by
// default.
enum class NonFinite : std::uint8_t { allow_nan, refuse, allow };
std::string_view name_of(NonFinite policy);  // "allow_nan", "refuse", "allow"

struct EndpointSpec {
  std::string name;
  std::string project;
  std::string model;
  std::string alias = "champion";        // followed when it moves; ignored when `version` is set
  std::int64_t version = 0;              // a fixed version; 0 = the alias
  std::string features;                  // feature service that fills inputs a request leaves out; "" = none
  double log_sample = 1.0;               // share of predictions shown to the observer, 0 … 1
  int warm_rows = 8;                     // rows predicted on a new version before it gets traffic; 0 = none
  std::int64_t max_in_flight = 256;      // predictions at once; past it resource_exhausted
  std::int64_t max_batch_rows = 65'536;  // rows of one request; past it payload_too_large
  NonFinite non_finite = NonFinite::allow_nan;

  std::string reference() const { return version != 0 ? std::to_string(version) : alias; }
  JsonObject json() const;
  // Refuses unknown fields and values out of range.
  static Result<EndpointSpec> from_json(const JsonReader& json);
  bool operator==(const EndpointSpec&) const = default;
};

// What from_json() checks besides the kinds; apply() checks it too.
Result<void> check(const EndpointSpec& spec);

// loading: nothing serves yet. ready: a version serves. failed: nothing serves and the last load failed.
enum class EndpointState : std::uint8_t { loading, ready, failed };
std::string_view name_of(EndpointState state);

// Where the version now being brought in or taken out is.
enum class SwapPhase : std::uint8_t { idle, resolving, loading, warming, switching, draining, unloading };
std::string_view name_of(SwapPhase phase);

struct EndpointInfo {
  EndpointSpec spec;
  EndpointState state = EndpointState::loading;
  SwapPhase phase = SwapPhase::idle;
  std::string reason;  // why it failed, or why the newest version could not take over ("" = nothing wrong)
  std::int64_t version = 0;  // serving now; 0 = none
  std::string run_id;        // that made the version
  TimeMs loaded_ms = 0;      // when it took over
  std::uint64_t swaps = 0;   // versions that took over from another
  std::int64_t in_flight = 0;
  ModelMetadata metadata;  // empty until ready
};

struct PredictRequest {
  std::vector<Tensor> inputs;
  std::vector<std::string> outputs;  // names wanted; empty = all
  std::string id;                    // "" = one is made
  std::optional<TimeMs> event_ms;    // when what is predicted happens; default now
  bool log = true;                   // false: not shown to the observer (probes, load tests)
};

struct PredictReply {
  std::vector<Tensor> outputs;
  std::string model;
  std::int64_t version = 0;
  std::string request_id;
};

// Fills the columns that a request leaves out from what it has (entity keys, request values), as known at a
// time. Implemented over the feature store. Thread-safe.
class FeatureSource {
 public:
  virtual ~FeatureSource() = default;
  // One numeric tensor [n] for each name of `wanted`, in that order, n as in `inputs`; NaN where nothing is
  // known. not_found: no such service; invalid_argument: a key is missing, or the service has no such
  // feature.
  virtual Result<std::vector<Tensor>> features(std::string_view service, std::span<const Tensor> inputs,
                                               std::span<const std::string> wanted, TimeMs at_ms) = 0;
};

// One answered or failed prediction, valid during the call only.
struct PredictionView {
  std::string_view endpoint;
  std::string_view model;
  std::int64_t version = 0;
  std::string_view request_id;
  TimeMs event_ms = 0;
  std::span<const Tensor> inputs;   // with the features filled in
  std::span<const Tensor> outputs;  // empty when it failed
  std::int64_t latency_ns = 0;
  const Error* error = nullptr;  // null = answered
  const ModelMetadata* metadata =
      nullptr;  // of the version: names the columns when inputs is one tensor [n,k]
};

// Called on the predicting thread: must not block or throw.
class PredictionObserver {
 public:
  virtual ~PredictionObserver() = default;
  virtual void observe(const PredictionView& prediction) noexcept = 0;
};

struct LatencySummary {
  double p50_ms = 0;
  double p90_ms = 0;
  double p99_ms = 0;
  double mean_ms = 0;
};
struct EndpointStatistics {
  std::uint64_t requests = 0;  // since the start, failed ones too
  std::uint64_t errors = 0;
  std::uint64_t rows = 0;
  double rate_per_s = 0;   // over the last 60 s
  LatencySummary latency;  // over the last 15 minutes
};
struct SeriesPoint {
  TimeMs t_ms = 0;  // start of the step
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  std::int64_t version = 0;  // the last one that answered
};
struct SwapMark {
  TimeMs t_ms = 0;
  std::int64_t version = 0;
};
struct EndpointSeries {
  DurationMs step_ms = 1000;
  std::vector<SeriesPoint> points;  // oldest first; steps without traffic are left out
  std::vector<SwapMark> swaps;      // the newest 64, oldest first
};

struct EndpointsOptions {
  LoadOptions load;
  DurationMs drain_timeout_ms = 10'000;  // after it the old version is unloaded later, by tick()
  std::size_t max_endpoints = 1'000;
};

// Thread-safe. predict() and metadata() take no lock and touch no database; the others may block on loading.
class Endpoints {
 public:
  struct Parts {
    store::Database* database = nullptr;  // null: endpoints live in memory only (tests, benchmarks)
    events::Log* events = nullptr;
    Clock* clock = nullptr;
    ModelSource* source = nullptr;
    std::vector<std::unique_ptr<Runtime>> runtimes;
    FeatureSource* features = nullptr;  // null: an endpoint's `features` fill nothing
  };
  // Restores the endpoints of the database: each starts as `loading`; call refresh_all() to load them.
  static Result<std::unique_ptr<Endpoints>> open(Parts parts, EndpointsOptions options = {});
  ~Endpoints();
  Endpoints(const Endpoints&) = delete;
  Endpoints& operator=(const Endpoints&) = delete;

  // Creates or changes; durable, then loads. A version that cannot be loaded yet (the alias does not exist,
  // say) is no error here: the endpoint stands as `failed` with its reason, or keeps serving what it served.
  // invalid_argument: a bad spec; resource_exhausted: max_endpoints.
  Result<EndpointInfo> apply(const EndpointSpec& spec, std::string_view actor,
                             std::optional<std::int64_t> cause = {});
  Result<void> remove(std::string_view name, std::string_view actor);
  std::vector<EndpointInfo> list() const;  // by name
  Result<EndpointInfo> get(std::string_view name) const;

  // Resolves the reference again; when it names another version, brings that one in. Returns once the old one
  // has drained. On an error the endpoint is as before, with the reason noted.
  Result<EndpointInfo> refresh(std::string_view name, std::optional<std::int64_t> cause = {});
  // refresh() of every endpoint that serves `model` (an alias moved) / of all (the start). Errors are noted,
  // not returned.
  void refresh_model(std::string_view model, std::optional<std::int64_t> cause = {});
  void refresh_all();

  // The hot path. not_found: no such endpoint, or not that version; unavailable: no version serves yet;
  // resource_exhausted: max_in_flight; payload_too_large: max_batch_rows; invalid_argument: the model's
  // inputs.
  Result<PredictReply> predict(std::string_view endpoint, PredictRequest request, std::int64_t version = 0);
  Result<ModelMetadata> metadata(std::string_view endpoint, std::int64_t version = 0) const;

  // Before the first predict(). Null = none. Must outlive this.
  void set_observer(PredictionObserver* observer);

  Result<EndpointStatistics> statistics(std::string_view name) const;
  Result<EndpointSeries> series(std::string_view name, DurationMs step_ms = 1000) const;

  // Once a second or so: appends endpoint.window for every whole minute with traffic, unloads what drained
  // late.
  void tick();

 private:
  struct State;
  explicit Endpoints(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace maru::serving
