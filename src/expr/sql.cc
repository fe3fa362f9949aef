#include "expr/sql.h"

#include <algorithm>
#include <cmath>

#include "expr/node.h"

namespace maru::expr {
namespace {

void append(SqlFragment& out, SqlFragment part) {
  out.sql += part.sql;
  std::ranges::move(part.parameters, std::back_inserter(out.parameters));
}

SqlFragment parameter(const Scalar& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) return {*boolean ? "TRUE" : "FALSE", {}};
  if (const auto* text = std::get_if<std::string>(&value)) return {"?", {*text}};
  const auto* number = std::get_if<double>(&value);
  if (number == nullptr) return {"NULL", {}};
  if (std::abs(*number) < 9e15 && *number == std::floor(*number))
    return {"?", {static_cast<std::int64_t>(*number)}};
  return {"?", {*number}};
}

// LIKE's pattern as SQLite's GLOB, which is case-sensitive as LIKE there is not.
std::string glob_of(std::string_view pattern) {
  std::string out;
  for (const char c : pattern) {
    if (c == '%') {
      out += '*';
    } else if (c == '_') {
      out += '?';
    } else if (c == '*' || c == '?' || c == '[') {
      out += {'[', c, ']'};
    } else {
      out += c;
    }
  }
  return out;
}

void append_pattern(SqlFragment& out, const std::string& pattern, bool ignore_case, SqlDialect dialect) {
  if (dialect == SqlDialect::postgres) {
    out.sql += ignore_case ? " ILIKE ? ESCAPE ''" : " LIKE ? ESCAPE ''";
    out.parameters.emplace_back(pattern);
  } else {
    out.sql += ignore_case ? " LIKE ?" : " GLOB ?";
    out.parameters.emplace_back(ignore_case ? pattern : glob_of(pattern));
  }
}

std::string_view sql_of(Operator op) { return op == Operator::not_equal ? "<>" : symbol_of(op); }

std::optional<Comparator> comparator_of(Operator op) {
  if (op >= Operator::equal && op <= Operator::in) {
    return static_cast<Comparator>(static_cast<int>(op) - static_cast<int>(Operator::equal));
  }
  return std::nullopt;
}
static_assert(static_cast<int>(Operator::in) - static_cast<int>(Operator::equal) ==
              static_cast<int>(Comparator::in));

Operator mirrored(Operator op) {
  switch (op) {
    case Operator::less:
      return Operator::greater;
    case Operator::less_equal:
      return Operator::greater_equal;
    case Operator::greater:
      return Operator::less;
    case Operator::greater_equal:
      return Operator::less_equal;
    default:
      return op;
  }
}

// Where null and false mean the same, a room may answer with EXISTS.
enum class Position { only_true_counts, exact };

class Compiler {
 public:
  Compiler(const Expression& expression, const SqlMapping& mapping)
      : names_(expression.names()), mapping_(mapping) {}

  Result<SqlFragment> compile(const Node& node, Position position) const {
    switch (node.op) {
      case Operator::literal:
        return parameter(node.literal);
      case Operator::name:
        return mapping_.column(names_[node.slot]).at(fmt::format("column {}", node.column));
      case Operator::and_:
      case Operator::or_:
        return connective(node, node.children, position);
      case Operator::not_:
        return wrapped("(NOT ", node.children[0], ")");
      case Operator::is_null:
        return wrapped("(", node.children[0], " IS NULL)");
      case Operator::negate:
        return wrapped("(- ", node.children[0], ")");
      case Operator::call:
        return call(node);
      default:
        break;
    }
    if (is_arithmetic(node.op)) return arithmetic(node);
    return comparison(node, position);
  }

 private:
  Result<SqlFragment> wrapped(std::string_view before, const Node& node, std::string_view after) const {
    MARU_ASSIGN(SqlFragment inner, compile(node, Position::exact));
    inner.sql = fmt::format("{}{}{}", before, inner.sql, after);
    return inner;
  }

  // Halved at each level: a database bounds the depth of a condition, and a long list must not be a deep one.
  Result<SqlFragment> connective(const Node& node, std::span<const Node> parts, Position position) const {
    if (parts.size() == 1) return compile(parts[0], position);
    const std::size_t half = parts.size() / 2;
    MARU_ASSIGN(SqlFragment left, connective(node, parts.first(half), position));
    MARU_ASSIGN(SqlFragment right, connective(node, parts.subspan(half), position));
    SqlFragment out{"(", {}};
    append(out, std::move(left));
    out.sql += node.op == Operator::and_ ? " AND " : " OR ";
    append(out, std::move(right));
    out.sql += ')';
    return out;
  }

