#include "api/mlflow/calls.h"
#include "api/mlflow/encode.h"
#include "api/mlflow/fields.h"

namespace maru::api::mlflow {
namespace {

constexpr std::int64_t kBulkResults = 25'000;
constexpr std::size_t kRunsPerRequest = 100;
constexpr std::int64_t kPointsPerRun = 2'500;

using PointsOfRuns = std::vector<std::pair<std::string, tracking::Metric>>;

void append_point(std::string& out, const std::pair<std::string, tracking::Metric>& point) {
  ObjectWriter object(out);
  object.text("key", point.second.key);
  object.number("value", point.second.value);
  object.integer("timestamp", point.second.timestamp_ms);
  object.integer("step", point.second.step);
  object.text("run_id", point.first);
}

net::Response answer_points(const PointsOfRuns& points) {
  std::string out;
  {
    ObjectWriter object(out);
    object.list("metrics", points, append_point);
  }
  auto response = net::Response::json(std::move(out));
  response.compressible = true;
  return response;
}

}  // namespace

Result<net::Response> get_history(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  tracking::Runs::HistoryQuery query;
  MARU_ASSIGN(query.run_id, fields.run_id());
  MARU_ASSIGN(query.key, fields.text("metric_key"));
  MARU_ASSIGN(query.page_token, fields.text_or("page_token"));
  MARU_ASSIGN(auto limit, fields.optional_integer("max_results"));
  if (limit && *limit <= 0) {
    return invalid("Invalid value {} for parameter 'max_results' supplied. It must be a positive integer.",
                   *limit);
  }
  query.max_results = limit.value_or(0);
  MARU_ASSIGN(auto page, api.tracking.runs().history(query));
  return answer_page("metrics", page.items, page.next_page_token);
}

Result<net::Response> get_history_bulk(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  MARU_ASSIGN(auto run_ids, fields.texts("run_id"));
  if (run_ids.empty()) return invalid("GetMetricHistoryBulk request must specify at least one run_id.");
  if (run_ids.size() > kRunsPerRequest) {
    return invalid("GetMetricHistoryBulk request cannot specify more than {} run_ids. Received {} run_ids.",
                   kRunsPerRequest, run_ids.size());
  }
  if (!fields.has("metric_key")) return invalid("GetMetricHistoryBulk request must specify a metric_key.");
  MARU_ASSIGN(auto key, fields.text("metric_key"));
  MARU_ASSIGN(auto limit, fields.integer_or("max_results", kBulkResults));
  MARU_ASSIGN(auto points, api.tracking.runs().history_bulk(run_ids, key, std::min(limit, kBulkResults)));
  if (points.empty()) return net::Response::json(std::string(R"({"metrics":[]})"));
  return answer_points(points);
}

Result<net::Response> get_history_bulk_interval(const Api& api, net::Request& request) {
  MARU_ASSIGN(auto fields, Fields::of(request));
  tracking::Runs::IntervalQuery query;
  MARU_ASSIGN(query.run_ids, fields.texts("run_ids"));
  if (query.run_ids.empty()) return missing_field("run_ids");
  if (query.run_ids.size() > kRunsPerRequest) {
    return invalid(
        "GetMetricHistoryBulkInterval request must specify at most {} run_ids. Received {} run_ids.",
        kRunsPerRequest, query.run_ids.size());
  }
  MARU_ASSIGN(query.key, fields.text("metric_key"));
  MARU_ASSIGN(query.start_step, fields.optional_integer("start_step"));
  MARU_ASSIGN(query.end_step, fields.optional_integer("end_step"));
  MARU_ASSIGN(query.max_results, fields.integer_or("max_results", kPointsPerRun));
  if (query.max_results < 1 || query.max_results > kPointsPerRun) {
    return invalid("max_results must be between 1 and {}.", kPointsPerRun);
  }
  MARU_ASSIGN(auto points, api.tracking.runs().history_interval(query));
  return answer_points(points);
}

}  // namespace maru::api::mlflow
