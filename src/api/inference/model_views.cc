#include "api/inference/model_views.h"

#include <charconv>

namespace maru::api::inference {
namespace {

constexpr std::string_view kExtensions[] = {"binary_tensor_data", "model_repository", "statistics",
                                            "model_configuration"};

JsonArray tensors_json(std::span<const serving::TensorSpec> specs) {
  JsonArray list;
  for (const serving::TensorSpec& spec : specs) {
    list.push_back(JsonObject{{"name", spec.name},
                              {"datatype", name_of(spec.type)},
                              {"shape", JsonArray(spec.shape.begin(), spec.shape.end())}});
  }
  return list;
}

// Triton's config names types TYPE_FP32 and the text type TYPE_STRING.
JsonArray config_tensors(std::span<const serving::TensorSpec> specs) {
  JsonArray list;
  for (const serving::TensorSpec& spec : specs) {
    const std::string type =
        spec.type == serving::DataType::bytes ? "TYPE_STRING" : fmt::format("TYPE_{}", name_of(spec.type));
    list.push_back(JsonObject{
        {"name", spec.name}, {"data_type", type}, {"dims", JsonArray(spec.shape.begin(), spec.shape.end())}});
  }
  return list;
}

JsonObject counted(std::uint64_t count, double mean_ms) {
  constexpr double kNsPerMs = 1e6;
  return {{"count", count},
          {"ns", static_cast<std::uint64_t>(static_cast<double>(count) * mean_ms * kNsPerMs)}};
}

}  // namespace

std::span<const std::string_view> server_extensions() { return kExtensions; }

JsonObject server_metadata(std::string_view version) {
  JsonArray extensions;
  for (const std::string_view extension : kExtensions) extensions.emplace_back(extension);
  return {{"name", "maru"}, {"version", version}, {"extensions", std::move(extensions)}};
}

JsonObject model_metadata(const serving::EndpointInfo& endpoint) {
  return {{"name", endpoint.spec.name},
          {"versions", JsonArray{Json(std::to_string(endpoint.version))}},
          {"platform", endpoint.metadata.platform},
          {"inputs", tensors_json(endpoint.metadata.inputs)},
          {"outputs", tensors_json(endpoint.metadata.outputs)}};
}

std::string_view repository_state(serving::EndpointState state) {
  switch (state) {
    case serving::EndpointState::ready:
      return "READY";
    case serving::EndpointState::loading:
      return "LOADING";
    case serving::EndpointState::failed:
      return "UNAVAILABLE";
  }
  return "UNAVAILABLE";
}

JsonArray repository_index(std::span<const serving::EndpointInfo> endpoints, bool only_ready) {
  JsonArray index;
  for (const serving::EndpointInfo& endpoint : endpoints) {
    const bool is_ready = endpoint.state == serving::EndpointState::ready;
    if (only_ready && !is_ready) continue;
    JsonObject entry{{"name", endpoint.spec.name},
                     {"state", repository_state(endpoint.state)},
                     {"reason", endpoint.reason}};
    if (is_ready) entry["version"] = std::to_string(endpoint.version);
    index.push_back(std::move(entry));
  }
  return index;
}

JsonObject model_statistics(const serving::EndpointInfo& endpoint,
                            const serving::EndpointStatistics& statistics) {
  const std::uint64_t answered = statistics.requests - statistics.errors;
  return {{"name", endpoint.spec.name},
          {"version", std::to_string(endpoint.version)},
          {"inference_count", statistics.rows},
          {"execution_count", answered},
          {"inference_stats",
           {{"success", counted(answered, statistics.latency.mean_ms)},
            {"fail", counted(statistics.errors, 0)},
            {"compute_infer", counted(answered, statistics.latency.mean_ms)}}},
          {"batch_stats", JsonArray()}};
}

JsonObject model_configuration(const serving::EndpointInfo& endpoint) {
  return {{"name", endpoint.spec.name},
          {"platform", endpoint.metadata.platform},
          {"backend", endpoint.metadata.flavor},
          {"max_batch_size", 0},
          {"input", config_tensors(endpoint.metadata.inputs)},
          {"output", config_tensors(endpoint.metadata.outputs)}};
}

Result<std::int64_t> version_of(std::string_view model, std::string_view version) {
  if (version.empty()) return 0;
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(version.data(), version.data() + version.size(), number);
  if (problem != std::errc() || end != version.data() + version.size() || number <= 0) {
    return not_found("model \"{}\" has no version \"{}\": versions are 1, 2, …", model, version);
  }
  return number;
}

Result<serving::EndpointInfo> serving_endpoint(const serving::Endpoints& endpoints, std::string_view name,
                                               std::string_view version) {
  MARU_ASSIGN(const std::int64_t wanted, version_of(name, version));
  MARU_ASSIGN(serving::EndpointInfo endpoint, endpoints.get(name));
  if (endpoint.version == 0) {
    return make_error(Code::unavailable, "model \"{}\" is {}{}{}", name, name_of(endpoint.state),
                      endpoint.reason.empty() ? "" : ": ", endpoint.reason);
  }
  if (wanted != 0 && wanted != endpoint.version) {
    return not_found("model \"{}\" serves version {}, not {}", name, endpoint.version, wanted);
  }
  return endpoint;
}

}  // namespace maru::api::inference
