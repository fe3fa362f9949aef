// Why an expression came out as it did, in words with the values it saw: of an `and` that holds every part,
// of one that does not only the parts that failed it; of an `or` the parts that made it hold.

#include <algorithm>

#include "expr/node.h"

namespace maru::expr {
namespace {

constexpr std::array<std::string_view, 4> kGroups{"metrics", "params", "tags", "attributes"};

Operator opposite(Operator op) {
  switch (op) {
    case Operator::equal:
      return Operator::not_equal;
    case Operator::not_equal:
      return Operator::equal;
    case Operator::less:
      return Operator::greater_equal;
    case Operator::less_equal:
      return Operator::greater;
    case Operator::greater:
      return Operator::less_equal;
    default:
      return Operator::less;
  }
}

std::string_view sign_of(Operator op) {
  switch (op) {
    case Operator::multiply:
      return "×";
    case Operator::divide:
      return "÷";
    case Operator::subtract:
      return "−";
    case Operator::less_equal:
      return "≤";
    case Operator::greater_equal:
      return "≥";
    case Operator::not_equal:
      return "≠";
    default:
      return symbol_of(op);
  }
}

// champion.metrics.rmse → "champion rmse".
std::string words(const Name& name) {
  std::string out;
  for (std::size_t i = 0; i < name.parts.size(); ++i) {
    const bool group =
        i + 1 < name.parts.size() && std::ranges::find(kGroups, name.parts[i]) != kGroups.end();
    if (group) continue;
    if (!out.empty()) out += ' ';
    out += name.parts[i];
  }
  return out;
}

int power_of(Operator op) {
  if (op == Operator::add || op == Operator::subtract) return 1;
  return op == Operator::multiply || op == Operator::divide || op == Operator::modulo ? 2 : 3;
}

class Teller {
 public:
  Teller(const Evaluator& evaluator, std::span<const Scalar> values, const std::vector<Name>& names)
      : evaluator_(evaluator), values_(values), names_(names) {}

  Result<std::vector<std::string>> clauses(const Node& node) const {
    std::vector<std::string> out;
    MARU_TRY(collect(node, out));
    return out;
  }

 private:
  Result<void> collect(const Node& node, std::vector<std::string>& out) const {
    MARU_ASSIGN(const Scalar value, evaluator_.value(node));
    if (node.op == Operator::not_) return collect(node.children[0], out);
    if (node.op != Operator::and_ && node.op != Operator::or_) {
      std::string clause = leaf(node, value);
      if (std::ranges::find(out, clause) == out.end()) out.push_back(std::move(clause));
      return {};
    }
    const Scalar all_parts(node.op == Operator::and_);  // the outcome that every part had a share in
    for (const auto& child : node.children) {
      MARU_ASSIGN(const Scalar part, evaluator_.value(child));
      if (value == all_parts || part == value) MARU_TRY(collect(child, out));
    }
    return {};
  }

  std::string leaf(const Node& node, const Scalar& value) const {
    if (evaluator_.is_vacuous(node)) return fmt::format("no {} yet", vacuous_owner(node));
    if (node.op == Operator::is_null)
      return fmt::format("{} is {}null", bare(node.children[0]), value == Scalar(true) ? "" : "not ");
    if (is_null(value)) return unknown(node);
    if (!is_comparison(node.op)) return fmt::format("{} is {}", bare(node), to_short_text(value));
    const bool holds = value == Scalar(true);
    const Node& left = node.children[0];
    switch (node.op) {
      case Operator::in:
        return fmt::format("{} is {}{}", labelled(left), holds ? "" : "not ", list(node));
      case Operator::like:
      case Operator::ilike:
        return fmt::format("{} is {}like {}", labelled(left), holds ? "" : "not ",
                           plain(node.children[1], {}));
      case Operator::between:
        return fmt::format("{} is {}between {} and {}", labelled(left), holds ? "" : "not ",
                           plain(node.children[1], {}), plain(node.children[2], {}));
      default:
        return comparison(node, holds ? node.op : opposite(node.op));
    }
  }

