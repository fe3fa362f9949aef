#include "expr/functions.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/time.h"
#include "expr/lexer.h"

namespace maru::expr {
namespace {

using Values = std::span<const Scalar>;
constexpr std::size_t kManyArguments = 64;

double number(const Scalar& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? 1 : 0;
  return std::get<double>(value);
}
const std::string& text(const Scalar& value) { return std::get<std::string>(value); }

template <double (*F)(double)>
Result<Scalar> of_number(Values v) {
  return Scalar(F(number(v[0])));
}

template <int CivilTime::*Field>
Result<Scalar> of_time(Values v) {
  // Beyond the years that the calendar knows there is no hour or weekday.
  constexpr double kYear9999Ms = 253402300799999.0;
  if (std::abs(number(v[0])) > kYear9999Ms) return Scalar();
  return Scalar(static_cast<double>(civil_time(static_cast<TimeMs>(std::floor(number(v[0])))).*Field));
}

double absolute(double x) { return std::fabs(x); }
double floor_of(double x) { return std::floor(x); }
double ceiling_of(double x) { return std::ceil(x); }
double logarithm(double x) { return x > 0 ? std::log(x) : std::nan(""); }
double exponential(double x) { return std::exp(x); }
double square_root(double x) { return std::sqrt(x); }
double sine(double x) { return std::sin(x); }
double cosine(double x) { return std::cos(x); }

Result<Scalar> smallest(Values v) { return Scalar(number(*std::ranges::min_element(v, {}, number))); }
Result<Scalar> largest(Values v) { return Scalar(number(*std::ranges::max_element(v, {}, number))); }
Result<Scalar> coalesce(Values v) {
  const auto found = std::ranges::find_if_not(v, is_null);
  return found == v.end() ? Scalar() : *found;
}
Result<Scalar> choose(Values v) {
  if (std::holds_alternative<std::string>(v[0]))
    return invalid("if(…) needs a condition first, got {}", to_text(v[0]));
  return !is_null(v[0]) && number(v[0]) != 0 ? v[1] : v[2];
}
Result<Scalar> round_to(Values v) {
  const double digits = v.size() > 1 ? std::clamp(number(v[1]), -15.0, 15.0) : 0;
  const double scale = std::pow(10.0, std::trunc(digits));
  return Scalar(std::round(number(v[0]) * scale) / scale);
}
Result<Scalar> power(Values v) { return Scalar(std::pow(number(v[0]), number(v[1]))); }

std::string map_ascii(const std::string& in, char first, int shift) {
  std::string out = in;
  for (char& c : out) {
    if (c >= first && c <= first + 25) c = static_cast<char>(c + shift);
  }
  return out;
}
Result<Scalar> lower(Values v) { return Scalar(map_ascii(text(v[0]), 'A', 'a' - 'A')); }
Result<Scalar> upper(Values v) { return Scalar(map_ascii(text(v[0]), 'a', 'A' - 'a')); }
Result<Scalar> length(Values v) {
  return Scalar(static_cast<double>(column_of(text(v[0]), std::string::npos) - 1));
}
Result<Scalar> time_of(Values v) {
  MARU_ASSIGN(const TimeMs time_ms, parse_time(text(v[0])));
  return Scalar(static_cast<double>(time_ms));
}

constexpr auto kNull = NullRule::null_if_any;
constexpr auto kSees = NullRule::sees_nulls;
constexpr std::array<Function, 26> kFunctions{{
    {"abs", 1, 1, Type::number, Type::number, kNull, of_number<absolute>, "abs"},
    {"ceil", 1, 1, Type::number, Type::number, kNull, of_number<ceiling_of>, "ceil"},
    {"coalesce", 1, kManyArguments, Type::any, Type::any, kSees, coalesce, "coalesce"},
    {"cos", 1, 1, Type::number, Type::number, kNull, of_number<cosine>, "cos"},
    {"day", 1, 1, Type::number, Type::number, kNull, of_time<&CivilTime::day>, ""},
    {"dayofyear", 1, 1, Type::number, Type::number, kNull, of_time<&CivilTime::day_of_year>, ""},
    {"exp", 1, 1, Type::number, Type::number, kNull, of_number<exponential>, "exp"},
    {"floor", 1, 1, Type::number, Type::number, kNull, of_number<floor_of>, "floor"},
    {"hour", 1, 1, Type::number, Type::number, kNull, of_time<&CivilTime::hour>, ""},
    {"if", 3, 3, Type::any, Type::any, kSees, choose, ""},
    {"length", 1, 1, Type::text, Type::number, kNull, length, "length"},
    {"log", 1, 1, Type::number, Type::number, kNull, of_number<logarithm>, "ln"},
    {"lower", 1, 1, Type::text, Type::text, kNull, lower, "lower"},
    {"max", 1, kManyArguments, Type::number, Type::number, kNull, largest, ""},
    {"min", 1, kManyArguments, Type::number, Type::number, kNull, smallest, ""},
    {"minute", 1, 1, Type::number, Type::number, kNull, of_time<&CivilTime::minute>, ""},
    {"month", 1, 1, Type::number, Type::number, kNull, of_time<&CivilTime::month>, ""},
    {"pow", 2, 2, Type::number, Type::number, kNull, power, "power"},
    {"round", 1, 2, Type::number, Type::number, kNull, round_to, "round"},
    {"sin", 1, 1, Type::number, Type::number, kNull, of_number<sine>, "sin"},
    {"sqrt", 1, 1, Type::number, Type::number, kNull, of_number<square_root>, "sqrt"},
    {"time", 1, 1, Type::text, Type::number, kNull, time_of, ""},
    {"upper", 1, 1, Type::text, Type::text, kNull, upper, "upper"},
    {"weekday", 1, 1, Type::number, Type::number, kNull, of_time<&CivilTime::weekday>, ""},
    {"year", 1, 1, Type::number, Type::number, kNull, of_time<&CivilTime::year>, ""},
    {"second", 1, 1, Type::number, Type::number, kNull, of_time<&CivilTime::second>, ""},
}};

}  // namespace

std::span<const Function> functions() { return kFunctions; }

const Function* find_function(std::string_view name) {
  const auto found =
      std::ranges::find_if(kFunctions, [&](const Function& f) { return same_word(name, f.name); });
  return found == kFunctions.end() ? nullptr : &*found;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const auto& function : kFunctions) names.emplace_back(function.name);
  return names;
}

}  // namespace maru::expr
