#include "base/ids.h"
#include "validation/expectations.h"
#include "validation/internal/expectation_lexer.h"

namespace maru::validation {
namespace {

constexpr std::pair<std::string_view, Comparison> kComparisons[] = {
    {"<", Comparison::less},    {"<=", Comparison::less_equal},   {"=", Comparison::equal},
    {"==", Comparison::equal},  {"!=", Comparison::not_equal},    {"<>", Comparison::not_equal},
    {">", Comparison::greater}, {">=", Comparison::greater_equal}};
constexpr std::pair<std::string_view, Measure> kMeasures[] = {
    {"length", Measure::length}, {"mean", Measure::mean},         {"min", Measure::min},
    {"max", Measure::max},       {"std", Measure::std},           {"median", Measure::median},
    {"sum", Measure::sum},       {"distinct", Measure::distinct}, {"null_share", Measure::null_share}};
constexpr std::pair<std::string_view, DurationMs> kPeriods[] = {
    {"minute", kMinuteMs}, {"hour", kHourMs}, {"day", kDayMs}, {"week", 7 * kDayMs}, {"month", 0}};

template <class Names>
auto lookup(const Names& names, std::string_view name) -> decltype(&*std::begin(names)) {
  const auto* found = std::find_if(std::begin(names), std::end(names),
                                   [&](const auto& entry) { return entry.first == name; });
  return found == std::end(names) ? nullptr : found;
}
template <class Names>
std::vector<std::string> words_of(const Names& names) {
  std::vector<std::string> out;
  for (const auto& [word, value] : names) out.emplace_back(word);
  return out;
}

class Parser {
 public:
  Parser(std::vector<Token> tokens, Expectation out) : tokens_(std::move(tokens)), out_(std::move(out)) {}

  Result<Expectation> parse() {
    MARU_TRY(parse_whole());
    if (here().kind != TokenKind::end) return expected("the end");
    return std::move(out_);
  }

 private:
  const Token& here() const { return tokens_[at_]; }
  const Token& ahead() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  Token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool accept(std::string_view word) {
    if (!here().is(word)) return false;
    take();
    return true;
  }

  Error expected(std::string_view what, std::vector<std::string> words = {}) const {
    const std::string got = here().kind == TokenKind::end ? "the end" : fmt::format("\"{}\"", here().text);
    return invalid("column {}: expected {}, got {}{}", here().column, what, got,
                   did_you_mean(here().text, words));
  }
  Result<void> expect(std::string_view word) {
    if (!accept(word)) return expected(fmt::format("\"{}\"", word), {std::string(word)});
    return {};
  }

  Result<std::string> column_name() {
    if (here().kind != TokenKind::word && here().kind != TokenKind::quoted_name)
      return expected("a column name");
    return take().text;
  }
  // a | (a, b, …)
  Result<void> column_list() {
    const bool listed = accept("(");
    do {
      MARU_ASSIGN(auto name, column_name());
      out_.columns.push_back(std::move(name));
    } while (listed && accept(","));
    if (listed) MARU_TRY(expect(")"));
    return {};
  }
  // A number, or a time when `times` are allowed.
  Result<double> bound(bool& is_time) {
    is_time = false;
    if (here().kind == TokenKind::number) return take().number;
    if (here().kind == TokenKind::text || here().kind == TokenKind::word) {
      const auto time = parse_time(here().text);
      if (time.has_value()) {
        is_time = true;
        take();
        return static_cast<double>(*time);
      }
    }
    return expected("a number or a time");
  }
  Result<void> between() {
    MARU_TRY(expect("between"));
    const std::size_t from = here().column;
    bool low_is_time = false, high_is_time = false;
    MARU_ASSIGN(out_.low, bound(low_is_time));
    MARU_TRY(expect("and"));
    MARU_ASSIGN(out_.high, bound(high_is_time));
    if (low_is_time != high_is_time)
      return invalid("column {}: one bound is a time and the other a number", from);
    out_.bounds_are_times = low_is_time;
    if (out_.low > out_.high) return invalid("column {}: the lower bound is above the upper one", from);
    return {};
  }
  Result<Operand> operand() {
    switch (here().kind) {
      case TokenKind::number:
        return Operand(take().number);
      case TokenKind::text:
        return Operand(take().text);
      case TokenKind::quoted_name:
        return Operand(ColumnName{take().text});
      case TokenKind::word:
        // A bare date is a value, any other word a column.
        if (parse_time(here().text).has_value()) return Operand(take().text);
        return Operand(ColumnName{take().text});
      default:
        return expected("a number, a 'text' or a column");
    }
  }

