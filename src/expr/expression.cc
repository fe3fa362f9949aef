#include "expr/expression.h"

#include <cmath>

#include "expr/lexer.h"
#include "expr/node.h"

namespace maru::expr {
namespace {

std::vector<Scalar> values_of(const std::vector<Name>& names, const Record& record) {
  std::vector<Scalar> values;
  values.reserve(names.size());
  for (const auto& name : names) {
    Scalar value = record.lookup(name);
    const auto* number = std::get_if<double>(&value);
    values.push_back(number != nullptr && !std::isfinite(*number) ? Scalar() : std::move(value));
  }
  return values;
}

// Which names lie below `prefix`, when the record has nothing there; empty when it has, or the option is off.
std::vector<bool> vacuous_names(const std::vector<Name>& names, const Record& record,
                                const std::string& prefix) {
  if (prefix.empty() || !is_null(record.lookup(Name{{prefix}}))) return {};
  std::vector<bool> vacuous;
  for (const auto& name : names) vacuous.push_back(name.parts.front() == prefix);
  return vacuous;
}

Result<bool> as_match(const Scalar& value) {
  if (is_null(value)) return false;
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean;
  return invalid("expected a condition, but it gives the {} {}", name_of(type_of(value)), to_text(value));
}

}  // namespace

Result<Scalar> Expression::evaluate(const Record& record) const {
  const auto values = values_of(parsed_->names, record);
  return Evaluator(values).value(parsed_->root);
}

Result<Scalar> Expression::evaluate(std::span<const Scalar> values) const {
  if (values.size() != parsed_->names.size()) {
    return internal("{} values for the {} names of \"{}\"", values.size(), parsed_->names.size(),
                    parsed_->text);
  }
  return Evaluator(values).value(parsed_->root);
}

Result<bool> Expression::matches(const Record& record) const {
  MARU_ASSIGN(const Scalar value, evaluate(record));
  return as_match(value);
}

Result<Explained> Expression::evaluate_explained(const Record& record, const ExplainOptions& options) const {
  const auto values = values_of(parsed_->names, record);
  const Evaluator evaluator(values, vacuous_names(parsed_->names, record, options.vacuous_without));
  Explained explained;
  for (std::size_t i = 0; i < values.size(); ++i)
    explained.values.emplace_back(parsed_->names[i].text(), values[i]);
  MARU_ASSIGN(explained.result, evaluator.value(parsed_->root));
  MARU_ASSIGN(explained.matched, as_match(explained.result));
  MARU_ASSIGN(explained.sentence, sentence_of(parsed_->root, evaluator, values, parsed_->names));
  return explained;
}

const std::vector<Name>& Expression::names() const { return parsed_->names; }

std::vector<std::string> Expression::identifiers() const {
  std::vector<std::string> out;
  for (const auto& name : parsed_->names) out.push_back(name.text());
  return out;
}

const std::string& Expression::text() const { return parsed_->text; }
const Node& Expression::root() const { return parsed_->root; }

const Name* Expression::as_name() const {
  return parsed_->root.op == Operator::name ? &parsed_->names[parsed_->root.slot] : nullptr;
}

}  // namespace maru::expr
