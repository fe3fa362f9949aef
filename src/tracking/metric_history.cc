// Reading metrics back: all points of one, or a sample that keeps the shape for charts.

#include "tracking/context.h"
#include "tracking/limits.h"
#include "tracking/page_token.h"
#include "tracking/run_rows.h"
#include "tracking/runs.h"
#include "tracking/statements.h"

namespace maru::tracking {
namespace {

constexpr std::string_view kHistory =
    "SELECT value, is_nan, timestamp_ms, step FROM run_metrics WHERE run = ?1 AND key = ?2 "
    "ORDER BY timestamp_ms, step, value LIMIT ?3 OFFSET ?4";
constexpr std::string_view kCount =
    "SELECT count(*) FROM run_metrics WHERE run = ?1 AND key = ?2 AND step BETWEEN ?3 AND ?4";
constexpr std::string_view kBySteps =
    "SELECT value, is_nan, timestamp_ms, step FROM run_metrics WHERE run = ?1 AND key = ?2 AND step BETWEEN "
    "?3 AND ?4 "
    "ORDER BY step, timestamp_ms, value, is_nan";

constexpr store::NamedStatement kStatements[] = {{"tracking.metric_history", kHistory},
                                                 {"tracking.count_metric_points", kCount},
                                                 {"tracking.metric_points_by_step", kBySteps}};

Metric metric_of(const store::Row& row, std::string_view key) {
  Metric metric;
  metric.key = key;
  metric.value = metric_value(row.number(0), row.boolean(1));
  metric.timestamp_ms = row.int64(2);
  metric.step = row.int64(3);
  return metric;
}

// Whether the point at `index` of `count` is kept when at most `wanted` may be: the first and the last are,
// and the rest evenly between them. With one, it is the last.
bool is_sampled(std::int64_t index, std::int64_t count, std::int64_t wanted) {
  if (count <= wanted) return true;
  if (wanted == 1) return index == count - 1;
  // Point i of the sample is floor(i * (count - 1) / (wanted - 1)); index is kept when some i maps to it.
  const auto steps = wanted - 1;
  const auto i = (index * steps + count - 2) / (count - 1);
  return i <= steps && i * (count - 1) / steps == index;
}

}  // namespace

std::span<const store::NamedStatement> metric_history_statements() { return kStatements; }

Result<Page<Metric>> Runs::history(const HistoryQuery& query) const {
  MARU_ASSIGN(const auto offset, parse_page_token(query.page_token));
  constexpr std::int64_t kEverything = std::numeric_limits<std::int64_t>::max();
  const auto limit = query.max_results > 0 ? query.max_results + 1 : kEverything;
  return context_.database.read([&](store::Reader& reader) -> Result<Page<Metric>> {
    MARU_ASSIGN(auto run, find_run(reader, query.run_id));
    Page<Metric> page;
    MARU_ASSIGN(page.items, reader.all(kHistory, {run.number, query.key, limit, offset},
                                       [&](const store::Row& row) { return metric_of(row, query.key); }));
    if (query.max_results > 0 && std::ssize(page.items) > query.max_results) {
      page.items.pop_back();
      page.next_page_token = make_page_token(offset + query.max_results);
    }
    return page;
  });
}

Result<std::vector<std::pair<std::string, Metric>>> Runs::history_bulk(std::span<const std::string> run_ids,
                                                                       std::string_view key,
                                                                       std::int64_t max_results) const {
  std::vector<std::string> ordered(run_ids.begin(), run_ids.end());
  std::ranges::sort(ordered);
  return context_.database.read(
      [&](store::Reader& reader) -> Result<std::vector<std::pair<std::string, Metric>>> {
        std::vector<std::pair<std::string, Metric>> out;
        for (const auto& run_id : ordered) {
          const auto room = max_results - std::ssize(out);
          if (room <= 0) break;
          auto run = find_run(reader, run_id);
          if (!run) continue;  // a run that is not there has no points
          MARU_TRY(reader.query(kHistory, {run->number, key, room, 0}, [&](const store::Row& row) {
            out.emplace_back(run_id, metric_of(row, key));
          }));
        }
        return out;
      });
}

Result<std::vector<std::pair<std::string, Metric>>> Runs::history_interval(const IntervalQuery& query) const {
  if (query.start_step.has_value() != query.end_step.has_value()) {
    return invalid("If either start step or end step are specified, both must be specified.");
  }
  const auto first = query.start_step.value_or(std::numeric_limits<std::int64_t>::min());
  const auto last = query.end_step.value_or(std::numeric_limits<std::int64_t>::max());
  if (first > last) {
    return invalid("end_step must be greater than start_step. Found start_step={} and end_step={}.", first,
                   last);
  }
  return context_.database.read(
      [&](store::Reader& reader) -> Result<std::vector<std::pair<std::string, Metric>>> {
        std::vector<std::pair<std::string, Metric>> out;
        for (const auto& run_id : query.run_ids) {
          MARU_ASSIGN(auto run, find_run(reader, run_id));
          MARU_ASSIGN(auto count, reader.first(kCount, {run.number, query.key, first, last},
                                               [](const store::Row& row) { return row.int64(0); }));
          std::int64_t index = 0;
          MARU_TRY(reader.query(kBySteps, {run.number, query.key, first, last}, [&](const store::Row& row) {
            if (is_sampled(index++, count.value_or(0), query.max_results))
              out.emplace_back(run_id, metric_of(row, query.key));
          }));
        }
        return out;
      });
}

}  // namespace maru::tracking