  Result<void> parse_whole() {
    if (here().kind == TokenKind::end) return expected("an expectation such as: temp between 0 and 1");
    if (here().is("unique")) {
      take();
      out_.kind = ExpectationKind::unique;
      return column_list();
    }
    if (here().is("not") && ahead().is("null")) {
      take();
      take();
      out_.kind = ExpectationKind::not_null;
      return column_list();
    }
    if (here().is("type")) return parse_type();
    if (here().is("column")) return parse_exists();
    if (here().is("rows")) return parse_rows();
    if (here().is("fresh")) return parse_fresh();
    return parse_values();
  }

  Result<void> parse_type() {
    take();
    out_.kind = ExpectationKind::column_type;
    MARU_ASSIGN(auto name, column_name());
    out_.columns.push_back(std::move(name));
    const auto type = column_type(here().text);
    if (!type.has_value()) {
      return expected("a type (boolean, int64, float64, text, timestamp)",
                      {"boolean", "int64", "float64", "text", "timestamp"});
    }
    out_.type = *type;
    take();
    return {};
  }

  Result<void> parse_exists() {
    take();
    out_.kind = ExpectationKind::column_exists;
    MARU_ASSIGN(auto name, column_name());
    out_.columns.push_back(std::move(name));
    return expect("exists");
  }

  Result<void> parse_rows() {
    take();
    out_.kind = ExpectationKind::row_count;
    if (accept("per")) {
      const auto* period = lookup(kPeriods, here().text);
      if (period == nullptr) return expected("minute, hour, day, week or month", words_of(kPeriods));
      take();
      out_.kind = ExpectationKind::row_rate;
      out_.duration_ms = period->second;
      if (accept("of")) {
        MARU_ASSIGN(auto name, column_name());
        out_.columns.push_back(std::move(name));
      }
    }
    if (const auto* comparison = lookup(kComparisons, here().text))
      return parse_row_bound(comparison->second);
    return between();
  }
  // rows >= 1: `between` with one side open.
  Result<void> parse_row_bound(Comparison comparison) {
    take();
    if (here().kind != TokenKind::number) return expected("a number");
    const double number = take().number;
    constexpr double kOpen = std::numeric_limits<double>::infinity();
    out_.low = comparison == Comparison::greater                                            ? number + 1
               : comparison == Comparison::greater_equal || comparison == Comparison::equal ? number
                                                                                            : 0;
    out_.high = comparison == Comparison::less                                            ? number - 1
                : comparison == Comparison::less_equal || comparison == Comparison::equal ? number
                                                                                          : kOpen;
    if (comparison == Comparison::not_equal) return expected("between, or one of = < <= > >=");
    return {};
  }

  Result<void> parse_fresh() {
    take();
    out_.kind = ExpectationKind::fresh;
    MARU_ASSIGN(auto name, column_name());
    out_.columns.push_back(std::move(name));
    MARU_TRY(expect("within"));
    const auto duration_ms = parse_duration(here().text);
    if (!duration_ms.has_value()) return expected("a duration such as 2h");
    out_.duration_ms = *duration_ms;
    take();
    return {};
  }