  std::string comparison(const Node& node, Operator op) const {
    const Node& left = node.children[0];
    const Node& right = node.children[1];
    const bool equality = op == Operator::equal || op == Operator::not_equal;
    if (equality && left.op == Operator::name && right.op == Operator::literal) {
      const Name& name = names_[left.slot];
      const bool counts = std::holds_alternative<double>(values_[left.slot]) && name.parts.size() > 1 &&
                          name.parts.back().ends_with("ed");
      const std::string wanted = op == Operator::equal ? "" : fmt::format(", not {}", plain(right, {}));
      if (counts)
        return fmt::format("{} {}{}", to_short_text(values_[left.slot]), words(name),
                           node.op == Operator::equal ? wanted : "");
      if (op == Operator::equal)
        return fmt::format("{} is {}", words(name), to_short_text(values_[left.slot]));
      return fmt::format("{} is {}{}", words(name), to_short_text(values_[left.slot]), wanted);
    }
    std::vector<std::string> told;
    collect_last_parts(left, told);
    return fmt::format("{} {} {}", labelled(left), sign_of(op), plain(right, told));
  }

  // A missing value is what made it unknown.
  std::string unknown(const Node& node) const {
    std::string missing;
    each_name(node, [&](const Node& name) {
      if (!is_null(values_[name.slot])) return;
      const std::string text = words(names_[name.slot]);
      if (missing.find(text) == std::string::npos) missing += (missing.empty() ? "" : ", ") + text;
    });
    return missing.empty() ? fmt::format("{} is unknown", bare(node)) : missing + " is not known";
  }

  std::string vacuous_owner(const Node& node) const {
    std::string owner;
    each_name(node, [&](const Node& name) {
      if (evaluator_.is_vacuous(name)) owner = names_[name.slot].parts.front();
    });
    return owner;
  }

  template <class F>
  void each_name(const Node& node, F&& visit) const {
    if (node.op == Operator::name) visit(node);
    for (const auto& child : node.children) each_name(child, visit);
  }

  void collect_last_parts(const Node& node, std::vector<std::string>& out) const {
    each_name(node, [&](const Node& name) { out.push_back(names_[name.slot].parts.back()); });
  }

  enum class Labels { always, never, unless_told };

  // "rmse 61.2 × 2", names in words before their values.
  std::string labelled(const Node& node) const { return render(node, Labels::always, {}, 0); }
  // Only names whose last part was not said already keep their label.
  std::string plain(const Node& node, const std::vector<std::string>& told) const {
    return render(node, told.empty() ? Labels::always : Labels::unless_told, told, 0);
  }
  // Names alone, no values.
  std::string bare(const Node& node) const { return render(node, Labels::never, {}, 0); }

  std::string list(const Node& node) const {
    std::string out = "in (";
    for (std::size_t i = 1; i < node.children.size(); ++i)
      out += (i > 1 ? ", " : "") + plain(node.children[i], {});
    return out + ")";
  }

  std::string render(const Node& node, Labels labels, const std::vector<std::string>& told, int outer) const {
    if (node.op == Operator::literal)
      return std::holds_alternative<std::string>(node.literal) ? to_short_text(node.literal) : node.source;
    if (node.op == Operator::name) {
      const Name& name = names_[node.slot];
      if (labels == Labels::never) return words(name);
      const bool said =
          labels == Labels::unless_told && std::ranges::find(told, name.parts.back()) != told.end();
      return (said ? "" : words(name) + ' ') + to_short_text(values_[node.slot]);
    }
    if (node.op == Operator::negate) return "−" + render(node.children[0], labels, told, 3);
    if (is_arithmetic(node.op)) {
      const int power = power_of(node.op);
      const std::string text =
          fmt::format("{} {} {}", render(node.children[0], labels, told, power), sign_of(node.op),
                      render(node.children[1], labels, told, power + 1));
      return power < outer ? "(" + text + ")" : text;
    }
    std::string arguments;
    for (const auto& child : node.children)
      arguments += (arguments.empty() ? "" : ", ") + render(child, labels, told, 0);
    return fmt::format("{}({})", node.op == Operator::call ? node.function->name : symbol_of(node.op),
                       arguments);
  }

  const Evaluator& evaluator_;
  std::span<const Scalar> values_;
  const std::vector<Name>& names_;
};

}  // namespace

Result<std::string> sentence_of(const Node& root, const Evaluator& evaluator, std::span<const Scalar> values,
                                const std::vector<Name>& names) {
  MARU_ASSIGN(const auto clauses, Teller(evaluator, values, names).clauses(root));
  return fmt::format("{}", fmt::join(clauses, ", "));
}

}  // namespace maru::expr
