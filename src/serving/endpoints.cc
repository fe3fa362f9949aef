#include "serving/endpoints.h"

#include "base/ids.h"
#include "base/log.h"
#include "events/log.h"
#include "serving/internal/endpoint.h"
#include "serving/internal/endpoint_table.h"
#include "store/database.h"

namespace maru::serving {
namespace {

using EndpointMap = std::map<std::string, std::shared_ptr<Endpoint>, std::less<>>;
constexpr DurationMs kMapDrainMs = 60'000;  // readers of the map hold it for a look-up
constexpr std::string_view kActor = "server";

std::string subject_of(std::string_view name) { return fmt::format("endpoint/{}", name); }

}  // namespace

struct Endpoints::State {
  Parts parts;
  EndpointsOptions options;
  HotSwap<const EndpointMap> endpoints;
  std::mutex change_mutex;  // one apply or remove at a time
  std::atomic<PredictionObserver*> observer{nullptr};

  std::shared_ptr<Endpoint> find(std::string_view name) {
    const auto map = endpoints.use();
    const auto found = map->find(name);
    return found == map->end() ? nullptr : found->second;
  }

  Result<std::shared_ptr<Endpoint>> required(std::string_view name) {
    if (auto endpoint = find(name)) return endpoint;
    std::vector<std::string> names;
    for (const auto& endpoint : all()) names.push_back(endpoint->spec().name);
    return not_found("endpoint \"{}\" does not exist{}", name, did_you_mean(name, names));
  }

  std::vector<std::shared_ptr<Endpoint>> all() {
    std::vector<std::shared_ptr<Endpoint>> result;
    const auto map = endpoints.use();
    for (const auto& [name, endpoint] : *map) result.push_back(endpoint);
    return result;
  }

  void set_map(EndpointMap map) {
    endpoints.replace(std::make_unique<const EndpointMap>(std::move(map)));
    endpoints.drain(kMapDrainMs);
  }

  EndpointMap copy_of_map() { return *endpoints.use(); }

  Loading loading() { return {*parts.source, parts.runtimes, options.load, options.drain_timeout_ms}; }

  // The change to the table and the event that tells of it, together.
  Result<void> persist(const std::function<Result<void>(store::Transaction&)>& change,
                       events::NewEvent event) {
    if (parts.database == nullptr) return {};
    return parts.database->write([&](store::Transaction& transaction) -> Result<void> {
      MARU_TRY(change(transaction));
      if (parts.events != nullptr) MARU_TRY(parts.events->append(transaction, event));
      return {};
    });
  }

  // For what has happened already: not being able to tell of it does not undo it.
  void tell(events::NewEvent event) {
    if (parts.events == nullptr) return;
    const auto subject = event.subject;
    if (const auto told = parts.events->append(std::move(event)); !told)
      log_error("serving", "an event could not be appended",
                {{"subject", subject}, {"error", told.error().message}});
  }

