#include "base/ids.h"
#include "serving/endpoints.h"

namespace maru::serving {
namespace {

const std::array<std::string, 3> kPolicies{"allow_nan", "refuse", "allow"};
constexpr std::array<std::string_view, 3> kStates{"loading", "ready", "failed"};
constexpr std::array<std::string_view, 7> kPhases{"idle",      "resolving", "loading",  "warming",
                                                  "switching", "draining",  "unloading"};
constexpr std::int64_t kMostInFlight = 100'000;
constexpr std::int64_t kMostBatchRows = 10'000'000;
constexpr std::int64_t kMostWarmRows = 10'000;

Result<NonFinite> non_finite_named(const JsonReader& json, std::string_view name) {
  for (std::size_t i = 0; i < kPolicies.size(); ++i)
    if (kPolicies[i] == name) return static_cast<NonFinite>(i);
  return invalid("{}.non_finite: \"{}\" is unknown{}: expected {}", json.path(), name,
                 did_you_mean(name, kPolicies), fmt::join(kPolicies, ", "));
}

Result<std::int64_t> integer_within(const JsonReader& json, std::string_view name, std::int64_t fallback,
                                    std::int64_t least, std::int64_t most) {
  MARU_ASSIGN(const auto value, json.integer_or(name, fallback));
  if (value >= least && value <= most) return value;
  return invalid("{}{}{}: expected {} to {}, got {}", json.path(), json.path().empty() ? "" : ".", name,
                 least, most, value);
}

}  // namespace

std::string_view name_of(NonFinite policy) { return kPolicies.at(static_cast<std::size_t>(policy)); }
std::string_view name_of(EndpointState state) { return kStates.at(static_cast<std::size_t>(state)); }
std::string_view name_of(SwapPhase phase) { return kPhases.at(static_cast<std::size_t>(phase)); }

JsonObject EndpointSpec::json() const {
  JsonObject object{{"name", name},
                    {"project", project},
                    {"model", model},
                    {"alias", alias},
                    {"features", features},
                    {"log_sample", log_sample},
                    {"warm_rows", warm_rows},
                    {"max_in_flight", max_in_flight},
                    {"max_batch_rows", max_batch_rows},
                    {"non_finite", name_of(non_finite)}};
  if (version != 0) object["version"] = version;
  return object;
}

Result<EndpointSpec> EndpointSpec::from_json(const JsonReader& json) {
  MARU_TRY(json.only({"name", "project", "model", "alias", "version", "features", "log_sample", "warm_rows",
                      "max_in_flight", "max_batch_rows", "non_finite"}));
  EndpointSpec spec;
  MARU_ASSIGN(spec.name, json.text("name"));
  MARU_ASSIGN(spec.project, json.text_or("project", ""));
  MARU_ASSIGN(spec.model, json.text_or("model", spec.name));
  MARU_ASSIGN(spec.alias, json.text_or("alias", spec.alias));
  MARU_ASSIGN(spec.version, integer_within(json, "version", 0, 0, std::numeric_limits<std::int64_t>::max()));
  MARU_ASSIGN(spec.features, json.text_or("features", ""));
  MARU_ASSIGN(spec.log_sample, json.number_or("log_sample", spec.log_sample));
  MARU_ASSIGN(const auto warm_rows, integer_within(json, "warm_rows", spec.warm_rows, 0, kMostWarmRows));
  spec.warm_rows = static_cast<int>(warm_rows);
  MARU_ASSIGN(spec.max_in_flight,
              integer_within(json, "max_in_flight", spec.max_in_flight, 1, kMostInFlight));
  MARU_ASSIGN(spec.max_batch_rows,
              integer_within(json, "max_batch_rows", spec.max_batch_rows, 1, kMostBatchRows));
  MARU_ASSIGN(const auto policy, json.text_or("non_finite", std::string(name_of(spec.non_finite))));
  MARU_ASSIGN(spec.non_finite, non_finite_named(json, policy));
  MARU_TRY(check(spec));
  return spec;
}

Result<void> check(const EndpointSpec& spec) {
  if (!is_plain_name(spec.name))
    return invalid("endpoint name \"{}\": expected letters, digits, '.', '_' or '-', at most 128", spec.name);
  if (spec.model.empty()) return invalid("endpoint {}: model is required", spec.name);
  if (spec.version == 0 && spec.alias.empty())
    return invalid("endpoint {}: an alias or a version is required", spec.name);
  if (!(spec.log_sample >= 0 && spec.log_sample <= 1))
    return invalid("endpoint {}: log_sample: expected 0 to 1, got {}", spec.name, spec.log_sample);
  if (spec.max_in_flight < 1 || spec.max_batch_rows < 1 || spec.warm_rows < 0)
    return invalid("endpoint {}: limits may not be below 1", spec.name);
  return {};
}

}  // namespace maru::serving
