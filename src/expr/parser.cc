// A Pratt parser: each infix operator has a binding power, and parse_above(power) takes whatever binds
// tighter. Vaughan Pratt, "Top down operator precedence", POPL 1973.

#include <algorithm>
#include <optional>

#include "base/ids.h"
#include "expr/lexer.h"
#include "expr/node.h"

namespace maru::expr {
namespace {

enum Power : int {
  kLowest = 0,
  kOr = 1,
  kAnd = 2,
  kNot = 3,
  kCompare = 4,
  kAdd = 5,
  kMultiply = 6,
  kNegate = 7
};

struct Infix {
  std::string_view symbol;
  Operator op;
  int power;
};
constexpr std::array<Infix, 15> kInfix{{
    {"or", Operator::or_, kOr},
    {"and", Operator::and_, kAnd},
    {"=", Operator::equal, kCompare},
    {"!=", Operator::not_equal, kCompare},
    {"<", Operator::less, kCompare},
    {"<=", Operator::less_equal, kCompare},
    {">", Operator::greater, kCompare},
    {">=", Operator::greater_equal, kCompare},
    {"like", Operator::like, kCompare},
    {"ilike", Operator::ilike, kCompare},
    {"+", Operator::add, kAdd},
    {"-", Operator::subtract, kAdd},
    {"*", Operator::multiply, kMultiply},
    {"/", Operator::divide, kMultiply},
    {"%", Operator::modulo, kMultiply},
}};

class Parser {
 public:
  Parser(std::string_view text, std::vector<Token> tokens) : text_(text), tokens_(std::move(tokens)) {}

  Result<Node> whole() {
    MARU_ASSIGN(Node root, parse_above(kLowest));
    if (current().kind != TokenKind::end) return unexpected("\"and\", \"or\" or the end");
    return root;
  }

  std::vector<Name> take_names() { return std::move(names_); }

 private:
  const Token& current() const { return tokens_[at_]; }
  const Token& following() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  std::size_t column() const { return column_of(text_, current().offset); }
  bool at_word(std::string_view word) const {
    return current().kind == TokenKind::word && same_word(current().text, word);
  }
  bool at_symbol(std::string_view symbol) const {
    return current().kind == TokenKind::symbol && current().text == symbol;
  }
  bool take_word(std::string_view word) { return at_word(word) && ++at_ > 0; }
  bool take_symbol(std::string_view symbol) { return at_symbol(symbol) && ++at_ > 0; }

  Error unexpected(std::string_view wanted) const {
    if (current().kind == TokenKind::end)
      return wrong_at(column(), fmt::format("expected {}, but the text ends here", wanted));
    return wrong_at(column(), fmt::format("expected {}, got \"{}\"", wanted, current().source.substr(0, 40)));
  }
  Result<void> expect_symbol(std::string_view symbol) {
    if (!take_symbol(symbol)) return unexpected(fmt::format("\"{}\"", symbol));
    return {};
  }

  // The recursion that one nesting level costs is bounded here; the tree's own depth in make().
  Result<Node> parse_above(int power) {
    if (++nesting_ > kDepthLimit)
      return wrong_at(column(), fmt::format("nested deeper than {} levels", kDepthLimit));
    auto node = climb(power);
    --nesting_;
    return node;
  }

  Result<Node> climb(int power) {
    MARU_ASSIGN(Node left, prefix());
    for (;;) {
      const std::size_t start = column();
      if (power < kCompare && (at_word("is") || at_word("between") || at_word("not") || at_word("in"))) {
        MARU_ASSIGN(left, special_comparison(std::move(left)));
        continue;
      }
      const Infix* infix = infix_here();
      if (infix == nullptr || infix->power <= power) return left;
      ++at_;
      MARU_ASSIGN(Node right, parse_above(infix->power));
      if (infix->power == kCompare && is_comparison(left.op)) {
        return wrong_at(start, "comparisons do not chain; join two with \"and\"");
      }
      MARU_ASSIGN(left, join(infix->op, start, std::move(left), std::move(right)));
    }
  }

