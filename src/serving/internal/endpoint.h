#pragma once
// One endpoint: its version in use, how the next is brought in, and what it has done.

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "base/time.h"
#include "serving/endpoints.h"
#include "serving/internal/endpoint_metrics.h"
#include "serving/internal/hot_swap.h"
#include "serving/internal/latency_ring.h"
#include "serving/model.h"

namespace maru::serving {

// What a version needs to serve; replaced as one. The model is shared because a changed spec keeps it.
struct Serving {
  EndpointSpec spec;
  std::shared_ptr<const Model> model;
  std::int64_t version = 0;
  std::string run_id;
  TimeMs loaded_ms = 0;
};

struct Loading {
  ModelSource& source;
  std::span<const std::unique_ptr<Runtime>> runtimes;
  LoadOptions options;
  DurationMs drain_timeout_ms = 0;
};

// What a refresh did, for the event that tells of it.
struct SwapReport {
  std::int64_t version = 0;
  std::int64_t previous_version = 0;  // 0 = none
  DurationMs load_ms = 0;
  bool swapped = false;  // false: the version serves already
  bool drained = true;   // false: requests of the old one outlasted drain_timeout_ms
};

// Thread-safe.
class Endpoint {
 public:
  Endpoint(EndpointSpec spec, const Clock& clock, FeatureSource* features)
      : clock_(clock), features_(features), metrics_(spec.name), spec_(std::move(spec)) {}

  Result<PredictReply> predict(PredictRequest request, std::int64_t version, PredictionObserver* observer);
  Result<ModelMetadata> metadata(std::int64_t version);

  EndpointSpec spec() const;
  EndpointInfo info();
  // Takes effect for the next request; the model stays until a refresh finds another.
  void set_spec(EndpointSpec spec);
  // One at a time. On an error everything serves as before and info() says why.
  Result<SwapReport> refresh(const Loading& loading);
  // Takes the version out; waits for its requests.
  void stop(DurationMs drain_timeout_ms);
  void unload_drained() { serving_.drain(0); }

  EndpointStatistics statistics() const;
  EndpointSeries series(DurationMs step_ms) const;
  // The sums of the whole minutes since the last call that had traffic, with their starts.
  struct Window {
    TimeMs start_ms;
    LatencyCounts counts;
  };
  std::vector<Window> finished_minutes();

 private:
  void count(const PredictRequest& request, bool failed, std::int64_t latency_ns, TimeMs now_ms,
             std::int64_t version);
  Result<std::vector<Tensor>> answer(const Serving& serving, PredictRequest& request) const;
  Result<void> add_features(const Serving& serving, PredictRequest& request) const;
  Result<std::unique_ptr<Serving>> load(const Loading& loading, const EndpointSpec& spec,
                                        std::int64_t version);
  void set_phase(SwapPhase phase);
  void note_failure(const Error& error, std::int64_t version);
  Error nothing_serves() const;

  const Clock& clock_;
  FeatureSource* const features_;
  HotSwap<Serving> serving_;
  LatencyRing ring_;
  const EndpointMetrics metrics_;
  std::atomic<std::uint64_t> requests_{
      0};  // of this endpoint's life; metrics_ count on when one is made anew
  std::atomic<std::uint64_t> errors_{0};
  std::atomic<std::uint64_t> rows_{0};

  std::mutex refresh_mutex_;         // one version comes in at a time
  mutable std::mutex status_mutex_;  // guards what follows; never held while loading
  EndpointSpec spec_;
  SwapPhase phase_ = SwapPhase::idle;
  std::string reason_;
  std::uint64_t swaps_ = 0;
  std::deque<SwapMark> marks_;
  std::optional<std::int64_t> next_minute_;
};

}  // namespace maru::serving
