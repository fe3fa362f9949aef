#include "serving/internal/endpoint.h"

#include "base/hash.h"
#include "base/ids.h"
#include "serving/internal/request_checks.h"

namespace maru::serving {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr double kNsPerSecond = 1e9;
constexpr std::size_t kMarksKept = 64;
constexpr int kWarmRuns = 3;  // pages and caches are warm after the second; the third costs nothing

// The same request is always in the sample or always out, wherever the decision is taken.
bool is_sampled(std::string_view request_id, double share) {
  if (share >= 1) return true;
  if (share <= 0) return false;
  return static_cast<double>(stable_hash64(request_id) >> 11) * 0x1p-53 < share;
}

Result<void> warm(const Model& model, std::int64_t rows) {
  if (rows == 0) return {};
  const auto inputs = warm_inputs(model.metadata(), rows);
  for (int run = 0; run < kWarmRuns; ++run) {
    if (auto outputs = model.predict(inputs); !outputs) return outputs.error().at("warm-up");
  }
  return {};
}

}  // namespace

Error Endpoint::nothing_serves() const {
  const std::scoped_lock lock(status_mutex_);
  return make_error(Code::unavailable, "endpoint {} serves no version{}{}", spec_.name,
                    reason_.empty() ? " yet" : ": ", reason_);
}

// The columns that the request leaves out come from the endpoint's feature service; what was only their key
// is dropped.
Result<void> Endpoint::add_features(const Serving& serving, PredictRequest& request) const {
  const auto& metadata = serving.model->metadata();
  if (features_ == nullptr || serving.spec.features.empty() || metadata.form != InputForm::columns) return {};
  if (request.inputs.size() == 1 && request.inputs[0].shape().rank() == 2 && request.inputs[0].shape()[1] > 1)
    return {};
  std::vector<std::string> wanted;
  for (const auto& column : metadata.inputs)
    if (std::ranges::find(request.inputs, column.name, &Tensor::name) == request.inputs.end())
      wanted.push_back(column.name);
  if (wanted.empty()) return {};
  const auto at_ms = request.event_ms.value_or(clock_.now_ms());
  MARU_ASSIGN(auto found, features_->features(serving.spec.features, request.inputs, wanted, at_ms));
  std::erase_if(request.inputs, [&](const Tensor& input) {
    return std::ranges::find(metadata.inputs, input.name(), &TensorSpec::name) == metadata.inputs.end();
  });
  std::ranges::move(found, std::back_inserter(request.inputs));
  return {};
}

Result<std::vector<Tensor>> Endpoint::answer(const Serving& serving, PredictRequest& request) const {
  const auto& spec = serving.spec;
  const auto form = serving.model->metadata().form;
  MARU_TRY(check_rows(request.inputs, form, spec.max_batch_rows));
  MARU_TRY(check_finite(request.inputs, spec.non_finite));
  MARU_TRY(add_features(serving, request));
  MARU_ASSIGN(auto outputs, serving.model->predict(request.inputs));
  return choose_outputs(std::move(outputs), request.outputs);
}

void Endpoint::count(const PredictRequest& request, bool failed, std::int64_t latency_ns, TimeMs now_ms,
                     std::int64_t version) {
  requests_.fetch_add(1, std::memory_order_relaxed);
  ring_.record(now_ms, latency_ns, failed, version);
  metrics_.seconds.observe_seconds(static_cast<double>(latency_ns) / kNsPerSecond);
  if (failed) {
    errors_.fetch_add(1, std::memory_order_relaxed);
    metrics_.failed.add();
    return;
  }
  const auto rows = static_cast<std::uint64_t>(request.inputs.front().rows());
  rows_.fetch_add(rows, std::memory_order_relaxed);
  metrics_.rows.add(rows);
  metrics_.answered.add();
}

Result<PredictReply> Endpoint::predict(PredictRequest request, std::int64_t version,
                                       PredictionObserver* observer) {
  const auto started_ns = clock_.steady_ns();
  const auto use = serving_.use();
  if (!use) return nothing_serves();
  const auto& spec = use->spec;
  if (version != 0 && version != use->version)
    return not_found("endpoint {} serves version {}, not {}", spec.name, use->version, version);
  if (request.id.empty()) request.id = new_id();

  auto outputs = use.users() <= spec.max_in_flight
                     ? answer(*use, request)
                     : Result<std::vector<Tensor>>(
                           make_error(Code::resource_exhausted,
                                      "endpoint {} has {} predictions in flight, its limit (max_in_flight)",
                                      spec.name, spec.max_in_flight));
  const auto latency_ns = clock_.steady_ns() - started_ns;
  const auto now_ms = clock_.now_ms();
  count(request, !outputs, latency_ns, now_ms, use->version);
  if (observer != nullptr && request.log && is_sampled(request.id, spec.log_sample)) {
    PredictionView view{
        spec.name,      spec.model, use->version, request.id, request.event_ms.value_or(now_ms),
        request.inputs, {},         latency_ns,   nullptr,    &use->model->metadata()};
    if (outputs)
      view.outputs = *outputs;
    else
      view.error = &outputs.error();
    observer->observe(view);
  }
  if (!outputs) return outputs.error();
  return PredictReply{std::move(*outputs), spec.model, use->version, std::move(request.id)};
}

