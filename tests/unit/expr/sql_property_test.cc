// The law: an expression compiled to SQL and run by SQLite gives what evaluate() gives in memory.

#include <gtest/gtest.h>

#include <random>

#include <sqlite3.h>

#include "expr/sql.h"

namespace maru::expr {
namespace {

using Random = std::mt19937;

std::string pick(Random& random, std::initializer_list<const char*> choices) {
  return choices.begin()[random() % choices.size()];
}
std::string number_expression(Random& random, int depth);
std::string text_expression(Random& random) {
  return pick(random, {"s", "t", "'demand'", "'De'", "''", "lower(s)", "coalesce(s, t, 'x')"});
}

std::string condition(Random& random, int depth) {
  const auto inner = [&] { return condition(random, depth - 1); };
  switch (depth > 0 ? random() % 9 : random() % 5) {
    case 0:
      return number_expression(random, depth) + pick(random, {" < ", " >= ", " = ", " != "}) +
             number_expression(random, depth);
    case 1:
      return text_expression(random) + pick(random, {" < ", " = ", " <> "}) + text_expression(random);
    case 2:
      return text_expression(random) + pick(random, {" like ", " not like ", " ilike "}) +
             pick(random, {"'d%'", "'%A_d'", "'%[a*?'", "'_'"});
    case 3:
      return number_expression(random, depth) + pick(random, {" in ", " not in "}) + "(1, b, -2.5)";
    case 4:
      return pick(random, {"a is null", "s is not null", "a between b and 3", "b not between -1 and a"});
    case 5:
      return "not (" + inner() + ")";
    case 6:
      return "(" + inner() + ") and (" + inner() + ")";
    case 7:
      return "(" + inner() + ") or (" + inner() + ")";
    default:
      return "(" + inner() + " or " + inner() + " and " + inner() + ")";
  }
}

std::string number_expression(Random& random, int depth) {
  if (depth <= 0 || random() % 2 == 0) return pick(random, {"a", "b", "1", "-2.5", "0", "3"});
  const auto inner = [&] { return number_expression(random, depth - 1); };
  switch (random() % 3) {
    case 0:
      return "abs(" + inner() + ")";
    case 1:
      return "length(" + text_expression(random) + ")";
    default:
      return "(" + inner() + pick(random, {" + ", " - ", " * ", " / ", " % "}) + inner() + ")";
  }
}

class Database {
 public:
  Database() { EXPECT_EQ(sqlite3_open(":memory:", &connection_), SQLITE_OK); }
  ~Database() { sqlite3_close(connection_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // null, false or true of one condition.
  Scalar evaluate(const std::string& sql, const std::vector<SqlParameter>& parameters) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(connection_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection_);
    int index = 0;
    for (const auto& parameter : parameters) bind(statement, ++index, parameter);
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW) << sqlite3_errmsg(connection_);
    const Scalar out = sqlite3_column_type(statement, 0) == SQLITE_NULL
                           ? Scalar()
                           : Scalar(sqlite3_column_double(statement, 0) != 0);
    sqlite3_finalize(statement);
    return out;
  }

 private:
  static void bind(sqlite3_stmt* statement, int index, const SqlParameter& parameter) {
    if (const auto* integer = std::get_if<std::int64_t>(&parameter))
      sqlite3_bind_int64(statement, index, *integer);
    if (const auto* real = std::get_if<double>(&parameter)) sqlite3_bind_double(statement, index, *real);
    if (const auto* text = std::get_if<std::string>(&parameter))
      sqlite3_bind_text(statement, index, text->c_str(), -1, SQLITE_TRANSIENT);
  }
  sqlite3* connection_ = nullptr;
};

SqlFragment column_sql(const Scalar& value) {
  if (const auto* number = std::get_if<double>(&value)) return {"?", {*number}};
  if (const auto* text = std::get_if<std::string>(&value)) return {"?", {*text}};
  return {"NULL", {}};
}

TEST(SqlProperty, AgreesWithEvaluation) {
  Random random(20110501);
  Database database;
  const std::vector<Scalar> numbers{Scalar(), 0.0, 1.0, 3.0, -2.5, 7.25};
  const std::vector<Scalar> texts{Scalar(), "demand", "Demand", "a[a*?", "", "x"};
  for (int i = 0; i < 5000; ++i) {
    const std::string text = condition(random, 3);
    SCOPED_TRACE(text);
    const auto expression = Expression::parse(text);
    ASSERT_TRUE(expression) << expression.error().message;
    std::map<std::string, Scalar> record;
    for (const char* name : {"a", "b"}) record[name] = numbers[random() % numbers.size()];
    for (const char* name : {"s", "t"}) record[name] = texts[random() % texts.size()];

    std::vector<Scalar> values;
    for (const auto& name : expression->names()) values.push_back(record[name.text()]);
    const auto in_memory = expression->evaluate(values);
    ASSERT_TRUE(in_memory) << in_memory.error().message;

    SqlMapping mapping;
    mapping.column = [&](const Name& name) -> Result<SqlFragment> { return column_sql(record[name.text()]); };
    const auto sql = to_sql(*expression, mapping);
    ASSERT_TRUE(sql) << sql.error().message;
    EXPECT_EQ(to_text(database.evaluate("SELECT " + sql->sql, sql->parameters)), to_text(*in_memory))
        << sql->sql;
  }
}

TEST(Sql, ALongListOfConditionsIsNotADeepOne) {
  std::string text = "a = 0";
  for (int i = 1; i < 3000; ++i) text += fmt::format(" or a = {}", i);
  SqlMapping mapping;
  mapping.column = [](const Name&) -> Result<SqlFragment> { return SqlFragment{"2999", {}}; };
  const auto sql = to_sql(*Expression::parse(text), mapping);
  ASSERT_TRUE(sql);
  EXPECT_EQ(Database().evaluate("SELECT " + sql->sql, sql->parameters), Scalar(true));
}

TEST(Sql, PostgresUsesItsOwnLike) {
  SqlMapping mapping;
  mapping.dialect = SqlDialect::postgres;
  mapping.column = [](const Name& name) -> Result<SqlFragment> { return SqlFragment{name.text(), {}}; };
  EXPECT_EQ(to_sql(*Expression::parse("s like 'a%'"), mapping)->sql, "(s LIKE ? ESCAPE '')");
  EXPECT_EQ(to_sql(*Expression::parse("s ilike 'a%'"), mapping)->sql, "(s ILIKE ? ESCAPE '')");
}

}  // namespace
}  // namespace maru::expr
