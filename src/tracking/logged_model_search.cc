// logged-models/search.

#include "tracking/context.h"
#include "tracking/limits.h"
#include "tracking/logged_model_rows.h"
#include "tracking/logged_models.h"
#include "tracking/page_token.h"
#include "tracking/query.h"

namespace maru::tracking {
namespace {

const expr::Schema& model_schema() {
  static const expr::Schema schema = [] {
    expr::Schema s;
    s.add("metrics.*", expr::Type::number).add("params.*", expr::Type::text).add("tags.*", expr::Type::text);
    for (auto name :
         {"name", "model_id", "model_type", "source_run_id", "experiment_id", "status", "artifact_uri"}) {
      s.add(fmt::format("attributes.{}", name), expr::Type::text);
    }
    for (auto name : {"creation_timestamp", "last_updated_timestamp"}) {
      s.add(fmt::format("attributes.{}", name), expr::Type::number);
    }
    expr::add_mlflow_aliases(s);
    s.alias("attributes.creation_time", "attributes.creation_timestamp");
    s.alias("attributes.creation_timestamp_ms", "attributes.creation_timestamp");
    s.alias("attributes.last_updated_timestamp_ms", "attributes.last_updated_timestamp");
    return s;
  }();
  return schema;
}

std::string_view attribute_column(std::string_view name) {
  static const std::map<std::string_view, std::string_view> kColumns = {
      {"name", "l.name"},
      {"model_id", "l.model_id"},
      {"model_type", "l.type"},
      {"source_run_id", "l.source_run_id"},
      {"experiment_id", "CAST(l.experiment_id AS TEXT)"},
      {"artifact_uri", "l.artifact_uri"},
      {"creation_timestamp", "l.created_ms"},
      {"last_updated_timestamp", "l.updated_ms"},
      {"status",
       "CASE l.status WHEN 1 THEN 'PENDING' WHEN 2 THEN 'READY' WHEN 3 THEN 'FAILED' ELSE 'UNSPECIFIED' "
       "END"}};
  auto found = kColumns.find(name);
  return found == kColumns.end() ? std::string_view() : found->second;
}

// " AND (m.dataset_name = ? [AND m.dataset_digest = ?] OR …)"
expr::SqlFragment on_datasets(const LoggedModelSearch& search) {
  auto out = fragment("");
  for (const auto& [name, digest] : search.datasets) {
    out.sql += out.sql.empty() ? " AND (" : " OR ";
    out.sql += digest.empty() ? "m.dataset_name = ?" : "(m.dataset_name = ? AND m.dataset_digest = ?)";
    out.parameters.emplace_back(name);
    if (!digest.empty()) out.parameters.emplace_back(digest);
  }
  if (!out.sql.empty()) out.sql += ')';
  return out;
}

// The newest value of a metric of model l, on a data set when one is named.
expr::SqlFragment newest_metric(std::string key, const expr::SqlFragment& datasets) {
  auto out = fragment(
      "(SELECT m.value FROM logged_model_metrics m WHERE m.model_id = l.model_id AND m.key = ?", {key});
  out.sql += datasets.sql;
  out.parameters.insert(out.parameters.end(), datasets.parameters.begin(), datasets.parameters.end());
  out.sql += " ORDER BY m.timestamp_ms DESC, m.step DESC, m.run_id LIMIT 1)";
  return out;
}

Result<expr::SqlFragment> model_column(const expr::Name& name, const expr::SqlFragment& datasets) {
  const auto& kind = name.parts.front();
  auto key = name.key();
  if (kind == "metrics") return newest_metric(std::move(key), datasets);
  if (kind == "params") {
    return fragment("(SELECT p.value FROM logged_model_params p WHERE p.model_id = l.model_id AND p.key = ?)",
                    {key});
  }
  if (kind == "tags") {
    return fragment("(SELECT t.value FROM logged_model_tags t WHERE t.model_id = l.model_id AND t.key = ?)",
                    {key});
  }
  return fragment(std::string(attribute_column(key)));
}

// A model may have a metric at several steps, runs and data sets: any of them may match.
std::optional<expr::SqlFragment> any_metric(const expr::Comparison& comparison,
                                            const expr::SqlFragment& datasets) {
  if (comparison.name.parts.front() != "metrics") return std::nullopt;
  auto out =
      fragment("EXISTS (SELECT 1 FROM logged_model_metrics m WHERE m.model_id = l.model_id AND m.key = ?",
               {comparison.name.key()});
  out.sql += datasets.sql;
  out.parameters.insert(out.parameters.end(), datasets.parameters.begin(), datasets.parameters.end());
  out.sql += " AND m.value";
  expr::append_comparison(out, comparison.comparator, comparison.literals, expr::SqlDialect::sqlite);
  out.sql += ')';
  return out;
}

Result<expr::SqlFragment> order_column(const LoggedModelOrder& order) {
  constexpr std::string_view kMetrics = "metrics.";
  if (order.field.starts_with(kMetrics)) {
    auto datasets = fragment("");
    if (!order.dataset_name.empty()) datasets = fragment(" AND m.dataset_name = ?", {order.dataset_name});
    if (!order.dataset_digest.empty()) {
      datasets.sql += " AND m.dataset_digest = ?";
      datasets.parameters.emplace_back(order.dataset_digest);
    }
    return newest_metric(order.field.substr(kMetrics.size()), datasets);
  }
  if (order.field.find('.') != std::string::npos) {
    return invalid("Invalid order by field name: {}. Only metrics are supported.", order.field);
  }
  auto resolved = model_schema().resolve(expr::Name::of(order.field));
  if (!resolved) return invalid("Invalid order by field name: {}", order.field);
  return fragment(std::string(attribute_column(resolved->name.key())));
}

Result<void> add_order(Query& query, std::span<const LoggedModelOrder> order_by) {
  query.add(" ORDER BY ");
  bool by_creation = false;
  for (const auto& order : order_by) {
    by_creation = by_creation || order.field.starts_with("creation_time");
    MARU_ASSIGN(auto value, order_column(order));
    query.add("(").add(value).add(") IS NULL, ").add(value).add(order.ascending ? " ASC, " : " DESC, ");
  }
  if (!by_creation) query.add("l.created_ms DESC, ");
  query.add("l.model_id");
  return {};
}

Result<Query> search_sql(const LoggedModelSearch& search, std::int64_t offset) {
  const auto datasets = on_datasets(search);
  const expr::SqlMapping mapping{
      .dialect = expr::SqlDialect::sqlite,
      .column = [&](const expr::Name& name) { return model_column(name, datasets); },
      .comparison = [&](const expr::Comparison& comparison) { return any_metric(comparison, datasets); }};
  Query query;
  query.add(
      fmt::format("SELECT {} FROM logged_models l WHERE l.lifecycle = 'active' AND l.experiment_id IN ({})",
                  kLoggedModelColumns, placeholders(search.experiment_ids.size())));
  for (const auto& id : search.experiment_ids) {
    MARU_ASSIGN(const auto number, parse_experiment_id(id));
    query.values.emplace_back(number);
  }
  if (!search.datasets.empty()) {
    query.add(" AND EXISTS (SELECT 1 FROM logged_model_metrics m WHERE m.model_id = l.model_id")
        .add(datasets)
        .add(")");
  }
  MARU_TRY(add_filter(query, search.filter, model_schema(), mapping));
  MARU_TRY(add_order(query, search.order_by));
  query.add(" LIMIT ? OFFSET ?", search.max_results + 1).values.emplace_back(offset);
  return query;
}

}  // namespace

Result<Page<LoggedModel>> LoggedModels::search(const LoggedModelSearch& search) const {
  MARU_TRY(check_max_results(search.max_results));
  for (const auto& [name, digest] : search.datasets) {
    if (name.empty()) return invalid("`dataset_name` in the `datasets` clause must be specified.");
  }
  MARU_ASSIGN(const auto offset, parse_page_token(search.page_token));
  MARU_ASSIGN(auto query, search_sql(search, offset));
  return context_.database.read([&](store::Reader& reader) -> Result<Page<LoggedModel>> {
    Page<LoggedModel> page;
    MARU_ASSIGN(page.items, reader.all(query.sql, query.values, logged_model_of));
    if (std::ssize(page.items) > search.max_results) {
      page.items.pop_back();
      page.next_page_token = make_page_token(offset + search.max_results);
    }
    for (auto& model : page.items) MARU_TRY(load_details(reader, model));
    return page;
  });
}

}  // namespace maru::tracking
