#include "tracking/query.h"

namespace maru::tracking {
namespace {

store::Value value_of(const expr::SqlParameter& parameter) {
  return std::visit(
      [](const auto& value) -> store::Value {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
          return nullptr;
        } else {
          return value;
        }
      },
      parameter);
}

}  // namespace

Query& Query::add(const expr::SqlFragment& fragment) {
  sql += fragment.sql;
  for (const auto& parameter : fragment.parameters) values.push_back(value_of(parameter));
  return *this;
}

Result<void> add_filter(Query& query, std::string_view filter, const expr::Schema& schema,
                        const expr::SqlMapping& mapping) {
  if (filter.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
  MARU_ASSIGN(auto parsed, expr::Expression::parse(filter).at("Invalid filter string"));
  MARU_ASSIGN(auto bound, parsed.bind(schema).at("Invalid filter string"));
  MARU_ASSIGN(auto condition, expr::to_sql(bound, mapping).at("Invalid filter string"));
  query.add(" AND (").add(condition).add(")");
  return {};
}

Result<std::vector<OrderBy>> parse_order(std::span<const std::string> texts, const expr::Schema& schema) {
  std::vector<OrderBy> out;
  std::set<std::string> seen;
  for (const auto& text : texts) {
    MARU_ASSIGN(auto terms, expr::parse_order_by(text).at("Invalid order_by clause"));
    for (auto& term : terms) {
      MARU_ASSIGN(auto bound, term.value.bind(schema).at("Invalid order_by clause"));
      const auto* name = bound.as_name();
      if (!seen.insert(name != nullptr ? name->text() : bound.text()).second) {
        return invalid("`order_by` contains duplicate fields: \"{}\"", text);
      }
      out.push_back({std::move(bound), term.direction == expr::Direction::ascending});
    }
  }
  return out;
}

expr::SqlFragment fragment(std::string sql, std::vector<std::string> texts) {
  expr::SqlFragment out{std::move(sql), {}};
  for (auto& text : texts) out.parameters.emplace_back(std::move(text));
  return out;
}

}  // namespace maru::tracking
