// runs/search: the filter language compiled to SQL over the runs of some experiments.

#include "tracking/context.h"
#include "tracking/limits.h"
#include "tracking/page_token.h"
#include "tracking/query.h"
#include "tracking/run_rows.h"
#include "tracking/runs.h"
#include "tracking/tags.h"

namespace maru::tracking {
namespace {

const expr::Schema& run_schema() {
  static const expr::Schema schema = [] {
    expr::Schema s;
    s.add("metrics.*", expr::Type::number).add("params.*", expr::Type::text).add("tags.*", expr::Type::text);
    for (auto name :
         {"run_id", "run_name", "status", "artifact_uri", "user_id", "experiment_id", "lifecycle_stage"}) {
      s.add(fmt::format("attributes.{}", name), expr::Type::text);
    }
    for (auto name : {"start_time", "end_time"})
      s.add(fmt::format("attributes.{}", name), expr::Type::number);
    for (auto name : {"name", "digest", "context"}) s.add(fmt::format("datasets.{}", name), expr::Type::text);
    expr::add_mlflow_aliases(s);
    for (auto spelling : {"created", "Created"})
      s.alias(fmt::format("attributes.{}", spelling), "attributes.start_time");
    for (auto spelling : {"run name", "Run name", "Run Name"}) {
      s.alias(fmt::format("attributes.{}", spelling), "attributes.run_name");
    }
    return s;
  }();
  return schema;
}

std::string_view attribute_column(std::string_view name) {
  static const std::map<std::string_view, std::string_view> kColumns = {
      {"run_id", "r.run_id"},
      {"run_name", "r.name"},
      {"status", "r.status"},
      {"artifact_uri", "r.artifact_uri"},
      {"user_id", "r.user_id"},
      {"experiment_id", "CAST(r.experiment_id AS TEXT)"},
      {"lifecycle_stage", "r.lifecycle"},
      {"start_time", "r.started_ms"},
      {"end_time", "r.ended_ms"}};
  auto found = kColumns.find(name);
  return found == kColumns.end() ? std::string_view() : found->second;
}

std::string dataset_column(std::string_view key) {
  if (key != "context") return fmt::format("d.{}", key);
  return fmt::format(
      "(SELECT t.value FROM run_input_tags t WHERE t.run = i.run AND t.dataset_id = i.dataset_id AND t.key = "
      "'{}')",
      kDatasetContextTag);
}
constexpr std::string_view kDatasetRows =
    "FROM run_inputs i JOIN run_datasets d ON d.id = i.dataset_id WHERE i.run = r.number";

Result<expr::SqlFragment> run_column(const expr::Name& name) {
  const auto& kind = name.parts.front();
  auto key = name.key();
  if (kind == "metrics") {
    return fragment(
        "(SELECT m.value FROM latest_metrics m WHERE m.run = r.number AND m.key = ? AND m.is_nan = 0)",
        {key});
  }
  if (kind == "params")
    return fragment("(SELECT p.value FROM run_params p WHERE p.run = r.number AND p.key = ?)", {key});
  if (kind == "tags")
    return fragment("(SELECT t.value FROM run_tags t WHERE t.run = r.number AND t.key = ?)", {key});
  if (kind == "datasets") {
    return fragment(fmt::format("(SELECT min({}) {})", dataset_column(key), kDatasetRows));
  }
  return fragment(std::string(attribute_column(key)));
}

// A run may have several data sets: any of them may match.
std::optional<expr::SqlFragment> any_dataset(const expr::Comparison& comparison) {
  if (comparison.name.parts.front() != "datasets") return std::nullopt;
  auto out = fragment(
      fmt::format("EXISTS (SELECT 1 {} AND {}", kDatasetRows, dataset_column(comparison.name.key())));
  expr::append_comparison(out, comparison.comparator, comparison.literals, expr::SqlDialect::sqlite);
  out.sql += ')';
  return out;
}

expr::SqlMapping run_mapping() {
  return {.dialect = expr::SqlDialect::sqlite, .column = run_column, .comparison = any_dataset};
}

struct OrderSql {
  Query joins;   // before WHERE
  Query clause;  // after ORDER BY
};

// Metrics sort numbers first, then NaN, then missing; all else missing last.
Result<OrderSql> order_sql(std::span<const OrderBy> terms) {
  OrderSql out;
  bool by_start = false;
  int joined = 0;
  for (const auto& term : terms) {
    const auto* name = term.value.as_name();
    const std::string_view direction = term.ascending ? " ASC, " : " DESC, ";
    if (name != nullptr && name->parts.front() == "metrics") {
      const auto alias = fmt::format("o{}", joined++);
      out.joins.add(fmt::format(" LEFT JOIN latest_metrics {0} ON {0}.run = r.number AND {0}.key = ?", alias),
                    name->key());
      out.clause.add(fmt::format("CASE WHEN {0}.run IS NULL THEN 2 ELSE {0}.is_nan END, {0}.value{1}", alias,
                                 direction));
      continue;
    }
    by_start = by_start || (name != nullptr && name->key() == "start_time");
    MARU_ASSIGN(auto value, expr::to_sql(term.value, run_mapping()));
    out.clause.add("(").add(value).add(") IS NULL, ").add(value).add(direction);
  }
  if (!by_start) out.clause.add("r.started_ms DESC, ");
  out.clause.add("r.run_id");
  return out;
}

Result<Query> search_sql(const RunSearch& search, std::int64_t offset) {
  MARU_ASSIGN(auto terms, parse_order(search.order_by, run_schema()));
  MARU_ASSIGN(auto order, order_sql(terms));
  Query query;
  query.add(fmt::format("SELECT {} FROM runs r", kRunColumns));
  query.add(order.joins.sql);
  query.values = order.joins.values;
  query.add(fmt::format(" WHERE r.experiment_id IN ({})", placeholders(search.experiment_ids.size())));
  for (const auto& id : search.experiment_ids) {
    MARU_ASSIGN(const auto number, parse_experiment_id(id));
    query.values.emplace_back(number);
  }
  if (search.view == ViewType::active_only) query.add(" AND r.lifecycle = 'active'");
  if (search.view == ViewType::deleted_only) query.add(" AND r.lifecycle = 'deleted'");
  MARU_TRY(add_filter(query, search.filter, run_schema(), run_mapping()));
  query.add(" ORDER BY ").add(order.clause.sql);
  std::ranges::copy(order.clause.values, std::back_inserter(query.values));
  query.add(" LIMIT ? OFFSET ?", search.max_results + 1).values.emplace_back(offset);
  return query;
}

}  // namespace

Result<Page<Run>> Runs::search(const RunSearch& search) const {
  MARU_TRY(check_max_results(search.max_results));
  MARU_ASSIGN(const auto offset, parse_page_token(search.page_token));
  MARU_ASSIGN(auto query, search_sql(search, offset));
  return context_.database.read([&](store::Reader& reader) -> Result<Page<Run>> {
    MARU_ASSIGN(auto found, reader.all(query.sql, query.values, run_of));
    Page<Run> page;
    if (std::ssize(found) > search.max_results) {
      found.pop_back();
      page.next_page_token = make_page_token(offset + search.max_results);
    }
    page.items.reserve(found.size());
    for (auto& run : found) {
      MARU_TRY(load_details(reader, run));
      page.items.push_back(std::move(run.run));
    }
    return page;
  });
}

}  // namespace maru::tracking
