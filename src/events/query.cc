#include "events/internal/query.h"

namespace maru::events {
namespace {

// The first text after all that begin with `prefix`, which ends in '.' or '/'.
std::string after_prefix(std::string prefix) {
  ++prefix.back();
  return prefix;
}

class Where {
 public:
  void add(std::string_view condition, store::Value value) {
    join(" AND ");
    sql_ += condition;
    sql_ += parameter(std::move(value));
  }
  // Texts that a pattern accepts: itself, or what begins with it when it ends in `prefix_end`.
  void add_any(std::string_view column, std::span<const std::string> patterns, char prefix_end) {
    join(" AND ");
    sql_ += '(';
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      if (i != 0) sql_ += " OR ";
      sql_ += column;
      if (patterns[i].ends_with(prefix_end)) {
        sql_ += " >= " + parameter(patterns[i]);
        sql_ += fmt::format(" AND {} < ", column) + parameter(after_prefix(patterns[i]));
      } else {
        sql_ += " = " + parameter(patterns[i]);
      }
    }
    sql_ += ')';
  }
  std::string parameter(store::Value value) {
    params_.push_back(std::move(value));
    return fmt::format("?{}", params_.size());
  }
  const std::string& sql() const { return sql_; }
  std::vector<store::Value> take_params() { return std::move(params_); }

 private:
  void join(std::string_view with) { sql_ += sql_.empty() ? " WHERE " : with; }
  std::string sql_;
  std::vector<store::Value> params_;
};

// A consumer asks for a few types just after its cursor. Their index would gather all such events of history
// and sort them; the log itself, read from the cursor on, gives them in order. coalesce() hides the column
// from the planner, in any engine.
std::string_view type_column(const Filter& filter) {
  const bool is_one_type = filter.types.size() == 1 && !filter.types.front().ends_with('.');
  return filter.after_id && !is_one_type ? "coalesce(type, '')" : "type";
}

}  // namespace

FilterQuery query_of(const Filter& filter) {
  Where where;
  if (!filter.types.empty()) where.add_any(type_column(filter), filter.types, '.');
  if (!filter.subject.empty()) where.add_any("subject", std::span(&filter.subject, 1), '/');
  if (!filter.project.empty()) where.add("project = ", filter.project);
  if (filter.after_id) where.add("id > ", *filter.after_id);
  if (filter.before_id) where.add("id < ", *filter.before_id);
  if (filter.since_ms) where.add("at_ms >= ", *filter.since_ms);
  const std::string limit = where.parameter(filter.limit);
  FilterQuery query;
  query.sql = fmt::format(
      "SELECT id, at_ms, type, subject, project, actor, payload, cause FROM events{} ORDER BY id {} LIMIT {}",
      where.sql(), filter.newest_first ? "DESC" : "ASC", limit);
  query.params = where.take_params();
  return query;
}

}  // namespace maru::events
