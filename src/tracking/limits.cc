#include "tracking/limits.h"

#include "base/json.h"

namespace maru::tracking {
namespace {

constexpr std::string_view kNameRule =
    "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) "
    "and slashes "
    "(/).";

std::string json_text(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

Error wrong_value(std::string_view path, std::string_view value, std::string_view message) {
  return invalid("Invalid value {} for parameter '{}' supplied: {}", json_text(value), path, message);
}

Error too_long(std::string_view what, std::size_t limit) {
  return invalid("'{}' exceeds the maximum length of {} characters", what, limit);
}

bool is_name_character(char c) {
  auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80) return true;  // letters of other scripts
  return std::isalnum(byte) != 0 || c == '/' || c == '_' || c == '.' || c == '-' || c == ' ' || c == ':';
}

// The path with empty and "." segments dropped and ".." applied: what POSIX would make of it.
std::string normal_path(std::string_view path) {
  const bool absolute = path.starts_with('/');
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    auto cut = path.find('/');
    auto part = path.substr(0, cut);
    path = cut == std::string_view::npos ? std::string_view() : path.substr(cut + 1);
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (!absolute) {
      parts.push_back(part);
    }
  }
  std::string out = absolute ? "/" : "";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) out += '/';
    out += parts[i];
  }
  return out.empty() ? "." : out;
}

bool is_word(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0 || c == '_' || c == '-';
}

void shorten(std::string& text, std::size_t limit_characters) {
  if (text.size() <= limit_characters || character_count(text) <= limit_characters) return;
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) continue;
    if (seen++ == limit_characters) break;
  }
  text.resize(at);
}

Result<void> check_count(std::string_view what, std::size_t limit, std::size_t count) {
  if (count <= limit) return {};
  return invalid(
      "A batch logging request can contain at most {0} {2}. Got {1} {2}. Please split up {2} across multiple "
      "requests and "
      "try again.",
      limit, count, what);
}

Result<void> check_param_keys_unique(std::span<const Param> params) {
  std::unordered_set<std::string_view> seen;
  std::string repeated;
  for (const auto& param : params) {
    if (seen.insert(param.key).second) continue;
    repeated += fmt::format("{}'{}'", repeated.empty() ? "" : ", ", param.key);
  }
  if (repeated.empty()) return {};
  return invalid(
      "Duplicate parameter keys have been submitted: [{}]. Please ensure the request contains only one param "
      "value per "
      "param key.",
      repeated);
}

}  // namespace

