#pragma once
// A SQL query put together from fixed pieces and compiled expressions. Only for this room's files.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "expr/expression.h"
#include "expr/sql.h"
#include "store/value.h"

namespace maru::tracking {

struct Query {
  std::string sql;
  std::vector<store::Value> values;  // one for each `?`, in order

  Query& add(std::string_view text) {
    sql += text;
    return *this;
  }
  Query& add(const expr::SqlFragment& fragment);
  Query& add(std::string_view text, store::Value value) {
    values.push_back(std::move(value));
    return add(text);
  }
};

// " AND (<filter>)", or nothing for "". invalid_argument as the expression language says.
Result<void> add_filter(Query& query, std::string_view filter, const expr::Schema& schema,
                        const expr::SqlMapping& mapping);

struct OrderBy {
  expr::Expression value;
  bool ascending = true;
};
// The terms of every text ("metrics.rmse DESC", also several in one), bound to the schema. invalid_argument
// when one name comes twice.
Result<std::vector<OrderBy>> parse_order(std::span<const std::string> texts, const expr::Schema& schema);

// A fragment with text parameters.
expr::SqlFragment fragment(std::string sql, std::vector<std::string> texts = {});

}  // namespace maru::tracking
