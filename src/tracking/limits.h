#pragma once
// What names and values may be. The bounds and the words of the errors are MLflow's, because its clients show
// and test them. Pure.

#include <span>
#include <string_view>

#include "tracking/runs.h"
#include "tracking/types.h"

namespace maru::tracking {

inline constexpr std::size_t kMetricsPerBatch = 1000;
inline constexpr std::size_t kParamsPerBatch = 100;
inline constexpr std::size_t kTagsPerBatch = 100;
inline constexpr std::size_t kItemsPerBatch = 1000;
inline constexpr std::size_t kKeyCharacters = 250;
inline constexpr std::size_t kParamValueCharacters = 6000;
inline constexpr std::size_t kTagValueCharacters = 8000;
inline constexpr std::size_t kExperimentNameCharacters = 500;
inline constexpr std::size_t kExperimentTagValueCharacters = 20000;
inline constexpr std::size_t kDatasetNameCharacters = 500;
inline constexpr std::size_t kDatasetDigestCharacters = 36;
inline constexpr std::size_t kDatasetSourceCharacters = 65'535;
inline constexpr std::size_t kDatasetSchemaCharacters = 1'048'575;
inline constexpr std::size_t kDatasetProfileCharacters = 16'777'215;
inline constexpr std::size_t kInputTagKeyCharacters = 255;
inline constexpr std::size_t kInputTagValueCharacters = 500;
inline constexpr std::int64_t kSearchResults = 50'000;
inline constexpr std::size_t kRunsPerHistoryRequest = 100;

// Unicode code points of UTF-8 text.
std::size_t character_count(std::string_view text);

// `path` is where in the request the name stands ("metrics[3].name").
Result<void> check_key(std::string_view key, std::string_view path);
Result<void> check_run_id(std::string_view run_id);
// invalid_argument, also when it is not a number.
Result<std::int64_t> parse_experiment_id(std::string_view id);
Result<void> check_experiment_name(std::string_view name);
Result<void> check_experiment_tag(const Tag& tag);
Result<void> check_tag(const Tag& tag, std::string_view path);
Result<void> check_metric(const Metric& metric, std::string_view path);
Result<void> check_logged_model_name(std::string_view name);
Result<void> check_dataset(const DatasetInput& input);
// Shortens over-long param and tag values, as MLflow does, then checks everything. `path` prefixes are left
// out for a batch of one metric.
Result<void> check_batch(Batch& batch);
// 1 to kSearchResults.
Result<void> check_max_results(std::int64_t max_results);

}  // namespace maru::tracking