std::size_t character_count(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Result<void> check_key(std::string_view key, std::string_view path) {
  if (!std::ranges::all_of(key, is_name_character)) return wrong_value(path, key, kNameRule);
  // The common key has nothing that a path could resolve: no allocation for it.
  const bool plain = !key.empty() && key.find('/') == std::string_view::npos && !key.starts_with('.');
  if (plain) return {};
  auto normal = normal_path(key);
  if (normal == key && normal != "." && !normal.starts_with("..") && !normal.starts_with('/')) return {};
  return wrong_value(
      path, key,
      fmt::format("Names may be treated as files in certain cases, and must not resolve to other names when "
                  "treated as such. This name would resolve to '{}'",
                  normal));
}

Result<void> check_run_id(std::string_view run_id) {
  const bool fits = !run_id.empty() && character_count(run_id) <= 256 &&
                    std::isalnum(static_cast<unsigned char>(run_id.front())) != 0 &&
                    std::ranges::all_of(run_id, is_word);
  if (fits) return {};
  return invalid("Invalid value {} for parameter 'run_id' supplied.", json_text(run_id));
}

Result<std::int64_t> parse_experiment_id(std::string_view id) {
  std::int64_t number = 0;
  auto [end, problem] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (problem == std::errc() && end == id.data() + id.size()) return number;
  return invalid("Invalid experiment ID '{}'. Experiment ID must be a valid integer.", id);
}

Result<void> check_experiment_name(std::string_view name) {
  if (name.empty()) return invalid("Invalid experiment name: ''");
  if (character_count(name) > kExperimentNameCharacters) return too_long("name", kExperimentNameCharacters);
  return {};
}

Result<void> check_experiment_tag(const Tag& tag) {
  MARU_TRY(check_key(tag.key, "key"));
  if (character_count(tag.key) > kKeyCharacters) return too_long("key", kKeyCharacters);
  if (character_count(tag.value) > kExperimentTagValueCharacters) {
    return too_long("value", kExperimentTagValueCharacters);
  }
  return {};
}

Result<void> check_tag(const Tag& tag, std::string_view path) {
  const std::string key_path = path.empty() ? "key" : fmt::format("{}.key", path);
  MARU_TRY(check_key(tag.key, key_path));
  if (character_count(tag.key) > kKeyCharacters) return too_long(key_path, kKeyCharacters);
  return {};
}

Result<void> check_metric(const Metric& metric, std::string_view path) {
  auto where = [&](std::string_view name) {
    return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
  };
  if (auto ok = check_key(metric.key, "name"); !ok) return check_key(metric.key, where("name"));
  if (metric.timestamp_ms < 0) {
    return invalid(
        "Invalid value {} for parameter '{}' supplied: metric '{}' (value={}). Timestamp must be a "
        "nonnegative long (64-bit "
        "integer) ",
        metric.timestamp_ms, where("timestamp"), metric.key, metric.value);
  }
  if (metric.key.size() > kKeyCharacters && character_count(metric.key) > kKeyCharacters) {
    return too_long("Metric name", kKeyCharacters);
  }
  return {};
}

Result<void> check_logged_model_name(std::string_view name) {
  constexpr std::string_view kForbidden = "/:.%\"'";
  if (name.find_first_of(kForbidden) == std::string_view::npos) return {};
  return invalid(
      "Invalid model name ('{}') provided. Model name must be a non-empty string and cannot contain the "
      "following "
      "characters: ('/', ':', '.', '%', '\"', \"'\")",
      name);
}

Result<void> check_dataset(const DatasetInput& input) {
  const auto& dataset = input.dataset;
  auto fits = [](std::string_view what, std::string_view text, std::size_t limit) -> Result<void> {
    if (text.size() > limit && character_count(text) > limit) return too_long(what, limit);
    return {};
  };
  MARU_TRY(fits("name", dataset.name, kDatasetNameCharacters));
  MARU_TRY(fits("digest", dataset.digest, kDatasetDigestCharacters));
  MARU_TRY(fits("source", dataset.source, kDatasetSourceCharacters));
  MARU_TRY(fits("schema", dataset.schema.value_or(""), kDatasetSchemaCharacters));
  MARU_TRY(fits("profile", dataset.profile.value_or(""), kDatasetProfileCharacters));
  for (const auto& tag : input.tags) {
    MARU_TRY(fits("key", tag.key, kInputTagKeyCharacters));
    MARU_TRY(fits("value", tag.value, kInputTagValueCharacters));
  }
  return {};
}

Result<void> check_batch(Batch& batch) {
  for (std::size_t i = 0; i < batch.metrics.size(); ++i) {
    if (auto ok = check_metric(batch.metrics[i], ""); ok) continue;
    return check_metric(batch.metrics[i], batch.metrics.size() == 1 ? "" : fmt::format("metrics[{}]", i));
  }
  for (std::size_t i = 0; i < batch.params.size(); ++i) {
    auto& param = batch.params[i];
    MARU_TRY(check_key(param.key, fmt::format("params[{}].key", i)));
    if (character_count(param.key) > kKeyCharacters) return too_long("Param key", kKeyCharacters);
    shorten(param.value, kParamValueCharacters);
  }
  for (std::size_t i = 0; i < batch.tags.size(); ++i) {
    MARU_TRY(check_tag(batch.tags[i], fmt::format("tags[{}]", i)));
    shorten(batch.tags[i].value, kTagValueCharacters);
  }
  MARU_TRY(check_count("metrics", kMetricsPerBatch, batch.metrics.size()));
  MARU_TRY(check_count("params", kParamsPerBatch, batch.params.size()));
  MARU_TRY(check_count("tags", kTagsPerBatch, batch.tags.size()));
  MARU_TRY(check_count("metrics, params, and tags", kItemsPerBatch,
                       batch.metrics.size() + batch.params.size() + batch.tags.size()));
  return check_param_keys_unique(batch.params);
}

Result<void> check_max_results(std::int64_t max_results) {
  if (max_results < 1) {
    return invalid("Invalid value {} for parameter 'max_results' supplied. It must be a positive integer.",
                   max_results);
  }
  if (max_results > kSearchResults) {
    return invalid("Invalid value {} for parameter 'max_results' supplied. It must be at most {}.",
                   max_results, kSearchResults);
  }
  return {};
}

}  // namespace maru::tracking
