#include "features/internal/point_in_time_sql.h"

namespace maru::features {
namespace {

using store::sql_identifier;

constexpr std::string_view kVisible =
    "maru visible";  // when a row could first be seen: it had happened and was known
constexpr std::string_view kOrder = "maru order";  // among rows of one entity: greater wins
constexpr std::string_view kBucket = "maru bucket";

std::string identifier(std::string_view name) { return sql_identifier(name); }

std::string_view sql_type(ColumnType type) {
  switch (type) {
    case ColumnType::boolean:
      return "BOOLEAN";
    case ColumnType::int64:
      return "BIGINT";
    case ColumnType::float64:
      return "DOUBLE";
    case ColumnType::timestamp:
      return "TIMESTAMP";
    case ColumnType::text:
      break;
  }
  return "VARCHAR";
}

std::string finite(const std::string& value, ColumnType type) {
  return type == ColumnType::float64 ? fmt::format("CASE WHEN isfinite({0}) THEN {0} END", value) : value;
}

std::string typed(const std::string& column, ColumnType type, Cleaning cleaning) {
  std::string cast = fmt::format("CAST({} AS {})", column, sql_type(type));
  return cleaning == Cleaning::rows ? finite(cast, type) : cast;
}

std::string name_at(const Relation& relation, std::size_t index) {
  return identifier(relation.columns[index].first);
}

std::string key_list(const Relation& relation, const std::vector<std::size_t>& keys,
                     std::string_view prefix = "") {
  std::string out;
  for (const std::size_t key : keys)
    out += fmt::format("{}{}{}", out.empty() ? "" : ", ", prefix, name_at(relation, key));
  return out;
}

std::string keys_equal(const Relation& relation, const std::vector<std::size_t>& keys) {
  std::string out;
  for (const std::size_t key : keys)
    out += fmt::format("{0}e.{1} = s.{1}", out.empty() ? "" : " AND ", name_at(relation, key));
  return out;
}

std::string known_from(const Relation& relation) {
  const std::string timestamp = name_at(relation, relation.timestamp);
  return relation.created ? fmt::format("coalesce({}, {})", name_at(relation, *relation.created), timestamp)
                          : timestamp;
}

std::string visible_from(const Relation& relation) {
  const std::string timestamp = name_at(relation, relation.timestamp);
  return relation.created ? fmt::format("greatest({}, {})", timestamp, known_from(relation)) : timestamp;
}

// Which of an entity's rows wins: newest timestamp, then created last, then the greatest values in column
// order.
std::string winning_order(const Relation& relation) {
  std::string out = name_at(relation, relation.timestamp) + ", " + known_from(relation);
  for (std::size_t i = 0; i < relation.columns.size(); ++i)
    out += fmt::format(", {} NULLS FIRST", name_at(relation, i));
  return out;
}

std::string milliseconds(DurationMs duration) { return fmt::format("to_milliseconds({})", duration); }

// The latest row by ASOF. When rows may tie or overtake each other, only rows that were the winner from the
// moment they became visible are kept first, so that the newest visible moment is the winner's.
std::string latest_sql(const ViewModel& view, const std::vector<std::size_t>& keys, const std::string& source,
                       const RelationFacts& facts, AtTime at_time) {
  const Relation& relation = *view.relation;
  std::string columns, features;
  for (std::size_t i = 0; i < view.columns.size(); ++i) {
    columns += fmt::format(", {} AS f{}", name_at(relation, view.columns[i]), i);
    std::string value = fmt::format("s.f{}", i);
    if (cleaning_for(view, facts) == Cleaning::answer) value = finite(value, view.features[i].second);
    if (view.view.ttl_ms != 0)
      value = fmt::format("CASE WHEN e.{} - s.{} <= {} THEN {} END", identifier(kAt), identifier(kEventTime),
                          milliseconds(view.view.ttl_ms), value);
    features += fmt::format(", {} AS f{}", value, i);
  }
  const std::string key_columns = key_list(relation, keys);
  std::string rows =
      fmt::format("SELECT {}, {} AS {}, {} AS {}{}", key_columns, name_at(relation, relation.timestamp),
                  identifier(kEventTime), visible_from(relation), identifier(kVisible), columns);
  if (facts.has_ties || facts.has_overtakes) {
    rows += fmt::format(", row_number() OVER (PARTITION BY {} ORDER BY {}) AS {} FROM ({})", key_columns,
                        winning_order(relation), identifier(kOrder), source);
    rows = fmt::format(
        "SELECT * FROM ({}) QUALIFY {} = max({}) OVER (PARTITION BY {} ORDER BY {} RANGE UNBOUNDED "
        "PRECEDING)",
        rows, identifier(kOrder), identifier(kOrder), key_columns, identifier(kVisible));
  } else {
    rows += fmt::format(" FROM ({})", source);
  }
  return fmt::format("SELECT e.{}{} FROM {} e ASOF LEFT JOIN ({}) s ON {} AND e.{} {} s.{} ORDER BY e.{}",
                     identifier(kRow), features, identifier(kEntityRows), rows, keys_equal(relation, keys),
                     identifier(kAt), at_time == AtTime::included ? ">=" : ">", identifier(kVisible),
                     identifier(kRow));
}

std::string aggregate_call(const WindowAggregate& aggregate, const std::string& value, bool has_ties) {
  const std::string order = has_ties ? "s." + identifier(kOrder) : "s." + identifier(kEventTime);
  const std::string in_window =
      fmt::format("s.{0} > e.{1} - {2} AND s.{0} <= e.{1} - {3} AND {4} IS NOT NULL", identifier(kEventTime),
                  identifier(kAt), milliseconds(aggregate.offset_ms + aggregate.window_ms),
                  milliseconds(aggregate.offset_ms), value);
  const std::string filter = fmt::format(" FILTER (WHERE {})", in_window);
  const std::string number = fmt::format("CAST({} AS DOUBLE)", value);
  switch (aggregate.function) {
    case Aggregate::last:
      return fmt::format("arg_max({}, {}){}", value, order, filter);
    case Aggregate::min:
      return fmt::format("min({}){}", value, filter);
    case Aggregate::max:
      return fmt::format("max({}){}", value, filter);
    case Aggregate::count:
      return fmt::format("count({}){}", value, filter);
    case Aggregate::sum:
      return fmt::format("fsum({}){}", number, filter);
    case Aggregate::mean:
      return fmt::format("fsum({0}){1} / count({0}){1}", number, filter);
    case Aggregate::std:
      return fmt::format("stddev_samp({}){}", number, filter);
  }
  return "NULL";
}

DurationMs reach_of(const View& view) {
  DurationMs reach = 1;
  for (const auto& [name, aggregate] : view.aggregates)
    reach = std::max(reach, aggregate.offset_ms + aggregate.window_ms);
  return view.ttl_ms == 0 ? reach : std::min(reach, view.ttl_ms + 1);
}

// Number of the stretch of time, `reach` long, that a time lies in.
std::string bucket_of(const std::string& time, DurationMs reach) {
  return fmt::format("CAST(floor(epoch_ms({}) / {}.0) AS BIGINT)", time, reach);
}

// Windows reach back at most `reach`, so their rows lie in the entity row's own stretch of time or the one
// before it: an equality that a hash join can use, where ranges alone would compare every pair.
std::string aggregate_sql(const ViewModel& view, const std::vector<std::size_t>& keys,
                          const std::string& source, const RelationFacts& facts, AtTime at_time) {
  const Relation& relation = *view.relation;
  const DurationMs reach = reach_of(view.view);
  const std::string timestamp = name_at(relation, relation.timestamp), key_columns = key_list(relation, keys);
  std::string columns, calls;
  for (std::size_t i = 0; i < view.columns.size(); ++i) {
    columns += fmt::format(", {} AS f{}", name_at(relation, view.columns[i]), i);
    calls += fmt::format(
        ", {} AS f{}",
        aggregate_call(view.view.aggregates[i].second, fmt::format("s.f{}", i), facts.has_ties), i);
  }
  const std::string order = facts.has_ties
                                ? fmt::format(", row_number() OVER (PARTITION BY {} ORDER BY {}) AS {}",
                                              key_columns, winning_order(relation), identifier(kOrder))
                                : "";
  const std::string rows = fmt::format("SELECT {}, {} AS {}, {} AS {}, {} AS {}{}{} FROM ({}{})", key_columns,
                                       timestamp, identifier(kEventTime), visible_from(relation),
                                       identifier(kVisible), bucket_of(timestamp, reach), identifier(kBucket),
                                       columns, order, facts.has_ties ? "SELECT DISTINCT * FROM " : "",
                                       facts.has_ties ? "(" + source + ")" : source);
  const std::string entity_rows =
      fmt::format("SELECT *, unnest([{0}, {0} - 1]) AS {1} FROM {2}", bucket_of(identifier(kAt), reach),
                  identifier(kBucket), identifier(kEntityRows));
  const std::string ttl = view.view.ttl_ms == 0
                              ? ""
                              : fmt::format(" AND e.{} - s.{} <= {}", identifier(kAt), identifier(kEventTime),
                                            milliseconds(view.view.ttl_ms));
  return fmt::format(
      "SELECT e.{0}{1} FROM ({2}) e LEFT JOIN ({3}) s ON {4} AND e.{5} = s.{5} AND s.{6} {7} e.{8}{9} GROUP "
      "BY e.{0} ORDER BY e.{0}",
      identifier(kRow), calls, entity_rows, rows, keys_equal(relation, keys), identifier(kBucket),
      identifier(kVisible), at_time == AtTime::included ? "<=" : "<", identifier(kAt), ttl);
}

}  // namespace

std::string relation_sql(const Relation& relation, const std::vector<std::string>& available,
                         Cleaning cleaning) {
  std::string columns;
  for (const auto& [name, type] : relation.columns) {
    const bool has = std::find(available.begin(), available.end(), name) != available.end();
    const std::string value =
        has ? typed(identifier(name), type, cleaning) : fmt::format("CAST(NULL AS {})", sql_type(type));
    columns += fmt::format("{}{} AS {}", columns.empty() ? "" : ", ", value, identifier(name));
  }
  return fmt::format("SELECT {} FROM {}", columns, identifier(kSourceFiles));
}

std::string view_relation_sql(const Relation& relation, std::string_view sql, Cleaning cleaning) {
  std::string columns;
  for (const auto& [name, type] : relation.columns)
    columns += fmt::format("{}{} AS {}", columns.empty() ? "" : ", ", typed(identifier(name), type, cleaning),
                           identifier(name));
  return fmt::format("SELECT {} FROM (\n{}\n)", columns, sql);
}

Cleaning cleaning_for(const ViewModel& view, const RelationFacts& facts) {
  const bool by_rows = view.view.kind == ViewKind::aggregate || facts.has_ties || facts.has_overtakes;
  return by_rows ? Cleaning::rows : Cleaning::answer;
}

std::string facts_sql(const Relation& relation, const std::string& relation_sql,
                      const std::vector<std::size_t>& keys) {
  const std::string timestamp = name_at(relation, relation.timestamp), key_columns = key_list(relation, keys);
  if (!relation.created)
    return fmt::format(
        "SELECT count(*) AS ties, 0 AS overtakes FROM (SELECT 1 FROM ({}) GROUP BY {}, {} HAVING count(*) > "
        "1 LIMIT 1)",
        relation_sql, key_columns, timestamp);
  return fmt::format(
      "SELECT count(*) FILTER (WHERE t = t_before) AS ties, count(*) FILTER (WHERE v <= v_before) AS "
      "overtakes FROM (SELECT t, v, lag(t) OVER w AS t_before, "
      "lag(v) OVER w AS v_before FROM (SELECT {0}, {1} AS t, {2} AS v FROM ({3})) WINDOW w AS (PARTITION BY "
      "{0} ORDER BY t))",
      key_columns, timestamp, visible_from(relation), relation_sql);
}

std::string join_sql(const ViewModel& view, const std::vector<std::size_t>& keys,
                     const std::string& relation_sql, const RelationFacts& facts, AtTime at_time) {
  return view.view.kind == ViewKind::aggregate ? aggregate_sql(view, keys, relation_sql, facts, at_time)
                                               : latest_sql(view, keys, relation_sql, facts, at_time);
}

}  // namespace maru::features
