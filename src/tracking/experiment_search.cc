// experiments/search.

#include "tracking/context.h"
#include "tracking/experiment_rows.h"
#include "tracking/experiments.h"
#include "tracking/limits.h"
#include "tracking/page_token.h"
#include "tracking/query.h"

namespace maru::tracking {
namespace {

const expr::Schema& experiment_schema() {
  static const expr::Schema schema = [] {
    expr::Schema s;
    s.add("attributes.name", expr::Type::text).add("attributes.experiment_id", expr::Type::text);
    s.add("attributes.creation_time", expr::Type::number)
        .add("attributes.last_update_time", expr::Type::number);
    s.add("tags.*", expr::Type::text);
    return expr::add_mlflow_aliases(s);
  }();
  return schema;
}

Result<expr::SqlFragment> experiment_column(const expr::Name& name) {
  const auto key = name.key();
  if (name.parts.front() == "tags") {
    return fragment("(SELECT t.value FROM experiment_tags t WHERE t.experiment_id = e.id AND t.key = ?)",
                    {key});
  }
  if (key == "creation_time") return fragment("e.created_ms");
  if (key == "last_update_time") return fragment("e.updated_ms");
  return fragment(key == "experiment_id" ? "CAST(e.id AS TEXT)" : "e.name");
}

Result<Query> search_sql(const ExperimentSearch& search, std::int64_t offset) {
  const expr::SqlMapping mapping{
      .dialect = expr::SqlDialect::sqlite, .column = experiment_column, .comparison = nullptr};
  Query query;
  query.add(fmt::format("SELECT {} FROM experiments e WHERE TRUE", kExperimentColumns));
  if (search.view == ViewType::active_only) query.add(" AND e.lifecycle = 'active'");
  if (search.view == ViewType::deleted_only) query.add(" AND e.lifecycle = 'deleted'");
  MARU_TRY(add_filter(query, search.filter, experiment_schema(), mapping));
  MARU_ASSIGN(auto terms, parse_order(search.order_by, experiment_schema()));
  query.add(" ORDER BY ");
  if (terms.empty()) query.add("e.created_ms DESC, e.id ASC, ");
  for (const auto& term : terms) {
    const auto* name = term.value.as_name();
    if (name != nullptr && name->key() == "experiment_id") {
      query.add("e.id");
    } else {
      MARU_ASSIGN(auto value, expr::to_sql(term.value, mapping));
      query.add(value);
    }
    query.add(term.ascending ? " ASC, " : " DESC, ");
  }
  query.add("e.id DESC LIMIT ? OFFSET ?", search.max_results + 1).values.emplace_back(offset);
  return query;
}

}  // namespace

Result<Page<Experiment>> Experiments::search(const ExperimentSearch& search) const {
  MARU_TRY(check_max_results(search.max_results));
  MARU_ASSIGN(const auto offset, parse_page_token(search.page_token));
  MARU_ASSIGN(auto query, search_sql(search, offset));
  return context_.database.read([&](store::Reader& reader) -> Result<Page<Experiment>> {
    Page<Experiment> page;
    MARU_ASSIGN(page.items, reader.all(query.sql, query.values, experiment_of));
    if (std::ssize(page.items) > search.max_results) {
      page.items.pop_back();
      page.next_page_token = make_page_token(offset + search.max_results);
    }
    for (auto& experiment : page.items) MARU_TRY(load_tags(reader, experiment));
    return page;
  });
}

}  // namespace maru::tracking