  Result<EndpointInfo> refresh(Endpoint& endpoint, std::optional<std::int64_t> cause);
};

Result<EndpointInfo> Endpoints::State::refresh(Endpoint& endpoint, std::optional<std::int64_t> cause) {
  const auto before = endpoint.info();
  const auto report = endpoint.refresh(loading());
  auto info = endpoint.info();
  events::NewEvent event{
      .subject = subject_of(info.spec.name), .project = info.spec.project, .actor = std::string(kActor)};
  event.cause = cause;
  if (!report) {
    if (info.reason != before.reason) {  // the same failure again is no news
      event.type = "endpoint.changed";
      event.payload = {{"endpoint", info.spec.name}, {"model", info.spec.model},     {"change", "refused"},
                       {"version", info.version},    {"state", name_of(info.state)}, {"reason", info.reason}};
      log_warn("serving", "a version could not take over",
               {{"endpoint", info.spec.name}, {"reason", info.reason}});
      tell(std::move(event));
    }
    return report.error();
  }
  if (!report->swapped) return info;
  event.type = "endpoint.swapped";
  event.payload = {{"endpoint", info.spec.name},
                   {"model", info.spec.model},
                   {"version", report->version},
                   {"load_ms", report->load_ms},
                   {"drained", report->drained}};
  event.payload["previous_version"] =
      report->previous_version == 0 ? Json(nullptr) : Json(report->previous_version);
  log_info("serving", "a version took over",
           {{"endpoint", info.spec.name}, {"version", report->version}, {"load_ms", report->load_ms}});
  tell(std::move(event));
  return info;
}

Endpoints::Endpoints(std::unique_ptr<State> state) : state_(std::move(state)) {}

Endpoints::~Endpoints() {
  for (const auto& endpoint : state_->all()) endpoint->stop(state_->options.drain_timeout_ms);
}

Result<std::unique_ptr<Endpoints>> Endpoints::open(Parts parts, EndpointsOptions options) {
  if (parts.clock == nullptr || parts.source == nullptr)
    return internal("endpoints need a clock and a model source");
  auto state = std::make_unique<State>();
  state->parts = std::move(parts);
  state->options = options;
  EndpointMap map;
  if (state->parts.database != nullptr) {
    MARU_ASSIGN(auto specs,
                state->parts.database->read([](store::Reader& reader) { return all_endpoints(reader); }));
    for (auto& spec : specs) {
      auto name = spec.name;
      map.emplace(std::move(name),
                  std::make_shared<Endpoint>(std::move(spec), *state->parts.clock, state->parts.features));
    }
  }
  state->set_map(std::move(map));
  return std::unique_ptr<Endpoints>(new Endpoints(std::move(state)));
}

Result<EndpointInfo> Endpoints::apply(const EndpointSpec& spec, std::string_view actor,
                                      std::optional<std::int64_t> cause) {
  MARU_TRY(check(spec));
  std::shared_ptr<Endpoint> endpoint;
  {
    const std::scoped_lock lock(state_->change_mutex);
    endpoint = state_->find(spec.name);
    const bool is_new = endpoint == nullptr;
    auto map = state_->copy_of_map();
    if (is_new && map.size() >= state_->options.max_endpoints)
      return make_error(Code::resource_exhausted, "{} endpoints exist, the limit", map.size());
    if (is_new || endpoint->spec() != spec) {
      events::NewEvent event{
          "endpoint.changed", subject_of(spec.name), spec.project, std::string(actor), {}, cause};
      event.payload = {{"endpoint", spec.name},
                       {"model", spec.model},
                       {"alias", spec.version != 0 ? Json(nullptr) : Json(spec.alias)},
                       {"version", spec.version != 0 ? Json(spec.version) : Json(nullptr)},
                       {"change", is_new ? "created" : "updated"}};
      const auto now_ms = state_->parts.clock->now_ms();
      MARU_TRY(state_->persist(
          [&](store::Transaction& transaction) { return put_endpoint(transaction, spec, now_ms); },
          std::move(event)));
    }
    if (is_new) {
      endpoint = std::make_shared<Endpoint>(spec, *state_->parts.clock, state_->parts.features);
      map.emplace(spec.name, endpoint);
      state_->set_map(std::move(map));
    } else {
      endpoint->set_spec(spec);
    }
  }
  if (auto refreshed = state_->refresh(*endpoint, cause)) return refreshed;
  return endpoint->info();  // says why nothing, or still the old version, serves
}

Result<void> Endpoints::remove(std::string_view name, std::string_view actor) {
  std::shared_ptr<Endpoint> endpoint;
  {
    const std::scoped_lock lock(state_->change_mutex);
    MARU_ASSIGN(endpoint, state_->required(name));
    const auto spec = endpoint->spec();
    events::NewEvent event{"endpoint.changed", subject_of(name), spec.project, std::string(actor), {}, {}};
    event.payload = {{"endpoint", name}, {"model", spec.model}, {"change", "removed"}};
    MARU_TRY(
        state_->persist([&](store::Transaction& transaction) { return delete_endpoint(transaction, name); },
                        std::move(event)));
    auto map = state_->copy_of_map();
    map.erase(map.find(name));
    state_->set_map(std::move(map));
  }
  endpoint->stop(state_->options.drain_timeout_ms);
  return {};
}

std::vector<EndpointInfo> Endpoints::list() const {
  std::vector<EndpointInfo> infos;
  for (const auto& endpoint : state_->all()) infos.push_back(endpoint->info());
  return infos;
}

Result<EndpointInfo> Endpoints::get(std::string_view name) const {
  MARU_ASSIGN(const auto endpoint, state_->required(name));
  return endpoint->info();
}

Result<EndpointInfo> Endpoints::refresh(std::string_view name, std::optional<std::int64_t> cause) {
  MARU_ASSIGN(const auto endpoint, state_->required(name));
  return state_->refresh(*endpoint, cause);
}

void Endpoints::refresh_model(std::string_view model, std::optional<std::int64_t> cause) {
  for (const auto& endpoint : state_->all()) {
    if (endpoint->spec().model != model) continue;
    // The reason is on the endpoint and in its event; the caller has other endpoints to go on with.
    static_cast<void>(state_->refresh(*endpoint, cause).has_value());
  }
}

void Endpoints::refresh_all() {
  for (const auto& endpoint : state_->all()) static_cast<void>(state_->refresh(*endpoint, {}).has_value());
}

Result<PredictReply> Endpoints::predict(std::string_view name, PredictRequest request, std::int64_t version) {
  MARU_ASSIGN(const auto endpoint, state_->required(name));
  return endpoint->predict(std::move(request), version, state_->observer.load(std::memory_order_acquire));
}

Result<ModelMetadata> Endpoints::metadata(std::string_view name, std::int64_t version) const {
  MARU_ASSIGN(const auto endpoint, state_->required(name));
  return endpoint->metadata(version);
}

void Endpoints::set_observer(PredictionObserver* observer) {
  state_->observer.store(observer, std::memory_order_release);
}

Result<EndpointStatistics> Endpoints::statistics(std::string_view name) const {
  MARU_ASSIGN(const auto endpoint, state_->required(name));
  return endpoint->statistics();
}

Result<EndpointSeries> Endpoints::series(std::string_view name, DurationMs step_ms) const {
  MARU_ASSIGN(const auto endpoint, state_->required(name));
  return endpoint->series(step_ms);
}

void Endpoints::tick() {
  for (const auto& endpoint : state_->all()) {
    endpoint->unload_drained();
    const auto spec = endpoint->spec();
    for (const auto& window : endpoint->finished_minutes()) {
      const auto& counts = window.counts;
      const double rate = static_cast<double>(counts.errors) / static_cast<double>(counts.requests);
      events::NewEvent event{
          "endpoint.window", subject_of(spec.name), spec.project, std::string(kActor), {}, {}};
      event.payload = {{"endpoint", spec.name},
                       {"model", spec.model},
                       {"version", counts.version},
                       {"window", {{"start", window.start_ms}, {"end", window.start_ms + kMinuteMs}}},
                       {"requests", counts.requests},
                       {"errors", {{"count", counts.errors}, {"rate", rate}}},
                       {"latency", {{"p50", counts.quantile_ms(0.5)}, {"p99", counts.quantile_ms(0.99)}}}};
      state_->tell(std::move(event));
    }
  }
}

}  // namespace maru::serving