  const Infix* infix_here() const {
    if (current().kind != TokenKind::symbol && current().kind != TokenKind::word) return nullptr;
    const auto found = std::ranges::find_if(
        kInfix, [&](const Infix& infix) { return same_word(current().text, infix.symbol); });
    return found == kInfix.end() ? nullptr : &*found;
  }

  Result<Node> make(Operator op, std::size_t start, std::vector<Node> children) const {
    Node node{.op = op, .column = start};
    for (const auto& child : children) node.depth = std::max(node.depth, child.depth + 1);
    if (node.depth > kDepthLimit)
      return wrong_at(start, fmt::format("nested deeper than {} levels", kDepthLimit));
    node.children = std::move(children);
    return node;
  }

  // a and b and c is one node, so that a long list of conditions is not a deep tree.
  Result<Node> join(Operator op, std::size_t start, Node left, Node right) const {
    if ((op == Operator::and_ || op == Operator::or_) && left.op == op) {
      left.depth = std::max(left.depth, right.depth + 1);
      left.children.push_back(std::move(right));
      return left;
    }
    std::vector<Node> children;
    children.push_back(std::move(left));
    children.push_back(std::move(right));
    return make(op, start, std::move(children));
  }

  // `is [not] null`, `[not] in (…)`, `[not] between a and b`, `[not] like p`.
  Result<Node> special_comparison(Node left) {
    const std::size_t start = column();
    if (is_comparison(left.op) || left.op == Operator::not_) {
      return wrong_at(start, "comparisons do not chain; join two with \"and\"");
    }
    std::vector<Node> children;
    children.push_back(std::move(left));
    if (take_word("is")) {
      const bool negated = take_word("not");
      if (!take_word("null")) return unexpected("\"null\"");
      return negate_if(negated, start, make(Operator::is_null, start, std::move(children)));
    }
    const bool negated = take_word("not");
    if (take_word("in")) return negate_if(negated, start, in_list(start, std::move(children)));
    if (take_word("between")) {
      MARU_ASSIGN(Node low, parse_above(kCompare));
      if (!take_word("and")) return unexpected("\"and\"");
      MARU_ASSIGN(Node high, parse_above(kCompare));
      children.push_back(std::move(low));
      children.push_back(std::move(high));
      return negate_if(negated, start, make(Operator::between, start, std::move(children)));
    }
    if (!at_word("like") && !at_word("ilike"))
      return unexpected("\"in\", \"like\", \"ilike\" or \"between\"");
    const Operator op = at_word("like") ? Operator::like : Operator::ilike;
    ++at_;
    MARU_ASSIGN(Node pattern, parse_above(kCompare));
    children.push_back(std::move(pattern));
    return negate_if(negated, start, make(op, start, std::move(children)));
  }

  Result<Node> negate_if(bool negated, std::size_t start, Result<Node> node) const {
    if (!negated || !node) return node;
    std::vector<Node> children;
    children.push_back(std::move(*node));
    return make(Operator::not_, start, std::move(children));
  }

  Result<Node> in_list(std::size_t start, std::vector<Node> children) {
    MARU_TRY(expect_symbol("("));
    do {
      MARU_ASSIGN(Node item, parse_above(kCompare));
      children.push_back(std::move(item));
    } while (take_symbol(","));
    MARU_TRY(expect_symbol(")"));
    return make(Operator::in, start, std::move(children));
  }

  Result<Node> prefix() {
    const Token& token = current();
    const std::size_t start = column();
    switch (token.kind) {
      case TokenKind::number:
        ++at_;
        return literal(token, start, token.number);
      case TokenKind::text:
        ++at_;
        return literal(token, start, token.text);
      case TokenKind::quoted:
        return name_from(start);
      case TokenKind::word:
        return word(start);
      case TokenKind::symbol:
      case TokenKind::end:
        break;
    }
    if (take_symbol("(")) {
      MARU_ASSIGN(Node inner, parse_above(kLowest));
      MARU_TRY(expect_symbol(")"));
      return inner;
    }
    if (take_symbol("-")) return unary(Operator::negate, start, kNegate);
    if (take_symbol("+")) return parse_above(kNegate);
    return unexpected("a name, a value or \"(\"");
  }

