// registered-models/search and model-versions/search. Prompts are registered models with a tag; a search
// finds them only when it asks for them by that tag.

#include "base/hash.h"
#include "expr/expression.h"
#include "expr/sql.h"
#include "registry/names.h"
#include "registry/state.h"

namespace maru::registry {
namespace {

constexpr std::int64_t kModelResults = 1000;
constexpr std::int64_t kVersionResults = 200'000;

struct Query {
  std::string sql;
  std::vector<store::Value> values;

  void add(const expr::SqlFragment& fragment) {
    sql += fragment.sql;
    for (const auto& parameter : fragment.parameters) {
      std::visit([&](const auto& value) { add_value(value); }, parameter);
    }
  }
  void add_value(std::monostate) { values.emplace_back(nullptr); }
  void add_value(const auto& value) { values.emplace_back(value); }
};

// A tag by its key. What does not say whether it is a prompt is none.
expr::SqlFragment tag_value(std::string_view sql, std::string key) {
  if (key == kPromptTag) return {fmt::format("coalesce({}, 'false')", sql), {std::move(key)}};
  return {std::string(sql), {std::move(key)}};
}

const expr::Schema& model_schema() {
  static const expr::Schema schema = [] {
    expr::Schema s;
    s.add("attributes.name", expr::Type::text).add("tags.*", expr::Type::text);
    s.add("attributes.creation_timestamp", expr::Type::number);
    s.add("attributes.last_updated_timestamp", expr::Type::number);
    expr::add_mlflow_aliases(s);
    return s.alias("attributes.timestamp", "attributes.last_updated_timestamp");
  }();
  return schema;
}

Result<expr::SqlFragment> model_column(const expr::Name& name) {
  const auto key = name.key();
  if (name.parts.front() == "tags") {
    return tag_value("(SELECT t.value FROM model_tags t WHERE t.model = m.number AND t.key = ?)", key);
  }
  if (key == "creation_timestamp") return expr::SqlFragment{"m.created_ms", {}};
  return expr::SqlFragment{key == "name" ? "m.name" : "m.updated_ms", {}};
}

const expr::Schema& version_schema() {
  static const expr::Schema schema = [] {
    expr::Schema s;
    for (auto name : {"name", "run_id", "source_path", "current_stage", "status", "user_id", "model_id"}) {
      s.add(fmt::format("attributes.{}", name), expr::Type::text);
    }
    for (auto name : {"version_number", "creation_timestamp", "last_updated_timestamp"}) {
      s.add(fmt::format("attributes.{}", name), expr::Type::number);
    }
    s.add("tags.*", expr::Type::text);
    expr::add_mlflow_aliases(s);
    return s.alias("attributes.version", "attributes.version_number")
        .alias("attributes.source", "attributes.source_path");
  }();
  return schema;
}

Result<expr::SqlFragment> version_column(const expr::Name& name) {
  static const std::map<std::string_view, std::string_view> kColumns = {
      {"name", "m.name"},
      {"run_id", "v.run_id"},
      {"source_path", "v.source"},
      {"current_stage", "v.stage"},
      {"user_id", "v.user_id"},
      {"model_id", "v.model_id"},
      {"status",
       "CASE v.status WHEN 0 THEN 'PENDING_REGISTRATION' WHEN 1 THEN 'READY' ELSE 'FAILED_REGISTRATION' END"},
      {"version_number", "v.version"},
      {"creation_timestamp", "v.created_ms"},
      {"last_updated_timestamp", "v.updated_ms"}};
  const auto key = name.key();
  if (name.parts.front() == "tags") {
    return tag_value(
        "(SELECT t.value FROM model_version_tags t WHERE t.model = v.model AND t.version = v.version AND "
        "t.key = ?)",
        key);
  }
  auto found = kColumns.find(key);
  return expr::SqlFragment{found == kColumns.end() ? "" : std::string(found->second), {}};
}

bool mentions_prompts(const expr::Expression& filter) {
  return std::ranges::any_of(filter.names(), [](const expr::Name& name) {
    return name.parts.front() == "tags" && name.key() == kPromptTag;
  });
}

constexpr std::string_view kNotPrompts =
    " AND NOT EXISTS (SELECT 1 FROM model_tags p WHERE p.model = m.number AND p.key = "
    "'mlflow.prompt.is_prompt' "
    "AND p.value IN ('true', 'True'))";

Result<void> add_filter(Query& query, std::string_view text, const expr::Schema& schema,
                        const expr::SqlMapping& mapping) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    query.sql += kNotPrompts;
    return {};
  }
  MARU_ASSIGN(auto parsed, expr::Expression::parse(text).at("Invalid filter string"));
  MARU_ASSIGN(auto bound, parsed.bind(schema).at("Invalid filter string"));
  if (!mentions_prompts(bound)) query.sql += kNotPrompts;
  MARU_ASSIGN(auto condition, expr::to_sql(bound, mapping).at("Invalid filter string"));
  query.sql += " AND (";
  query.add(condition);
  query.sql += ')';
  return {};
}

