// Runs tests/expr/*.test. A file is lines of `word rest`:
//   load {"a": 1}      the record from here on
//   schema closed      one of the schemas below, from here on; `schema none` turns checking off
//   eval EXPRESSION    then any of
//   expect VALUE       what it gives, as it would be typed
//   error TEXT         how parsing, checking or evaluating it fails (a prefix)
//   why SENTENCE       what evaluate_explained says
//   names A, B         the names it mentions
//   sql SQL            what it compiles to on SQLite; then `params JSON`
#include <gtest/gtest.h>

#include <fstream>

#include "expr/expression.h"
#include "expr/sql.h"

namespace maru::expr {
namespace {

Schema run_schema() {
  Schema schema;
  schema.add("metrics.*", Type::number).add("params.*", Type::text).add("tags.*", Type::text);
  for (const char* name : {"run_id", "run_name", "status", "user_id", "artifact_uri"}) {
    schema.add(std::string("attributes.") + name, Type::text);
  }
  schema.add("attributes.start_time", Type::number).add("attributes.end_time", Type::number);
  schema.add("datasets.name", Type::text).add("datasets.digest", Type::text);
  schema.alias("attributes.Created", "attributes.start_time")
      .alias("attributes.Run name", "attributes.run_name");
  return add_mlflow_aliases(schema);
}

SqlMapping run_mapping() {
  SqlMapping mapping;
  mapping.column = [](const Name& name) -> Result<SqlFragment> {
    if (name.parts.front() == "attributes") return SqlFragment{"r." + name.key(), {}};
    return SqlFragment{"(SELECT value FROM " + name.parts.front() + " WHERE run_id = r.run_id AND key = ?)",
                       {name.key()}};
  };
  mapping.comparison = [](const Comparison& comparison) -> std::optional<SqlFragment> {
    if (comparison.name.parts.front() != "metrics") return std::nullopt;
    SqlFragment fragment{"r.run_id IN (SELECT run_id FROM metrics WHERE key = ? AND value",
                         {comparison.name.key()}};
    append_comparison(fragment, comparison.comparator, comparison.literals, SqlDialect::sqlite);
    fragment.sql += ')';
    return fragment;
  };
  return mapping;
}

JsonArray as_json(const std::vector<SqlParameter>& parameters) {
  JsonArray out;
  for (const auto& parameter : parameters) {
    std::visit(
        [&](const auto& value) {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
            out.push_back(nullptr);
          } else {
            out.push_back(Json(value));
          }
        },
        parameter);
  }
  return out;
}

class File {
 public:
  explicit File(const std::filesystem::path& path) : name_(path.filename()), in_(path) {}

  int run() {
    for (std::string line; std::getline(in_, line);) {
      ++line_number_;
      if (line.empty() || line.front() == '#') continue;
      const std::size_t space = line.find(' ');
      const std::string word = line.substr(0, space);
      step(word, space == std::string::npos ? "" : line.substr(space + 1));
    }
    return checks_;
  }

 private:
  void step(const std::string& word, const std::string& rest) {
    SCOPED_TRACE(fmt::format("{}:{}: {} {}", name_, line_number_, word, rest));
    if (word == "load") {
      auto record = parse_json_object(rest);
      ASSERT_TRUE(record) << record.error().message;
      record_ = std::move(*record);
    } else if (word == "schema") {
      schema_ = rest == "runs" ? std::optional(run_schema()) : std::nullopt;
    } else if (word == "eval") {
      eval(rest);
    } else {
      ++checks_;
      check(word, rest);
    }
  }

  void eval(const std::string& text) {
    expression_ = Expression::parse(text);
    if (expression_ && schema_) expression_ = expression_->bind(*schema_);
    value_ = expression_ ? expression_->evaluate(JsonRecord(record_)) : Result<Scalar>(expression_.error());
  }

  void check(const std::string& word, const std::string& rest) {
    if (word == "error") {
      ASSERT_FALSE(value_) << "it gives " << to_text(*value_);
      EXPECT_EQ(value_.error().code, Code::invalid_argument);
      EXPECT_EQ(value_.error().message.substr(0, rest.size()), rest) << value_.error().message;
      return;
    }
    ASSERT_TRUE(expression_) << expression_.error().message;
    if (word == "expect") {
      ASSERT_TRUE(value_) << value_.error().message;
      EXPECT_EQ(to_text(*value_), rest);
    } else if (word == "why") {
      const auto explained =
          expression_->evaluate_explained(JsonRecord(record_), {.vacuous_without = "champion"});
      ASSERT_TRUE(explained) << explained.error().message;
      EXPECT_EQ(explained->sentence, rest);
    } else if (word == "names") {
      EXPECT_EQ(fmt::format("{}", fmt::join(expression_->identifiers(), ", ")), rest);
    } else if (word == "sql" || word == "params") {
      const auto sql = to_sql(*expression_, run_mapping());
      ASSERT_TRUE(sql) << sql.error().message;
      EXPECT_EQ(word == "sql" ? sql->sql : to_json(Json(as_json(sql->parameters))), rest);
    } else if (word == "sqlerror") {
      const auto sql = to_sql(*expression_, run_mapping());
      ASSERT_FALSE(sql);
      EXPECT_EQ(sql.error().message.substr(0, rest.size()), rest) << sql.error().message;
    } else {
      FAIL() << "unknown word";
    }
  }

  std::string name_;
  std::ifstream in_;
  int line_number_ = 0;
  int checks_ = 0;
  JsonObject record_;
  std::optional<Schema> schema_;
  Result<Expression> expression_ = Error{};
  Result<Scalar> value_ = Error{};
};

TEST(ExpressionText, EveryFileHolds) {
  const std::filesystem::path folder = std::filesystem::path(MARU_SOURCE_DIR) / "tests" / "expr";
  int checks = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".test") checks += File(entry.path()).run();
  }
  EXPECT_GT(checks, 150);
}

}  // namespace
}  // namespace maru::expr