  Result<SqlFragment> arithmetic(const Node& node) const {
    MARU_ASSIGN(SqlFragment left, compile(node.children[0], Position::exact));
    MARU_ASSIGN(SqlFragment right, compile(node.children[1], Position::exact));
    // Real division, and null for a division by zero, whatever the columns' types and the dialect.
    const bool divides = node.op == Operator::divide || node.op == Operator::modulo;
    const bool named = node.op == Operator::modulo && mapping_.dialect == SqlDialect::sqlite;
    if (node.op == Operator::modulo && !named)
      return wrong_at(node.column, "\"%\" cannot be searched by on this database");
    SqlFragment out{named ? "mod(" : "(", {}};
    if (divides) left.sql = fmt::format("CAST({} AS DOUBLE PRECISION)", left.sql);
    if (divides) right.sql = fmt::format("NULLIF({}, 0)", right.sql);
    append(out, std::move(left));
    out.sql += named ? std::string(", ") : fmt::format(" {} ", symbol_of(node.op));
    append(out, std::move(right));
    out.sql += ')';
    return out;
  }

  Result<SqlFragment> call(const Node& node) const {
    if (node.function->sql.empty()) {
      return wrong_at(node.column, fmt::format("{}(…) cannot be searched by; it works in rules and features",
                                               node.function->name));
    }
    SqlFragment out{fmt::format("{}(", node.function->sql), {}};
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) out.sql += ", ";
      MARU_ASSIGN(SqlFragment argument, compile(node.children[i], Position::exact));
      append(out, std::move(argument));
    }
    out.sql += ')';
    return out;
  }

  Result<SqlFragment> comparison(const Node& node, Position position) const {
    if (position == Position::only_true_counts && mapping_.comparison) {
      if (const auto simple = simple_comparison(node)) {
        if (auto faster = mapping_.comparison(*simple)) return std::move(*faster);
      }
    }
    SqlFragment out{"(", {}};
    MARU_ASSIGN(SqlFragment left, compile(node.children[0], Position::exact));
    append(out, std::move(left));
    if (node.op == Operator::like || node.op == Operator::ilike) {
      const auto* pattern = std::get_if<std::string>(&node.children[1].literal);
      if (node.children[1].op != Operator::literal || pattern == nullptr) {
        return wrong_at(node.children[1].column,
                        fmt::format("\"{}\" needs a quoted pattern such as '%x%'", symbol_of(node.op)));
      }
      append_pattern(out, *pattern, node.op == Operator::ilike, mapping_.dialect);
    } else if (node.op == Operator::in) {
      MARU_TRY(append_rest(out, node, " IN (", ", ", ")"));
    } else if (node.op == Operator::between) {
      MARU_TRY(append_rest(out, node, " BETWEEN ", " AND ", ""));
    } else {
      MARU_TRY(append_rest(out, node, fmt::format(" {} ", sql_of(node.op)), "", ""));
    }
    out.sql += ')';
    return out;
  }

  Result<void> append_rest(SqlFragment& out, const Node& node, std::string_view before,
                           std::string_view between, std::string_view after) const {
    out.sql += before;
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      if (i > 1) out.sql += between;
      MARU_ASSIGN(SqlFragment item, compile(node.children[i], Position::exact));
      append(out, std::move(item));
    }
    out.sql += after;
    return {};
  }

  // name op literal, literal op name, name in (literals).
  std::optional<Comparison> simple_comparison(const Node& node) const {
    const auto comparator = comparator_of(node.op);
    if (!comparator) return std::nullopt;
    const auto is_literal = [](const Node& n) { return n.op == Operator::literal && !is_null(n.literal); };
    const Node& left = node.children[0];
    if (left.op == Operator::name &&
        std::all_of(node.children.begin() + 1, node.children.end(), is_literal)) {
      Comparison simple{names_[left.slot], *comparator, {}};
      for (std::size_t i = 1; i < node.children.size(); ++i)
        simple.literals.push_back(node.children[i].literal);
      return simple;
    }
    const Node& right = node.children[1];
    const bool ordered = node.op <= Operator::greater_equal;
    if (!ordered || right.op != Operator::name || !is_literal(left)) return std::nullopt;
    return Comparison{names_[right.slot], *comparator_of(mirrored(node.op)), {left.literal}};
  }

  const std::vector<Name>& names_;
  const SqlMapping& mapping_;
};

}  // namespace

Result<SqlFragment> to_sql(const Expression& expression, const SqlMapping& mapping) {
  return Compiler(expression, mapping).compile(expression.root(), Position::only_true_counts);
}

void append_comparison(SqlFragment& fragment, Comparator comparator, const std::vector<Scalar>& literals,
                       SqlDialect dialect) {
  const auto op = static_cast<Operator>(static_cast<int>(Operator::equal) + static_cast<int>(comparator));
  if (comparator == Comparator::like || comparator == Comparator::ilike) {
    return append_pattern(fragment, literals.empty() ? "" : to_short_text(literals.front()),
                          comparator == Comparator::ilike, dialect);
  }
  const bool list = comparator == Comparator::in;
  fragment.sql += list ? " IN (" : fmt::format(" {} ", sql_of(op));
  for (std::size_t i = 0; i < literals.size(); ++i) {
    if (i > 0) fragment.sql += ", ";
    append(fragment, parameter(literals[i]));
  }
  if (list) fragment.sql += ')';
}

}  // namespace maru::expr