Result<void> add_order(Query& query, std::span<const std::string> texts, const expr::Schema& schema,
                       const expr::SqlMapping& mapping, std::string_view tie_break) {
  query.sql += " ORDER BY ";
  std::set<std::string> seen;
  for (const auto& text : texts) {
    MARU_ASSIGN(auto terms, expr::parse_order_by(text).at("Invalid order_by clause"));
    for (const auto& term : terms) {
      MARU_ASSIGN(auto bound, term.value.bind(schema).at("Invalid order_by clause"));
      const auto* name = bound.as_name();
      if (name == nullptr || !seen.insert(name->text()).second) {
        return invalid("`order_by` contains duplicate or composed fields: \"{}\"", text);
      }
      MARU_ASSIGN(auto value, expr::to_sql(bound, mapping));
      query.add(value);
      query.sql += term.direction == expr::Direction::ascending ? " ASC, " : " DESC, ";
    }
  }
  query.sql += tie_break;
  return {};
}

Result<std::int64_t> offset_of(std::string_view token) {
  if (token.empty()) return 0;
  auto decoded = base64_decode(token);
  if (!decoded) return invalid("Invalid page token, could not base64-decode");
  auto json = parse_json(*decoded);
  if (!json) return invalid("Invalid page token, decoded value={}", *decoded);
  auto offset = JsonReader(*json).integer("offset");
  if (!offset || *offset < 0) return invalid("Invalid page token, parsed value={}", *decoded);
  return *offset;
}

Result<void> check_max_results(std::int64_t max_results, std::int64_t at_most) {
  if (max_results < 1) {
    return invalid("Invalid value for max_results. It must be a positive integer, but got {}", max_results);
  }
  if (max_results > at_most) {
    return invalid("Invalid value for request parameter max_results. It must be at most {}, but got value {}",
                   at_most, max_results);
  }
  return {};
}

// Runs the query for one row more than asked, and cuts it into a page.
template <class Numbered, class Item>
Result<Page<Item>> run_page(store::Database& database, Query& query, const Search& search,
                            Numbered (*make)(const store::Row&), Item Numbered::*item) {
  MARU_ASSIGN(const auto offset, offset_of(search.page_token));
  query.sql += " LIMIT ? OFFSET ?";
  query.values.emplace_back(search.max_results + 1);
  query.values.emplace_back(offset);
  return database.read([&](store::Reader& reader) -> Result<Page<Item>> {
    MARU_ASSIGN(auto found, reader.all(query.sql, query.values, make));
    Page<Item> page;
    if (std::ssize(found) > search.max_results) {
      found.pop_back();
      page.next_page_token = base64_encode(fmt::format("{{\"offset\": {}}}", offset + search.max_results));
    }
    for (auto& one : found) {
      MARU_TRY(load_details(reader, one));
      page.items.push_back(std::move(one.*item));
    }
    return page;
  });
}

}  // namespace

Result<Page<RegisteredModel>> Store::search_models(const Search& search) const {
  MARU_TRY(check_max_results(search.max_results, kModelResults));
  const expr::SqlMapping mapping{
      .dialect = expr::SqlDialect::sqlite, .column = model_column, .comparison = nullptr};
  Query query{fmt::format("SELECT {} FROM models m WHERE TRUE", kModelColumns), {}};
  MARU_TRY(add_filter(query, search.filter, model_schema(), mapping));
  MARU_TRY(add_order(query, search.order_by, model_schema(), mapping, "m.name"));
  return run_page(state_->database, query, search, model_of, &NumberedModel::model);
}

Result<Page<ModelVersion>> Store::search_versions(const Search& search) const {
  MARU_TRY(check_max_results(search.max_results, kVersionResults));
  const expr::SqlMapping mapping{
      .dialect = expr::SqlDialect::sqlite, .column = version_column, .comparison = nullptr};
  Query query{fmt::format("SELECT {} FROM models m JOIN model_versions v ON v.model = m.number WHERE TRUE",
                          kVersionColumns),
              {}};
  MARU_TRY(add_filter(query, search.filter, version_schema(), mapping));
  MARU_TRY(add_order(
      query, search.order_by, version_schema(), mapping,
      search.order_by.empty() ? "v.updated_ms DESC, m.name, v.version DESC" : "m.name, v.version DESC"));
  return run_page(state_->database, query, search, version_of, &NumberedVersion::version);
}

}  // namespace maru::registry