Result<ModelMetadata> Endpoint::metadata(std::int64_t version) {
  const auto use = serving_.use();
  if (!use) return nothing_serves();
  if (version != 0 && version != use->version)
    return not_found("endpoint {} serves version {}, not {}", use->spec.name, use->version, version);
  return use->model->metadata();
}

EndpointSpec Endpoint::spec() const {
  const std::scoped_lock lock(status_mutex_);
  return spec_;
}

EndpointInfo Endpoint::info() {
  EndpointInfo info;
  const auto use = serving_.use();
  const std::scoped_lock lock(status_mutex_);
  info.spec = spec_;
  info.phase = phase_;
  info.reason = reason_;
  info.swaps = swaps_;
  if (use) {
    info.state = EndpointState::ready;
    info.version = use->version;
    info.run_id = use->run_id;
    info.loaded_ms = use->loaded_ms;
    info.in_flight = use.users() - 1;
    info.metadata = use->model->metadata();
  } else {
    info.state = reason_.empty() ? EndpointState::loading : EndpointState::failed;
  }
  return info;
}

void Endpoint::set_spec(EndpointSpec spec) {
  const std::scoped_lock one_at_a_time(refresh_mutex_);
  {
    const std::scoped_lock lock(status_mutex_);
    spec_ = spec;
  }
  std::unique_ptr<Serving> next;
  if (const auto use = serving_.use()) {
    next = std::make_unique<Serving>(*use);
    // What serves is the old model until a refresh brings the new one in: its name stays true.
    spec.model = use->spec.model;
    next->spec = std::move(spec);
  }
  if (next != nullptr) serving_.replace(std::move(next));
  serving_.drain(0);
}

void Endpoint::set_phase(SwapPhase phase) {
  const std::scoped_lock lock(status_mutex_);
  phase_ = phase;
}

void Endpoint::note_failure(const Error& error, std::int64_t version) {
  metrics_.refused.add();
  const std::scoped_lock lock(status_mutex_);
  phase_ = SwapPhase::idle;
  reason_ = version == 0 ? error.message : fmt::format("version {}: {}", version, error.message);
}

Result<std::unique_ptr<Serving>> Endpoint::load(const Loading& loading, const EndpointSpec& spec,
                                                std::int64_t version) {
  MARU_ASSIGN(const auto files, loading.source.files(spec.model, version));
  const auto runtime =
      std::ranges::find_if(loading.runtimes, [&](const auto& each) { return each->can_load(files); });
  if (runtime == loading.runtimes.end()) {
    std::vector<std::string_view> names;
    for (const auto& each : loading.runtimes) names.push_back(each->name());
    return invalid("no runtime takes this model: its MLmodel has none of the flavors {}",
                   fmt::join(names, ", "));
  }
  MARU_ASSIGN(auto model, (*runtime)->load(files, loading.options));
  set_phase(SwapPhase::warming);
  MARU_TRY(warm(*model, spec.warm_rows));
  return std::make_unique<Serving>(Serving{spec, std::move(model), version, files.run_id, clock_.now_ms()});
}

Result<SwapReport> Endpoint::refresh(const Loading& loading) {
  const std::scoped_lock one_at_a_time(refresh_mutex_);
  const auto spec = this->spec();
  set_phase(SwapPhase::resolving);
  const auto version = loading.source.resolve(spec.model, spec.reference());
  if (!version) {
    note_failure(version.error(), 0);
    return version.error();
  }
  SwapReport report{.version = *version};
  {
    const auto use = serving_.use();
    if (use) report.previous_version = use->version;
    if (use && use->version == *version && use->spec.model == spec.model) {
      const std::scoped_lock lock(status_mutex_);
      phase_ = SwapPhase::idle;
      reason_.clear();
      return report;
    }
  }
  set_phase(SwapPhase::loading);
  const auto started_ns = clock_.steady_ns();
  auto next = load(loading, spec, *version);
  if (!next) {
    note_failure(next.error(), *version);
    return next.error();
  }
  report.load_ms = (clock_.steady_ns() - started_ns) / kNsPerMs;
  report.swapped = true;
  set_phase(SwapPhase::switching);
  serving_.replace(std::move(*next));
  metrics_.swaps.add();
  metrics_.version.set(static_cast<double>(*version));
  {
    const std::scoped_lock lock(status_mutex_);
    phase_ = SwapPhase::draining;
    reason_.clear();
    if (report.previous_version != 0) ++swaps_;
    marks_.push_back({clock_.now_ms(), *version});
    if (marks_.size() > kMarksKept) marks_.pop_front();
  }
  report.drained = serving_.drain(loading.drain_timeout_ms);
  set_phase(SwapPhase::idle);
  return report;
}

void Endpoint::stop(DurationMs drain_timeout_ms) {
  const std::scoped_lock one_at_a_time(refresh_mutex_);
  serving_.replace(nullptr);
  serving_.drain(drain_timeout_ms);
}

}  // namespace maru::serving
