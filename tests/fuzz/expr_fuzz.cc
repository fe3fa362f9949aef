// Any text: parsing ends with an expression or an error, never otherwise; what parses evaluates, explains
// itself and compiles, and parses again from its own text to the same thing.

#include <cstdint>
#include <cstdlib>

#include "expr/sql.h"

using namespace maru;
using namespace maru::expr;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const JsonObject record{{"a", 1},       {"b", -2.5}, {"t", "text"},
                                 {"n", nullptr}, {"y", true}, {"tags", {{"x", "y"}}}};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)parse_order_by(text);
  const auto expression = Expression::parse(text);
  if (!expression) return expression.error().message.empty() ? std::abort(), 0 : 0;

  const auto value = expression->evaluate(JsonRecord(record));
  (void)expression->evaluate_explained(JsonRecord(record), {.vacuous_without = "tags"});
  (void)expression->check(Schema(Schema::Unknown::allow));
  SqlMapping mapping;
  mapping.column = [](const Name& name) -> Result<SqlFragment> { return SqlFragment{"?", {name.text()}}; };
  if (const auto sql = to_sql(*expression, mapping)) {
    const auto holes = static_cast<std::size_t>(std::count(sql->sql.begin(), sql->sql.end(), '?'));
    if (holes != sql->parameters.size() || sql->sql.find('\'') != std::string::npos)
      std::abort();  // a value became text
  }
  const auto again = Expression::parse(expression->text());
  if (!again || again->identifiers() != expression->identifiers()) std::abort();
  const auto same = again->evaluate(JsonRecord(record));
  if (same.has_value() != value.has_value() || (value && *same != *value)) std::abort();
  return 0;
}
