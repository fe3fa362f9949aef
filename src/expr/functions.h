#pragma once
// The functions of the language: one table, one line a function. Only for this room's files.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expr/value.h"

namespace maru::expr {

enum class NullRule { null_if_any, sees_nulls };

struct Function {
  std::string_view name;
  std::size_t at_least;  // arguments
  std::size_t at_most;
  Type argument;  // of every argument; any = whatever
  Type result;    // any = that of the last argument
  NullRule nulls;
  // Values match `argument` already. An error message says what was wrong with them.
  Result<Scalar> (*apply)(std::span<const Scalar> values);
  std::string_view sql;  // its name in SQLite and PostgreSQL; "" = not to be had there
};

std::span<const Function> functions();
const Function* find_function(std::string_view name);  // in any case
std::vector<std::string> function_names();

}  // namespace maru::expr