  // [measure(]column[)] between | in | not in | is not null | comparison
  Result<void> parse_values() {
    if (ahead().is("(") && here().kind == TokenKind::word) {
      const auto* measure = lookup(kMeasures, here().text);
      if (measure == nullptr)
        return expected(
            "a measure (" + fmt::format("{}", fmt::join(words_of(kMeasures), ", ")) + ") before \"(\"",
            words_of(kMeasures));
      out_.measure = measure->second;
      take();
      take();
    }
    MARU_ASSIGN(auto name, column_name());
    out_.columns.push_back(std::move(name));
    if (out_.measure != Measure::value) MARU_TRY(expect(")"));
    return parse_condition();
  }

  Result<void> parse_condition() {
    if (here().is("between")) {
      out_.kind = ExpectationKind::between;
      return between();
    }
    if (out_.measure == Measure::value && (here().is("in") || (here().is("not") && ahead().is("in")))) {
      out_.kind = accept("not") ? ExpectationKind::not_in_set : ExpectationKind::in_set;
      take();
      return members();
    }
    if (out_.measure == Measure::value && accept("is")) {
      out_.kind = ExpectationKind::not_null;
      MARU_TRY(expect("not"));
      return expect("null");
    }
    const auto* comparison = lookup(kComparisons, here().text);
    if (comparison == nullptr || here().kind != TokenKind::symbol) {
      return expected("between, in, not in, is not null or one of = != < <= > >=",
                      {"between", "in", "not", "is"});
    }
    take();
    out_.kind = ExpectationKind::comparison;
    out_.comparison = comparison->second;
    MARU_ASSIGN(auto right, operand());
    if (const auto* column = std::get_if<ColumnName>(&right)) out_.columns.push_back(column->name);
    if (out_.measure != Measure::value && !std::holds_alternative<double>(right)) {
      return invalid("a measure is compared with a number: got \"{}\"", out_.text);
    }
    out_.operands.push_back(std::move(right));
    return {};
  }

  Result<void> members() {
    MARU_TRY(expect("("));
    do {
      if (here().kind == TokenKind::number) {
        out_.operands.emplace_back(take().number);
      } else if (here().kind == TokenKind::text || here().kind == TokenKind::quoted_name ||
                 here().kind == TokenKind::word) {
        out_.operands.emplace_back(take().text);
      } else {
        return expected("a number or a 'text'");
      }
    } while (accept(","));
    return expect(")");
  }

  std::vector<Token> tokens_;
  Expectation out_;
  std::size_t at_ = 0;
};

Result<Severity> severity_from(const JsonReader& json) {
  MARU_ASSIGN(const std::string text, json.text_or("severity", "error"));
  if (text == "error") return Severity::error;
  if (text == "warn") return Severity::warn;
  return json.wrong(fmt::format("severity must be warn or error, got \"{}\"", text));
}

}  // namespace

Result<Expectation> parse_expectation(std::string_view text) {
  Expectation out;
  out.text = std::string(text);
  const std::string where = fmt::format("expectation `{}`", text);
  auto tokens = tokens_of(text);
  if (!tokens.has_value()) return tokens.error().at(where);
  return Parser(std::move(*tokens), std::move(out)).parse().at(where);
}

Result<Expectation> expectation_from(const JsonReader& json) {
  if (const auto text = json.text(); text.has_value()) return parse_expectation(*text).at(json.path());
  MARU_TRY(json.only({"expect", "severity", "mostly"}));
  MARU_ASSIGN(const std::string text, json.text("expect"));
  MARU_ASSIGN(Expectation out, parse_expectation(text).at(json.path()));
  MARU_ASSIGN(out.severity, severity_from(json));
  MARU_ASSIGN(out.mostly, json.number_or("mostly", 1.0));
  if (!(out.mostly > 0 && out.mostly <= 1))
    return json.wrong(fmt::format("mostly must be above 0 and at most 1, got {}", out.mostly));
  return out;
}

Result<std::vector<Expectation>> expectations_from(const JsonReader& json_array) {
  MARU_ASSIGN(const auto items, json_array.items());
  std::vector<Expectation> out;
  for (const auto& item : items) {
    MARU_ASSIGN(auto expectation, expectation_from(item));
    out.push_back(std::move(expectation));
  }
  return out;
}

}  // namespace maru::validation