  Result<Node> word(std::size_t start) {
    const Token& token = current();
    if (take_word("not")) return unary(Operator::not_, start, kNot);
    if (take_word("null")) return literal(token, start, Scalar());
    if (take_word("true")) return literal(token, start, true);
    if (take_word("false")) return literal(token, start, false);
    if (is_keyword(token.text)) return unexpected("a name or a value");
    if (following().kind == TokenKind::symbol && following().text == "(") return call(start);
    return name_from(start);
  }

  Result<Node> literal(const Token& token, std::size_t start, Scalar value) const {
    return Node{.op = Operator::literal,
                .column = start,
                .literal = std::move(value),
                .source = std::string(token.source)};
  }

  Result<Node> unary(Operator op, std::size_t start, int power) {
    MARU_ASSIGN(Node operand, parse_above(power));
    std::vector<Node> children;
    children.push_back(std::move(operand));
    return make(op, start, std::move(children));
  }

  Result<Node> call(std::size_t start) {
    const std::string name = current().text;
    const Function* function = find_function(name);
    if (function == nullptr) {
      return wrong_at(start,
                      fmt::format("unknown function \"{}\"{}", name, did_you_mean(name, function_names())));
    }
    at_ += 2;
    std::vector<Node> arguments;
    if (!at_symbol(")")) {
      do {
        MARU_ASSIGN(Node argument, parse_above(kLowest));
        arguments.push_back(std::move(argument));
      } while (take_symbol(","));
    }
    MARU_TRY(expect_symbol(")"));
    if (arguments.size() < function->at_least || arguments.size() > function->at_most) {
      return wrong_at(start, fmt::format("{}(…) takes {} argument{}, got {}", function->name,
                                         function->at_least == function->at_most
                                             ? fmt::to_string(function->at_least)
                                             : fmt::format("{} to {}", function->at_least, function->at_most),
                                         function->at_most == 1 ? "" : "s", arguments.size()));
    }
    MARU_ASSIGN(Node node, make(Operator::call, start, std::move(arguments)));
    node.function = function;
    return node;
  }

  // word ("." (word | `quoted` | "quoted"))*
  Result<Node> name_from(std::size_t start) {
    Name name{{current().text}};
    ++at_;
    while (take_symbol(".")) {
      const TokenKind kind = current().kind;
      if (kind != TokenKind::word && kind != TokenKind::quoted && kind != TokenKind::text)
        return unexpected("a name after the dot");
      name.parts.push_back(current().text);
      ++at_;
    }
    if (std::ranges::find(name.parts, "") != name.parts.end())
      return wrong_at(start, "`` is empty: a name has at least one character");
    const auto known = std::ranges::find(names_, name);
    const auto slot = static_cast<std::size_t>(known - names_.begin());
    if (known == names_.end()) names_.push_back(std::move(name));
    return Node{.op = Operator::name, .column = start, .slot = slot};
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t nesting_ = 0;
  std::vector<Name> names_;
};

std::string trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kSpace) - first + 1));
}

}  // namespace

Result<Expression> Expression::parse(std::string_view text) {
  if (text.size() > kTextLimitBytes)
    return invalid("an expression may hold {} bytes, got {}", kTextLimitBytes, text.size());
  MARU_ASSIGN(auto tokens, tokenise(text));
  Parser parser(text, std::move(tokens));
  MARU_ASSIGN(Node root, parser.whole());
  return Expression(
      std::make_shared<const Parsed>(Parsed{trimmed(text), std::move(root), parser.take_names()}));
}

}  // namespace maru::expr
